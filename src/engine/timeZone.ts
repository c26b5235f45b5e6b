/** A time zone's rules as SQL: the engine has no icu, so the browser's own knowledge of zones is written out. */
import { DAY, zoneOffset } from '../base/time.ts';
import { type Raw, raw, sql, timestamp } from './sql.ts';

/** Offsets are looked up at most this far apart; no zone changes twice within it and back. */
const STEP_MS = 7 * DAY;
/** Data with a clock gone wild must not make a macro without end. */
const MOST_YEARS_MS = 60 * 366 * DAY;

export interface Transition {
  /** First instant of the new offset, epoch ms UTC. */
  readonly at: number;
  readonly offsetMs: number;
}

/** The offset at `from`, and every change up to `to`. @throws RangeError on an unknown zone */
export function zoneOffsets(
  zone: string,
  from: number,
  to: number,
): { first: number; changes: Transition[] } {
  const offset = (at: number) => zoneOffset(at, zone);
  const start = Math.max(from, to - MOST_YEARS_MS);
  const first = offset(start);
  const changes: Transition[] = [];
  let known = first;
  for (let at = start; at < to; at += STEP_MS) {
    const end = Math.min(at + STEP_MS, to);
    const next = offset(end);
    if (next === known) continue;
    let [low, high] = [at, end];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offset(middle) === known) low = middle;
      else high = middle;
    }
    changes.push({ at: high, offsetMs: next });
    known = next;
  }
  return { first, changes };
}

/** The body of `local(ts)`: `ts` as the zone's clock shows it, for times from a day before `from` to a year after `to`. */
export function localTimeSql(zone: string, from: number, to: number): string {
  const { first, changes } = zoneOffsets(zone, from - DAY, to + 366 * DAY);
  const shifted = (offsetMs: number): Raw =>
    raw(offsetMs === 0 ? 'ts' : sql`ts + ${{ intervalMs: offsetMs }}`);
  if (changes.length === 0) return sql`${shifted(first)}`;
  // Latest first: newest data needs the fewest comparisons.
  const cases = changes
    .toReversed()
    .map((c) => sql`WHEN ts >= ${timestamp(c.at)} THEN ${shifted(c.offsetMs)}`);
  return sql`CASE ${raw(cases.join(' '))} ELSE ${shifted(first)} END`;
}
