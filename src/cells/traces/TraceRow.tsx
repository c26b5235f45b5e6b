import { columnFormat, duration } from '../../base/format.ts';
import { toNumber } from '../../base/number.ts';
import { columnIndex, field, isTimeType } from '../../base/table.ts';
import { isUtcColumn, toWall } from '../../base/time.ts';
import { valueText } from '../../base/valueText.ts';
import type { ResultTable, Value } from '../../engine/engine.ts';
import type { ViewContext } from '../../notebook/types.ts';
import { ModelChip, Status } from '../../widgets/chips.tsx';
import type { TraceColumn } from './columns.ts';

export interface Formats {
  readonly time: (wall: number) => string;
  /** The longest duration on the page, ms. */
  readonly longest: number;
  readonly numbers: ReadonlyMap<string, (value: unknown) => string>;
}

/** Units and times are the same down a page. */
export function pageFormats(
  table: ResultTable,
  rows: readonly number[],
  columns: readonly TraceColumn[],
  time: Formats['time'],
): Formats {
  const numbers = new Map<string, (value: unknown) => string>();
  let longest = 0;
  for (const { name, index } of columns) {
    const values = rows.map((row) => table.value(row, index));
    numbers.set(name, columnFormat(name, values).format);
    if (name === 'duration_ms') longest = Math.max(0, ...values.map((v) => toNumber(v) ?? 0));
  }
  return { time, longest, numbers };
}

/** More models are told by a number. */
const MODELS = 2;

interface TraceRowProps {
  readonly table: ResultTable;
  readonly row: number;
  readonly columns: readonly TraceColumn[];
  readonly formats: Formats;
  readonly context: ViewContext;
  readonly selected: boolean;
}

export function TraceRow({ table, row, columns, formats, context, selected }: TraceRowProps) {
  const id = valueText(field(table, row, 'trace_id'));
  return (
    <tr className={selected ? 'sel' : ''} aria-selected={selected} data-trace={id}>
      {columns.map((column) => (
        <TraceCell key={column.name} {...{ table, row, column, formats, context, id }} />
      ))}
    </tr>
  );
}

interface TraceCellProps extends Omit<TraceRowProps, 'columns' | 'selected'> {
  readonly column: TraceColumn;
  readonly id: string;
}

function TraceCell({ table, row, column, formats, context, id }: TraceCellProps) {
  const value = table.value(row, column.index) as Value;
  const type = table.columns[column.index]?.type ?? '';
  const wide = column.wide ? ' wide' : '';
  if (isTimeType(type)) {
    const at =
      typeof value === 'number'
        ? isUtcColumn(column.name)
          ? toWall(value, context.timeZone)
          : value
        : undefined;
    return <td className={`n${wide}`}>{at === undefined ? '–' : formats.time(at)}</td>;
  }
  switch (column.name) {
    case 'status':
      return (
        <td>
          <Status
            status={valueText(value) || 'UNSET'}
            failed={toNumber(field(table, row, 'error_count')) ?? 0}
          />
        </td>
      );
    case 'trace_id':
      return (
        <td>
          <a
            className="tid"
            href={`#/trace/${encodeURIComponent(id)}`}
            title={id}
            onClick={(e) => {
              if (e.metaKey || e.ctrlKey || e.shiftKey) return;
              e.preventDefault();
              context.openTrace(id);
            }}
          >
            {id.length > 12 ? id.slice(0, 8) : id}
          </a>
        </td>
      );
    case 'input': {
      const text = valueText(value) || valueText(field(table, row, 'name'));
      return (
        <td className="cut wide-text" title={text}>
          {text}
        </td>
      );
    }
    case 'models': {
      const models = Array.isArray(value) ? value.map(String) : [];
      const more = models.slice(MODELS);
      return (
        <td className="nb">
          {models.slice(0, MODELS).map((model) => (
            <ModelChip key={model} model={model} color={context.modelColor(model)} />
          ))}
          {more.length === 0 ? null : (
            <span className="chip more" title={more.join(', ')}>
              +{more.length}
            </span>
          )}
        </td>
      );
    }
    case 'cost_usd': {
      const text = toNumber(value) === undefined ? '–' : formats.numbers.get(column.name)?.(value);
      const unpriced = toNumber(field(table, row, 'unpriced_count')) ?? 0;
      if (unpriced === 0) return <td className={`r n${wide}`}>{text}</td>;
      return (
        <td className={`r n${wide}`} title={`${unpriced} ${unpriced === 1 ? 'call' : 'calls'} unpriced`}>
          {text === '–' ? text : `≥ ${text}`}
        </td>
      );
    }
    case 'duration_ms': {
      const ms = toNumber(value);
      if (ms === undefined) return <td className="r n durc">–</td>;
      const share = formats.longest === 0 ? 0 : ms / formats.longest;
      return (
        <td className="r n durc">
          <i style={{ width: `${(share * 100).toFixed(1)}%` }} />
          <span>{duration(ms)}</span>
        </td>
      );
    }
    default: {
      if (columnIndex(table, column.name) >= 0 && toNumber(value) !== undefined && typeof value !== 'string')
        return <td className={`r n${wide}`}>{formats.numbers.get(column.name)?.(value)}</td>;
      const text = value === null ? '–' : valueText(value, type);
      return (
        <td className={`cut${wide} ${/INT|DOUBLE|DECIMAL/.test(type) ? 'r n' : ''}`} title={text}>
          {text}
        </td>
      );
    }
  }
}
