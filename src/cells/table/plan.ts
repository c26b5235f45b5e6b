/** How a result becomes a small table: which columns show, as what, and which rows are totals. No DOM. */
import { columnFormat, unitOf } from '../../base/format.ts';
import { columnLabel } from '../../base/labels.ts';
import { toNumber } from '../../base/number.ts';
import { columnIndex, columnValues, isNumberType, isTimeType } from '../../base/table.ts';
import { isUtcColumn, timeFormat, toWall } from '../../base/time.ts';
import { valueText } from '../../base/valueText.ts';
import type { ResultTable } from '../../engine/engine.ts';
import type { Options } from '../../notebook/types.ts';

export type CellKind =
  | 'number'
  | 'time'
  | 'model'
  | 'models'
  | 'status'
  | 'trace'
  | 'histogram'
  /** Counts by time bucket: MAP(TIMESTAMP, number). */
  | 'times'
  | 'chips'
  | 'text';

export interface PlannedColumn {
  readonly index: number;
  readonly name: string;
  readonly label: string;
  /** Unit or time zone, for the head. */
  readonly unit: string;
  readonly kind: CellKind;
  readonly right: boolean;
  /** Left out where the cell is narrow: the stacked bar tells it, or it is a detail beside it. */
  readonly optional: boolean;
  format(value: unknown): string;
}

export interface StackPart {
  readonly index: number;
  readonly label: string;
  readonly color: string;
}

export interface TablePlan {
  readonly columns: readonly PlannedColumn[];
  readonly rows: readonly number[];
  readonly totals: readonly number[];
  /** Column whose bar stands behind its figure, and its largest value. */
  readonly bar:
    | {
        readonly index: number;
        readonly most: number;
        /** Column `unpriced` where the bar is a cost: said in the bar's place, since that cost lacks it. −1: none. */
        readonly unpriced: number;
      }
    | undefined;
  readonly stack:
    | { readonly parts: readonly StackPart[]; readonly most: number; readonly label: string }
    | undefined;
}

export const optionText = (options: Options, key: string): string =>
  typeof options[key] === 'string' ? options[key] : '';
const names = (options: Options, key: string) =>
  optionText(options, key)
    .split(/[\s,]+/)
    .filter(Boolean);

/** Of the parts of tokens, by column. */
export const STACK_COLORS: Readonly<Record<string, string>> = {
  uncached_tokens: 'var(--volume)',
  input_tokens: 'var(--volume)',
  cache_read_tokens: 'light-dark(oklch(0.78 0.02 262), oklch(0.48 0.02 262))',
  cache_write_tokens: 'light-dark(oklch(0.66 0.05 262), oklch(0.6 0.05 262))',
  output_tokens: 'var(--accent)',
  reasoning_tokens: 'var(--c6)',
};

/** What `histogram(time_bucket(…))` gives. */
const isCountsByTime = (type: string) => {
  const [, key = '', value = ''] = /^MAP\((TIMESTAMP[^,]*), (\w+)\)$/.exec(type) ?? [];
  return isTimeType(key) && isNumberType(value);
};

function kindOf(name: string, type: string): CellKind {
  if (isNumberType(type)) return 'number';
  if (isTimeType(type)) return 'time';
  if (/^(request_)?model$/.test(name)) return 'model';
  if (name === 'models') return 'models';
  if (name === 'status') return 'status';
  if (name === 'trace_id') return 'trace';
  if (isCountsByTime(type)) return 'times';
  const element = /^(.*)\[\d*\]$/.exec(type)?.[1];
  if (element !== undefined) return isNumberType(element) ? 'histogram' : 'chips';
  return 'text';
}

