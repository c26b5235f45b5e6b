import { useState } from 'react';
import { fixed } from '../../base/number.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { type Segment, Segmented } from '../../widgets/Segmented.tsx';
import type { ViewProps } from '../view.ts';
import { parseTraceId } from './columns.ts';
import { tracesState } from './state.ts';
import { type StatusFilter, useStatusCounts } from './useTracePage.ts';

/** Status, and a field that opens a pasted trace id. */
export function TracesHead(props: ViewProps) {
  const { cellName, context } = props;
  const { status } = tracesState.use(cellName);
  const counts = useStatusCounts(props);
  const count = (s: StatusFilter) => {
    const n = counts.get(s);
    return n === undefined ? undefined : fixed(n, 0);
  };
  const segments: Segment<StatusFilter>[] = [
    { value: 'all', label: 'All', count: count('all') },
    { value: 'OK', label: 'Ok', count: count('OK') },
    { value: 'ERROR', label: 'Error', count: count('ERROR') },
  ];
  if ((counts.get('UNSET') ?? 0) > 0)
    segments.push({ value: 'UNSET', label: 'Unset', count: count('UNSET') });
  const [text, setText] = useState('');
  const open = (input: string) => {
    const id = parseTraceId(input);
    if (id === undefined) return;
    setText('');
    context.openTrace(id);
  };
  return (
    <>
      <label className="fld txt sm traceid">
        <Icon name="arrow" />
        <input
          placeholder="Open a trace id"
          aria-label="Open a trace id"
          value={text}
          spellCheck={false}
          onChange={(e) => setText(e.target.value)}
          onPaste={(e) => {
            const pasted = e.clipboardData.getData('text');
            // A whole id says what is meant; anything shorter waits for Enter.
            if (/\b[0-9a-f]{32}\b/i.test(pasted)) {
              e.preventDefault();
              open(pasted);
            }
          }}
          onKeyDown={(e) => {
            if (e.key === 'Enter') open(text);
            if (e.key === 'Escape') setText('');
          }}
        />
      </label>
      <Segmented
        label="Status"
        segments={segments}
        value={status}
        onChange={(value) => tracesState.set(cellName, { status: value })}
      />
    </>
  );
}
