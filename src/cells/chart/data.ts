/** A result as series over time or categories, stacked or not. No DOM. */
import { unitOf } from '../../base/format.ts';
import { columnLabel } from '../../base/labels.ts';
import { toNumber } from '../../base/number.ts';
import { columnIndex, isNumberType, isTimeType } from '../../base/table.ts';
import { valueText } from '../../base/valueText.ts';
import type { ResultTable } from '../../engine/engine.ts';
import type { Options } from '../../notebook/types.ts';

export interface Series {
  readonly name: string;
  readonly label: string;
  readonly color: string;
  readonly total: number;
}
/** One place on the x axis. */
export interface Place {
  /** Wall time in ms, or the category's number. */
  readonly at: number;
  readonly label: string;
  /** By series; `undefined` where there is no value. */
  readonly values: readonly (number | undefined)[];
}
export interface ChartData {
  readonly kind: 'time' | 'category';
  /** Bars lie: categories on the y axis. */
  readonly horizontal: boolean;
  readonly x: string;
  readonly y: string;
  /** '' if every bar has one colour. */
  readonly color: string;
  /** In stack order, from the bottom. */
  readonly series: readonly Series[];
  readonly places: readonly Place[];
  /** Width of a bucket, ms; 0 for categories. */
  readonly bucketMs: number;
  /** Whether values of several series can be added. */
  readonly additive: boolean;
}

export interface Colors {
  readonly bucketMs: number;
  model(name: string): string;
}

/** Series beyond this are "other". */
export const MOST_SERIES = 8;
const OTHER = 'other';

const text = (options: Options, key: string) => (typeof options[key] === 'string' ? options[key] : '');
const words = (value: string) => value.split(/[\s,]+/).filter(Boolean);

const AXIS_TIME = /(^|_)(bucket|time|ts|timestamp|date|minute|hour|day|week|month|year)$/i;

interface Roles {
  readonly x: string;
  readonly y: readonly string[];
  readonly color: string;
  readonly horizontal: boolean;
}

/** Which columns are x, y and colour: as the options say, else the first that fit. */
export function rolesOf(table: ResultTable, options: Options): Roles | undefined {
  const typeOf = (name: string) => table.columns[columnIndex(table, name)]?.type ?? '';
  const number = (name: string) => isNumberType(typeOf(name));
  let x = text(options, 'x');
  let y = words(text(options, 'y'));
  const horizontal =
    y.length === 1 && x !== '' && number(x) && !number(y[0] ?? '') && typeOf(y[0] ?? '') !== '';
  if (horizontal) [x, y] = [y[0] ?? '', [x]];
  const free = table.columns.filter((c) => c.name !== x && !y.includes(c.name) && c.name !== 'is_total');
  // A time that a name says is an axis; any other (last_seen) is a fact about what the first text names.
  if (x === '')
    x =
      (
        free.find((c) => isTimeType(c.type) && AXIS_TIME.test(c.name)) ??
        free.find((c) => !isNumberType(c.type)) ??
        free[0]
      )?.name ?? '';
  if (y.length === 0)
    y = free
      .filter((c) => c.name !== x && isNumberType(c.type))
      .slice(0, 1)
      .map((c) => c.name);
  y = y.filter((name) => columnIndex(table, name) >= 0 && number(name));
  if (columnIndex(table, x) < 0 || y.length === 0) return undefined;
  const color = text(options, 'color');
  return { x, y, color: columnIndex(table, color) >= 0 ? color : '', horizontal };
}

export function chartData(table: ResultTable, options: Options, colors: Colors): ChartData | undefined {
  const roles = rolesOf(table, options);
  if (roles === undefined) return undefined;
  const xIndex = columnIndex(table, roles.x);
  const xType = table.columns[xIndex]?.type ?? '';
  const isTime = isTimeType(xType) || xType === 'DATE';
  const colorIndex = roles.color === '' ? -1 : columnIndex(table, roles.color);
  const total = columnIndex(table, 'is_total');

  const placeOf = new Map<number | string, Map<string, number>>();
  const sums = new Map<string, number>();
  const add = (place: number | string, series: string, value: number | undefined) => {
    let at = placeOf.get(place);
    if (at === undefined) {
      at = new Map();
      placeOf.set(place, at);
    }
    // What has no value anywhere (an unpriced model) is no series.
    if (value === undefined) return;
    at.set(series, (at.get(series) ?? 0) + value);
    sums.set(series, (sums.get(series) ?? 0) + value);
  };
  for (let row = 0; row < table.numRows; row++) {
    if (total >= 0 && table.value(row, total) === true) continue;
    const raw = table.value(row, xIndex);
    // A row of a ROLLUP without a bucket is the sum of the others.
    if (raw === null && isTime) continue;
    const place = isTime ? timeOf(raw) : raw === null ? '–' : valueText(raw, xType);
    if (place === undefined) continue;
    for (const name of roles.y) {
      const value = toNumber(table.value(row, columnIndex(table, name)));
      const key = colorIndex < 0 ? name : valueText(table.value(row, colorIndex)) || '–';
      add(place, key, value);
    }
  }
  const [y = ''] = roles.y;
  const shown = topSeries(sums);
  const series = shown.map((name, order): Series => {
    const color = seriesColor(name, order, roles.color, y, roles.y.length > 1, colors);
    const label = colorIndex < 0 ? columnLabel(name) : name;
    return { name, label, color, total: name === OTHER ? otherSum(sums, shown) : (sums.get(name) ?? 0) };
  });
  const places = [...placeOf.entries()].map(
    ([place, values], order): Place => ({
      at: typeof place === 'number' ? place : order,
      label: String(place),
      values: series.map((s) =>
        s.name === OTHER && !sums.has(OTHER) ? otherSum(values, shown) : values.get(s.name),
      ),
    }),
  );
  if (isTime) places.sort((a, b) => a.at - b.at);
  const unit = unitOf(y);
  return {
    kind: isTime ? 'time' : 'category',
    horizontal: roles.horizontal && !isTime,
    x: roles.x,
    y,
    color: roles.color,
    series,
    places,
    bucketMs: isTime ? bucketOf(places, roles.x, colors.bucketMs) : 0,
    additive: unit === 'usd' || unit === 'tokens' || unit === 'none' || unit === 'bytes',
  };
}

function timeOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value / 1_000_000n);
  const parsed = typeof value === 'string' ? Date.parse(`${value}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** By total, the largest first (at the bottom); what exceeds eight is "other". */
function topSeries(sums: ReadonlyMap<string, number>): string[] {
  const order = [...sums.entries()].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  if (order.length <= MOST_SERIES) return order;
  return [...order.filter((n) => n !== OTHER).slice(0, MOST_SERIES), OTHER];
}

function otherSum(values: ReadonlyMap<string, number>, shown: readonly string[]): number {
  let sum = 0;
  for (const [name, value] of values) if (!shown.includes(name) || name === OTHER) sum += value;
  return sum;
}

const METRIC_COLORS: Partial<Record<ReturnType<typeof unitOf>, string>> = {
  usd: 'var(--cost)',
  usd_each: 'var(--cost)',
  ms: 'var(--latency)',
  ns: 'var(--latency)',
};

function seriesColor(
  name: string,
  order: number,
  column: string,
  y: string,
  several: boolean,
  colors: Colors,
): string {
  if (name === OTHER) return 'var(--text-3)';
  if (/^(request_)?model$/.test(column)) return colors.model(name);
  if (column === 'status') return { ERROR: 'var(--error)', OK: 'var(--ok)' }[name] ?? 'var(--volume)';
  if (column !== '' || several) return `var(--c${(order % 8) + 1})`;
  return /error/.test(y) ? 'var(--error)' : (METRIC_COLORS[unitOf(y)] ?? 'var(--volume)');
}

/** The notebook's bucket where the column is it; else the least distance between two places. */
function bucketOf(places: readonly Place[], x: string, bucketMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < places.length; i++) {
    const step = (places[i]?.at ?? 0) - (places[i - 1]?.at ?? 0);
    if (step > 0) least = Math.min(least, step);
  }
  if (x === 'bucket' && bucketMs > 0) return bucketMs;
  return Number.isFinite(least) ? least : bucketMs || 3_600_000;
}

export interface StackedBar {
  readonly place: number;
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** Each value on top of those before it. Negative and unknown values have no bar. */
export function stack(data: ChartData): StackedBar[] {
  return data.places.flatMap((place, p) => {
    let at = 0;
    return place.values.flatMap((value, s): StackedBar[] => {
      if (value === undefined || value <= 0) return [];
      const from = at;
      at += value;
      return [{ place: p, series: s, from, to: at }];
    });
  });
}

/** The largest stack, or the largest single value. */
export function largestValue(data: ChartData, stacked: boolean): number {
  let most = 0;
  for (const { values } of data.places) {
    const known = values.map((v) => Math.max(0, v ?? 0));
    most = Math.max(most, stacked ? known.reduce((a, b) => a + b, 0) : Math.max(0, ...known));
  }
  return most;
}

/** The wall time range to draw: the filter's, widened to whole buckets; the data's own where x is not the notebook's bucket. */
export function timeDomain(
  data: ChartData,
  range: { readonly from: number; readonly to: number },
): [number, number] {
  const first = data.places[0]?.at;
  const last = data.places.at(-1)?.at;
  const { bucketMs } = data;
  if (first === undefined || last === undefined) return [range.from, range.to];
  const inside = first >= range.from - bucketMs && last <= range.to;
  if (!inside || !(range.to > range.from)) return [first, last + bucketMs];
  const from = first + Math.floor((range.from - first) / bucketMs) * bucketMs;
  return [from, Math.max(last + bucketMs, first + Math.ceil((range.to - first) / bucketMs) * bucketMs)];
}
