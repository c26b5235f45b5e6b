import { toNumber } from '../../base/number.ts';
import type { ResultTable, Value } from '../../engine/engine.ts';
import type { ViewContext } from '../../notebook/types.ts';
import { ModelChip, Status } from '../../widgets/chips.tsx';
import { MiniHistogram } from '../../widgets/MiniHistogram.tsx';
import { countsByBucket } from './countsByBucket.ts';
import { manyErrors, type PlannedColumn } from './plan.ts';

interface TableCellProps {
  readonly table: ResultTable;
  readonly row: number;
  readonly column: PlannedColumn;
  readonly context: ViewContext;
}

const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** One cell by the kind of its column. */
export function TableCell({ table, row, column, context }: TableCellProps) {
  const value = table.value(row, column.index);
  if (column.kind === 'number' || column.kind === 'time') {
    const bad = manyErrors(table, row, column.name) ? ' bad' : '';
    return <td className={`r n${bad}${column.optional ? ' opt' : ''}`}>{column.format(value)}</td>;
  }
  if (value === null) return <td className="nul">–</td>;
  switch (column.kind) {
    case 'model':
      return (
        <td className="nb">
          <Model model={String(value)} context={context} />
        </td>
      );
    case 'models':
      return (
        <td className="nb">
          {(isList(value) ? value.map(String) : String(value).split(/,\s*/)).map((model) => (
            <Model key={model} model={model} context={context} />
          ))}
        </td>
      );
    case 'status':
      return (
        <td>
          <Status status={String(value)} />
        </td>
      );
    case 'trace':
      return (
        <td>
          <button
            type="button"
            className="tid"
            title={String(value)}
            onClick={() => context.openTrace(String(value))}
          >
            {String(value).slice(0, 8)}
          </button>
        </td>
      );
    case 'histogram':
      return (
        <td>
          {isList(value) ? (
            <MiniHistogram
              values={value.map((v) => toNumber(v) ?? 0)}
              color={table.columns.some((c) => c.name === 'errors') ? 'var(--error)' : undefined}
            />
          ) : null}
        </td>
      );
    case 'times':
      return (
        <td>
          {value instanceof Map ? (
            <MiniHistogram
              values={countsByBucket(value as ReadonlyMap<string, Value>, context)}
              color={table.columns.some((c) => c.name === 'errors') ? 'var(--error)' : undefined}
            />
          ) : null}
        </td>
      );
    case 'chips':
      return (
        <td>
          {(isList(value) ? value : []).map((v, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a list may hold a value twice
            <span className="tag" key={i}>
              {typeof v === 'string' ? v : column.format(v)}
            </span>
          ))}
        </td>
      );
    default: {
      const text = column.format(value);
      const mono = typeof value === 'object' || /(^|_)(id|type|key)$/.test(column.name);
      return (
        <td className={`cut ${mono ? 'mono' : ''}`} title={text}>
          {text}
        </td>
      );
    }
  }
}

function Model({ model, context }: { readonly model: string; readonly context: ViewContext }) {
  return (
    <ModelChip
      model={model}
      color={context.modelColor(model)}
      onClick={() => {
        const chosen = context.filters.models;
        context.setFilters({ models: chosen?.length === 1 && chosen[0] === model ? undefined : [model] });
      }}
    />
  );
}
