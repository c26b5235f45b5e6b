import { useMemo } from 'react';
import { copyText } from '../../widgets/clipboard.ts';
import { download } from '../../widgets/download.ts';
import { type CopyFormat, tableText } from '../../widgets/grid/copy.ts';
import { Grid } from '../../widgets/grid/Grid.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import { Menu } from '../../widgets/Menu.tsx';
import type { ViewProps } from '../view.ts';

/** `view=grid`: what an ad-hoc query shows by default. */
export function GridView({ cellName, result, context }: ViewProps) {
  const { page } = context;
  const pages = useMemo(
    () =>
      cellName === ''
        ? undefined
        : (...[request, signal]: [Parameters<typeof page>[1], AbortSignal]) =>
            page(cellName, request, signal),
    [cellName, page],
  );
  return <Grid table={result.table} rowCount={result.rowCount} pages={pages} label={cellName || 'Result'} />;
}

const MIME: Record<CopyFormat, string> = {
  csv: 'text/csv',
  json: 'application/json',
  markdown: 'text/markdown',
};
const EXTENSION: Record<CopyFormat, string> = { csv: 'csv', json: 'json', markdown: 'md' };

/** Copy and download of the rows in memory. */
export function GridHeadControls({ cellName, result }: ViewProps) {
  const { table, rowCount } = result;
  const rows = (n: number) => n.toLocaleString('en-US');
  const part = rowCount > table.numRows ? `first ${rows(table.numRows)} of ${rows(rowCount)} rows` : '';
  const copy = (format: CopyFormat) => () => void copyText(tableText(table, format)).catch(() => undefined);
  const save = (format: CopyFormat) => () =>
    download(`${cellName || 'result'}.${EXTENSION[format]}`, tableText(table, format), MIME[format]);
  return (
    <Menu
      label={part === '' ? 'Copy or download' : `Copy or download the ${part}`}
      items={[
        { label: 'Copy as CSV', icon: 'copy', onSelect: copy('csv') },
        { label: 'Copy as JSON', icon: 'copy', onSelect: copy('json') },
        { label: 'Copy as Markdown', icon: 'copy', onSelect: copy('markdown') },
        'separator',
        { label: 'Download CSV', icon: 'download', onSelect: save('csv') },
        { label: 'Download JSON', icon: 'download', onSelect: save('json') },
      ]}
    >
      <Icon name="copy" />
    </Menu>
  );
}
