/** Key metrics out of one result: the row without a bucket is the figure, the others are the sparkline. No DOM. */
import { count, type Delta, delta, type Figure, figure, unitOf } from '../../base/format.ts';
import { metricLabel } from '../../base/labels.ts';
import { fixed, isNumeric, type Numeric, toNumber } from '../../base/number.ts';
import { columnIndex, field, isNumberType, isTimeType } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';
import type { Options } from '../../notebook/types.ts';

export interface Point {
  /** Share of the range, 0 … 1. */
  readonly x: number;
  readonly y: number;
}
export interface SubPart {
  readonly text: string;
  /** What it means, for a tooltip. */
  readonly meaning?: string;
}
export interface Tile {
  readonly name: string;
  readonly label: string;
  readonly figure: Figure;
  readonly delta: Delta | undefined;
  /** The figure of the period before, with its unit. */
  readonly before: string | undefined;
  /** What stands beside the change, in pieces that are never cut. */
  readonly sub: readonly SubPart[];
  readonly tone: 'vol' | 'lat' | 'cst' | 'err';
  /** Unbroken pieces of the line: where a latency is unknown, there is a gap. */
  readonly spark: readonly (readonly Point[])[];
}

/** Wall time, as the bucket column is. */
export interface TileRange {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
}

/** Row of the figure: the one without a bucket; the first if the result has no buckets. −1: no rows. */
export function figureRow(table: ResultTable): number {
  const bucket = bucketIndex(table);
  if (bucket < 0) return table.numRows > 0 ? 0 : -1;
  for (let row = 0; row < table.numRows; row++) if (table.value(row, bucket) === null) return row;
  return -1;
}

function bucketIndex(table: ResultTable): number {
  const named = columnIndex(table, 'bucket');
  return named >= 0 ? named : table.columns.findIndex((c) => isTimeType(c.type));
}

function toneOf(name: string): Tile['tone'] {
  if (/error|fail/.test(name)) return 'err';
  const unit = unitOf(name);
  return unit === 'usd' ? 'cst' : unit === 'ms' || unit === 'ns' ? 'lat' : 'vol';
}

/** What stands beside the delta. */
function subOf(name: string, table: ResultTable, row: number): SubPart[] {
  const value = (column: string) => {
    const found = field(table, row, column);
    return isNumeric(found) ? found : undefined;
  };
  const rounded = (n: Numeric) => (typeof n === 'number' ? Math.round(n) : n);
  const whole = (n: Numeric) => (Number(n) >= 100_000 ? count(rounded(n)) : fixed(rounded(n), 0));
  switch (name) {
    case 'requests': {
      const traces = value('traces');
      return traces === undefined ? [] : [{ text: `${whole(traces)} traces` }];
    }
    case 'tokens': {
      const [input, output] = [value('input_tokens'), value('output_tokens')];
      if (input === undefined || output === undefined) return [];
      return [{ text: `${count(input)} in` }, { text: `${count(output)} out` }];
    }
    case 'cost_usd': {
      const [unpriced, unmetered] = [value('unpriced'), value('unmetered')];
      const out: SubPart[] = [];
      if (unpriced !== undefined)
        out.push({
          text: `${whole(unpriced)} unpriced`,
          meaning: 'Calls with usage, but without a price for their model: their cost is not in the sum.',
        });
      if (unmetered !== undefined && Number(unmetered) > 0)
        out.push({
          text: `${whole(unmetered)} unmetered`,
          meaning: 'Calls that report no usage: what they cost is not known.',
        });
      return out;
    }
    case 'error_rate': {
      const [errors, of] = [value('errors'), value('requests')];
      return errors === undefined || of === undefined ? [] : [{ text: `${whole(errors)} of ${whole(of)}` }];
    }
    default:
      return [];
  }
}

/** Sums are 0 in a bucket without rows; averages, percentiles and rates are unknown there. */
function isSum(name: string): boolean {
  const unit = unitOf(name);
  return !/^(avg|mean|median|p\d+)_/.test(name) && (unit === 'none' || unit === 'tokens' || unit === 'usd');
}

export function sparkOf(table: ResultTable, name: string, range: TileRange): Point[][] {
  const [bucket, column] = [bucketIndex(table), columnIndex(table, name)];
  const length = range.to - range.from;
  if (bucket < 0 || column < 0 || length <= 0 || range.bucketMs <= 0) return [];
  const known = new Map<number, number>();
  for (let row = 0; row < table.numRows; row++) {
    const at = table.value(row, bucket);
    const y = toNumber(table.value(row, column));
    if (typeof at === 'number' && y !== undefined) known.set(at, y);
  }
  if (known.size === 0) return [];
  // Buckets are aligned to their own size, of which one found tells the phase.
  const [phase = 0] = known.keys();
  const start = phase + Math.floor((range.from - phase) / range.bucketMs) * range.bucketMs;
  const buckets = Math.min(5000, Math.ceil((range.to - start) / range.bucketMs));
  const pieces: Point[][] = [];
  let piece: Point[] = [];
  for (let i = 0; i < buckets; i++) {
    const at = start + i * range.bucketMs;
    const y = known.get(at) ?? (isSum(name) ? 0 : undefined);
    const x = buckets === 1 ? 0.5 : i / (buckets - 1);
    if (y !== undefined) piece.push({ x, y });
    else if (piece.length > 0) {
      pieces.push(piece);
      piece = [];
    }
  }
  if (piece.length > 0) pieces.push(piece);
  return pieces;
}

const figureText = ({ text, unit }: Figure) => (unit === '' ? text : `${text} ${unit}`);

/** `tiles="a b c"`; without it, every number column. */
export function tilesOf(
  table: ResultTable,
  before: ResultTable | undefined,
  options: Options,
  range: TileRange,
): Tile[] {
  const chosen = typeof options.tiles === 'string' ? options.tiles.split(/[\s,]+/).filter(Boolean) : [];
  const names =
    chosen.length > 0 ? chosen : table.columns.filter((c) => isNumberType(c.type)).map((c) => c.name);
  const row = figureRow(table);
  const beforeRow = before === undefined ? -1 : figureRow(before);
  return names
    .filter((name) => columnIndex(table, name) >= 0)
    .map((name) => {
      const value = row < 0 ? null : field(table, row, name);
      const past = before === undefined || beforeRow < 0 ? null : field(before, beforeRow, name);
      return {
        name,
        label: metricLabel(name),
        figure: figure(name, value),
        delta: delta(name, value, past),
        sub: row < 0 ? [] : subOf(name, table, row),
        before: isNumeric(past) ? figureText(figure(name, past)) : undefined,
        tone: toneOf(name),
        spark: sparkOf(table, name, range),
      };
    });
}
