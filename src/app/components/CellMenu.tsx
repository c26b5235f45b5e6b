import type { Cell } from '../../notebook/types.ts';
import { copyText } from '../../widgets/clipboard.ts';
import { Menu, type MenuEntry } from '../../widgets/Menu.tsx';
import { useApp } from '../context.ts';
import { keyLabel } from '../keys.ts';
import { chartOf } from '../newCell.ts';
import type { Session } from '../session.ts';

export function CellMenu({ session, cell }: { session: Session; cell: Cell }) {
  const app = useApp();
  const cells = session.doc().cells;
  const at = cells.findIndex((c) => c.id === cell.id);
  const sql: MenuEntry[] =
    cell.kind === 'sql'
      ? [
          { label: 'Run', icon: 'play', hint: keyLabel('Mod+Enter'), onSelect: () => session.run(cell.id) },
          {
            label: 'New chart of this',
            icon: 'plus',
            disabled: cell.sql.trim() === '',
            onSelect: () => chartOf(session, cell, (c) => app.insertCell(c, { after: cell.id })),
          },
          {
            label: 'Copy SQL',
            icon: 'copy',
            onSelect: () => copyText(cell.sql).catch(() => app.alert('The browser refused to copy.')),
          },
          {
            label: 'Reset to shipped',
            icon: 'undo',
            disabled: !session.isForked(cell),
            onSelect: () => session.resetCell(cell),
          },
          'separator',
        ]
      : [];
  const items: MenuEntry[] = [
    ...sql,
    { label: 'Duplicate', onSelect: () => session.duplicate(cell.id) },
    { label: 'Move up', icon: 'up', disabled: at <= 0, onSelect: () => session.moveBy(cell.id, -1) },
    { label: 'Move down', disabled: at >= cells.length - 1, onSelect: () => session.moveBy(cell.id, 1) },
    { label: 'New SQL cell above', onSelect: () => app.insertCell({ kind: 'sql' }, { before: cell.id }) },
    { label: 'New SQL cell below', onSelect: () => app.insertCell({ kind: 'sql' }, { after: cell.id }) },
    'separator',
    { label: 'Delete', icon: 'x', danger: true, onSelect: () => session.remove(cell.id) },
  ];
  return <Menu label="Cell menu" items={items} />;
}
