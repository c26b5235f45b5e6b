import type { ViewContext } from '../../notebook/types.ts';
import type { ChartData } from './data.ts';

/** In stack order. A model is a button: it filters by itself, and a second click shows all again. */
export function Legend({ data, context }: { readonly data: ChartData; readonly context: ViewContext }) {
  const isModel = data.color === 'model';
  const chosen = context.filters.models;
  return (
    <div className="legend">
      {data.series.map((s) => {
        const content = (
          <>
            <i style={{ background: s.color }} />
            {s.label}
          </>
        );
        if (!isModel || s.name === 'other' || s.name === '–') return <span key={s.name}>{content}</span>;
        const only = chosen?.length === 1 && chosen[0] === s.name;
        return (
          <button
            key={s.name}
            type="button"
            aria-pressed={only}
            title={only ? 'Show all models' : `Filter by ${s.name}`}
            onClick={() => context.setFilters({ models: only ? undefined : [s.name] })}
          >
            {content}
          </button>
        );
      })}
    </div>
  );
}
