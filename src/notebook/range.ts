/** From the filter bar's range to instants, and to the bucket that suits them. All times are epoch ms, UTC. */
import type { Filters } from './types.ts';

/** First and newest span of the data, without outliers in the far future; epoch ms, fractions allowed. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export interface ResolvedRange {
  /** Half-open: from ≤ t < to. Both 0 where there are no data and no bounds. */
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  /** Whether a filter bounds the time; otherwise from and to are the data's extent. */
  readonly bounded: boolean;
  /** What is wrong with the range, in words for the user. */
  readonly note?: string;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LAST = { '1h': HOUR, '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY } as const;
const BUCKETS = [
  ...[1, 5, 15, 30].map((s) => s * SECOND),
  ...[1, 5, 15].map((m) => m * MINUTE),
  ...[1, 3, 6].map((h) => h * HOUR),
  DAY,
  7 * DAY,
];
/** With the ladder above: 20 to about 140 buckets; 24 hours → 1 h, 7 days → 6 h, 30 days → 1 d. */
const FEWEST_BUCKETS = 20;

/** The widest bucket that still makes enough of them. */
export function bucketFor(lengthMs: number): number {
  return BUCKETS.findLast((bucket) => lengthMs / bucket >= FEWEST_BUCKETS) ?? SECOND;
}

/** An ISO time; without a zone it is UTC. NaN if it is none. */
export function parseTime(text: string): number {
  const iso = text.trim().replace(/^(\d{4}-\d{2}-\d{2}) +(?=\d)/, '$1T');
  const zoned = /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(iso) || !iso.includes('T');
  return Date.parse(zoned ? iso : `${iso}Z`);
}

/** Times are kept to the microsecond: a bound just after a span is the next one. */
const MICROSECOND = 0.001;

/** The last so many milliseconds of the data, up to the newest span, which is inside. */
export function lastOf(extent: Extent, lengthMs: number): Extent {
  const to = extent.to + MICROSECOND;
  return { from: to - lengthMs, to };
}

/**
 * `last` ends just after the newest span. A custom range is taken as it is. A range that cannot be read is no range,
 * with a note.
 */
export function resolveRange(range: Filters['range'], extent: Extent | undefined): ResolvedRange {
  const whole =
    extent === undefined ? { from: 0, to: 0 } : { from: extent.from, to: extent.to + MICROSECOND };
  const all = (note?: string): ResolvedRange => ({
    ...whole,
    bucketMs: extent === undefined ? HOUR : bucketFor(whole.to - whole.from),
    bounded: false,
    ...(note === undefined ? {} : { note }),
  });
  if (range === undefined) return all();
  if ('last' in range) {
    if (extent === undefined) return all();
    const length = LAST[range.last];
    return { ...lastOf(extent, length), bucketMs: bucketFor(length), bounded: true };
  }
  const from = parseTime(range.from);
  const to = parseTime(range.to);
  if (!Number.isFinite(from) || !Number.isFinite(to))
    return all(`The time range cannot be read: ${range.from} to ${range.to}.`);
  if (from >= to) return all(`The time range ends before it begins: ${range.from} to ${range.to}.`);
  return { from, to, bucketMs: bucketFor(to - from), bounded: true };
}

/** A period of which the data cover less would be compared with a part of itself. */
const COVERED = 0.9;

/**
 * The period of the same length before; none where the time is not bounded, or where the data begin after a tenth of
 * it.
 */
export function periodBefore(range: ResolvedRange, extent: Extent | undefined): Extent | undefined {
  if (!range.bounded) return undefined;
  const before = { from: range.from - (range.to - range.from), to: range.from };
  const latest = before.to - COVERED * (before.to - before.from);
  return extent === undefined || extent.from > latest ? undefined : before;
}