function planColumn(table: ResultTable, index: number, zone: string): PlannedColumn {
  const { name, type } = table.columns[index] ?? { name: '', type: '' };
  const kind = kindOf(name, type);
  const base = {
    index,
    name,
    kind,
    label: columnLabel(name),
    right: kind === 'number' || kind === 'time',
    optional: false,
  };
  if (kind === 'number') {
    const { unit, format } = columnFormat(name, columnValues(table, index));
    return { ...base, unit: unit === 'tok' && base.label === 'tokens' ? '' : unit, format };
  }
  if (kind === 'time') {
    const wall = (value: unknown) => {
      const ms = typeof value === 'bigint' ? Number(value / 1000n) / 1000 : value;
      return typeof ms !== 'number' ? undefined : isUtcColumn(name) ? toWall(ms, zone) : ms;
    };
    const walls = columnValues(table, index)
      .map(wall)
      .filter((w) => w !== undefined);
    const text = timeFormat(walls, isUtcColumn(name) || name === 'time' ? 'ms' : 'second');
    const format = (value: unknown) => {
      const at = wall(value);
      return at === undefined ? '–' : text(at);
    };
    return { ...base, unit: zone, format };
  }
  return { ...base, unit: '', format: (value) => (value === null ? '–' : valueText(value, type)) };
}

const part = (table: ResultTable, name: string, order: number): StackPart | undefined => {
  const index = columnIndex(table, name);
  if (index < 0) return undefined;
  const color = STACK_COLORS[name] ?? `var(--c${(order % 8) + 1})`;
  return { index, label: columnLabel(name), color };
};

/**
 * Options: `bar=col`, `stack="a b c"`, `hide="a b"`, `total`. Rows with `is_total` go to the foot, the column is
 * not shown.
 */
export function planTable(table: ResultTable, options: Options, timeZone: string): TablePlan {
  const totalIndex = columnIndex(table, 'is_total');
  const isTotal = (row: number) => totalIndex >= 0 && table.value(row, totalIndex) === true;
  const all = Array.from({ length: table.numRows }, (_, row) => row);
  const rows = all.filter((row) => !isTotal(row));
  const hidden = new Set([...names(options, 'hide'), 'is_total']);
  const unpriced = /(^|_)cost_usd$/.test(optionText(options, 'bar')) ? columnIndex(table, 'unpriced') : -1;
  if (unpriced >= 0) hidden.add('unpriced');
  // A part that is the rest of two columns shown is drawn, not written.
  if (names(options, 'stack').includes('uncached_tokens') && columnIndex(table, 'input_tokens') >= 0)
    hidden.add('uncached_tokens');
  const stacked = optionText(options, 'stack') !== '';
  const columns = table.columns
    .map((c, index) => ({ c, index }))
    .filter(({ c }) => !hidden.has(c.name))
    .map(({ c, index }) => ({
      ...planColumn(table, index, timeZone),
      optional: stacked && ['share', 'reasoning_tokens', 'cache_write_tokens'].includes(c.name),
    }));
  const number = (row: number, index: number) => Math.max(0, toNumber(table.value(row, index)) ?? 0);

  const barIndex = columnIndex(table, optionText(options, 'bar'));
  const parts = names(options, 'stack')
    .map((name, order) => part(table, name, order))
    .filter((p) => p !== undefined);
  const sum = (row: number) => parts.reduce((total, p) => total + number(row, p.index), 0);
  const stackLabel = parts.every((p) => unitOf(table.columns[p.index]?.name ?? '') === 'tokens')
    ? 'tokens'
    : '';
  return {
    columns,
    rows,
    totals: all.filter(isTotal),
    bar:
      barIndex < 0
        ? undefined
        : { index: barIndex, most: Math.max(0, ...rows.map((r) => number(r, barIndex))), unpriced },
    stack: parts.length === 0 ? undefined : { parts, most: Math.max(0, ...rows.map(sum)), label: stackLabel },
  };
}

/** A share of errors beyond which their count is red. */
export const MANY_ERRORS = 0.05;

/** Whether a count of errors is high against the requests or calls of its row. */
export function manyErrors(table: ResultTable, row: number, column: string): boolean {
  if (column !== 'errors' && column !== 'error_count') return false;
  const of = ['requests', 'call_count', 'calls'].map((n) => columnIndex(table, n)).find((i) => i >= 0);
  const all = of === undefined ? undefined : toNumber(table.value(row, of));
  const errors = toNumber(table.value(row, columnIndex(table, column))) ?? 0;
  return all !== undefined && all > 0 && errors / all > MANY_ERRORS;
}
