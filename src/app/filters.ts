import { clock, DAY, day, fromWall, MINUTE, timestamp, toWall } from '../base/time.ts';
import type { Filters } from '../notebook/types.ts';

export const LAST = ['1h', '24h', '7d', '30d'] as const;
export type Last = (typeof LAST)[number];
const LAST_LABELS: Record<Last, string> = {
  '1h': 'Last hour',
  '24h': 'Last 24 h',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

/** What the range button says; times in the zone. */
export function rangeLabel(range: Filters['range'], zone: string): string {
  if (range === undefined) return 'All time';
  if ('last' in range) return LAST_LABELS[range.last];
  const [from, to] = [Date.parse(range.from), Date.parse(range.to)].map((t) => toWall(t, zone));
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) return 'Custom';
  const end = day(from) === day(to) ? clock(to) : `${day(to)} ${clock(to)}`;
  return `${day(from)} ${clock(from)} – ${end}`;
}
export const lastLabel = (last: Last) => LAST_LABELS[last];

/** `2026-11-23 14:00`, with seconds only where they are not zero. */
export function timeInput(utc: number, zone: string): string {
  const text = timestamp(Math.floor(toWall(utc, zone) / 1000) * 1000);
  return utc % MINUTE === 0 ? text.slice(0, 16) : text;
}

/** A time as people type it (`2026-11-23`, `2026-11-23 14:00`, `…T14:00:30`), in the zone. Epoch ms, or undefined. */
export function parseTimeInput(text: string, zone: string): number | undefined {
  const match = /^\s*(\d{4}-\d{2}-\d{2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, date = '', hours = '0', minutes = '00', seconds = '00'] = match;
  const wall = Date.parse(`${date}T${hours.padStart(2, '0')}:${minutes}:${seconds}Z`);
  return Number.isNaN(wall) ? undefined : fromWall(wall, zone);
}

export const customRange = (from: number, to: number): Filters['range'] => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** Whether anything but the time is filtered. */
export function hasChoice(filters: Filters): boolean {
  return Boolean(
    filters.services?.length || filters.models?.length || filters.status || filters.text !== undefined,
  );
}

/** Buckets that read well; the brush has about 90 bars. */
const BUCKETS = [1 / 60, 1 / 12, 1 / 4, 1, 5, 15, 60, 120, 360, 720, 1440, 2880, 10080].map(
  (m) => m * MINUTE,
);
export function brushBucket(lengthMs: number): number {
  return BUCKETS.find((b) => lengthMs / b <= 100) ?? Math.ceil(lengthMs / 100 / DAY) * DAY;
}

/** Keeps `from < to` inside the extent, at least one bucket long. */
export function clampRange(
  from: number,
  to: number,
  extent: { from: number; to: number; bucketMs: number },
): { from: number; to: number } {
  const [low, high] = from <= to ? [from, to] : [to, from];
  const least = Math.min(extent.bucketMs, extent.to - extent.from);
  const start = Math.max(extent.from, Math.min(low, extent.to - least));
  return { from: start, to: Math.min(extent.to, Math.max(high, start + least)) };
}

/** Moves a range by `by` ms without changing its length, as far as the extent goes. */
export function moveRange(
  range: { from: number; to: number },
  by: number,
  extent: { from: number; to: number },
): { from: number; to: number } {
  const shift = Math.max(extent.from - range.from, Math.min(by, extent.to - range.to));
  return { from: range.from + shift, to: range.to + shift };
}
