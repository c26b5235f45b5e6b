import { useMemo } from 'react';
import { Icon } from '../../widgets/Icon.tsx';
import type { ViewProps } from '../view.ts';
import { matches } from './layout.ts';
import { readSpans } from './spans.ts';
import { tell, timelineState } from './state.ts';

/** Find in the trace, next error, fit. */
export function TimelineHead({ cellName, result }: ViewProps) {
  const { query } = timelineState.use(cellName);
  const spans = useMemo(() => readSpans(result.table), [result.table]);
  const errors = spans.filter((s) => s.failed).length;
  const found = query.trim() === '' ? undefined : spans.filter((s) => matches(s, query)).length;
  return (
    <>
      <label className="fld txt sm find">
        <Icon name="search" />
        <input
          placeholder="Find in trace"
          aria-label="Find in trace"
          value={query}
          onChange={(e) => timelineState.set(cellName, { query: e.target.value })}
          onKeyDown={(e) => {
            if (e.key === 'Enter') tell(cellName, e.shiftKey ? 'previousMatch' : 'nextMatch');
            if (e.key === 'Escape') timelineState.set(cellName, { query: '' });
          }}
        />
        {found === undefined ? null : <span className="n">{found}</span>}
      </label>
      {errors === 0 ? null : (
        <button
          type="button"
          className="btn ghost xs er"
          title="Next error (E)"
          aria-label={`${errors} failed spans: next error`}
          onClick={() => tell(cellName, 'nextError')}
        >
          <Icon name="err" />
          {errors}
          <kbd>E</kbd>
        </button>
      )}
      <button
        type="button"
        className="ib"
        aria-label="Fit"
        title="Fit (F)"
        onClick={() => tell(cellName, 'fit')}
      >
        <Icon name="fit" />
      </button>
    </>
  );
}
