/** Shares of a whole as arcs. No DOM. */
import { toNumber } from '../../base/number.ts';
import { columnIndex, isNumberType } from '../../base/table.ts';
import { valueText } from '../../base/valueText.ts';
import type { ResultTable } from '../../engine/engine.ts';
import type { Options } from '../../notebook/types.ts';

export interface Slice {
  readonly name: string;
  readonly value: number;
  /** 0 … 1 */
  readonly share: number;
}

const MOST = 8;
const text = (options: Options, ...keys: string[]) =>
  keys.map((k) => options[k]).find((v): v is string => typeof v === 'string') ?? '';

/** `view=donut x=model y=cost_usd`; without them the first text and the first number. */
export function donutRoles(table: ResultTable, options: Options): { x: string; y: string } | undefined {
  const x =
    text(options, 'x', 'color') ||
    table.columns.find((c) => !isNumberType(c.type) && c.name !== 'is_total')?.name;
  const y = text(options, 'y') || table.columns.find((c) => isNumberType(c.type) && c.name !== x)?.name;
  if (x === undefined || y === undefined || columnIndex(table, x) < 0 || columnIndex(table, y) < 0)
    return undefined;
  return { x, y };
}

/** The largest first; what exceeds eight is "other". Total rows, negative and unknown values are left out. */
export function slices(table: ResultTable, x: string, y: string): { slices: Slice[]; total: number } {
  const [xi, yi, ti] = [columnIndex(table, x), columnIndex(table, y), columnIndex(table, 'is_total')];
  const sums = new Map<string, number>();
  for (let row = 0; row < table.numRows; row++) {
    if (ti >= 0 && table.value(row, ti) === true) continue;
    const value = toNumber(table.value(row, yi));
    if (value === undefined || value <= 0) continue;
    const name = valueText(table.value(row, xi), table.columns[xi]?.type) || '–';
    sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const order = [...sums.entries()].sort((a, b) => b[1] - a[1]);
  const total = order.reduce((sum, [, value]) => sum + value, 0);
  const rest = order.slice(MOST).reduce((sum, [, value]) => sum + value, 0);
  const shown = rest > 0 ? [...order.slice(0, MOST), ['other', rest] as const] : order;
  return { total, slices: shown.map(([name, value]) => ({ name, value, share: value / total })) };
}

/** Path of a ring's piece from `from` to `to` (shares, clockwise from the top) around 0,0. */
export function arc(from: number, to: number, inner: number, outer: number): string {
  // A full ring in one arc would begin where it ends, and be nothing.
  const end = Math.min(to, from + 0.99999);
  const point = (share: number, radius: number) =>
    `${(Math.sin(share * 2 * Math.PI) * radius).toFixed(3)} ${(-Math.cos(share * 2 * Math.PI) * radius).toFixed(3)}`;
  const large = end - from > 0.5 ? 1 : 0;
  return `M${point(from, outer)}A${outer} ${outer} 0 ${large} 1 ${point(end, outer)}L${point(end, inner)}A${inner} ${inner} 0 ${large} 0 ${point(from, inner)}Z`;
}
