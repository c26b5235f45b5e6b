/**
 * Times in a zone. A "wall" time is the clock on the wall there, written as if it were UTC: what the SQL macro
 * `local()` returns. Everything here is epoch milliseconds, with a fraction for microseconds.
 */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

const formats = new Map<string, Intl.DateTimeFormat>();
function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

/** What to add to UTC to get the wall time of `zone` at that moment, ms. */
export function zoneOffset(utc: number, zone: string): number {
  if (zone === 'UTC' || !Number.isFinite(utc)) return 0;
  const second = Math.floor(utc / 1000) * 1000;
  const parts = new Map(
    partsFormat(zone)
      .formatToParts(second)
      .map((p) => [p.type, p.value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type) ?? 0);
  const wallTime = Date.UTC(
    parts.get('era') === 'BC' ? 1 - number('year') : number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
  return wallTime - second;
}

export const toWall = (utc: number, zone: string) => utc + zoneOffset(utc, zone);

/** The moment at which the clock in `zone` shows `wall`; of two (clocks put back), the first. */
export function fromWall(wall: number, zone: string): number {
  if (zone === 'UTC') return wall;
  const before = wall - zoneOffset(wall - DAY, zone);
  if (toWall(before, zone) === wall) return before;
  const after = wall - zoneOffset(wall + DAY, zone);
  return toWall(after, zone) === wall ? after : before;
}

const two = (n: number) => String(n).padStart(2, '0');
const three = (n: number) => String(n).padStart(3, '0');

/** `13:58`, `13:58:31`, `13:58:31.204`. */
export function clock(wall: number, to: 'minute' | 'second' | 'ms' = 'minute'): string {
  const d = new Date(Math.floor(wall));
  const minute = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
  if (to === 'minute') return minute;
  const second = `${minute}:${two(d.getUTCSeconds())}`;
  return to === 'second' ? second : `${second}.${three(d.getUTCMilliseconds())}`;
}

/** `24 Nov`; with the year if it is not that of `now`. */
export function day(wall: number, now = wall): string {
  const d = new Date(wall);
  const text = `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()] ?? ''}`;
  return d.getUTCFullYear() === new Date(now).getUTCFullYear() ? text : `${text} ${d.getUTCFullYear()}`;
}

export function weekday(wall: number): string {
  return WEEKDAYS[new Date(wall).getUTCDay()] ?? '';
}

/** `24 Nov 13:58:31.204` */
export const dayTime = (wall: number, to: 'minute' | 'second' | 'ms' = 'minute') =>
  `${day(wall)} ${clock(wall, to)}`;

/** `23 Nov 16:00–17:00`, `23 Nov 23:00 – 24 Nov 01:00`, `23 Nov` for a whole day. */
export function span(from: number, to: number): string {
  if (from % DAY === 0 && to % DAY === 0) {
    const last = to - DAY;
    return last <= from ? day(from) : `${day(from)} – ${day(last)}`;
  }
  const detail = from % MINUTE === 0 && to % MINUTE === 0 ? 'minute' : 'second';
  const start = dayTime(from, detail);
  // Midnight at the end of the same day is 24:00 to a reader.
  if (day(from, 0) === day(to, 0)) return `${start}–${clock(to, detail)}`;
  if (to % DAY === 0 && to - from <= DAY) return `${start}–24:00`;
  return `${start} – ${dayTime(to, detail)}`;
}

/** As SQL writes it: `2026-11-24 13:56:57.204123`; the fraction as long as it is. */
export function timestamp(wall: number): string {
  if (!Number.isFinite(wall)) return wall > 0 ? 'infinity' : '-infinity';
  const whole = Math.floor(wall);
  const date = new Date(whole);
  if (Number.isNaN(date.getTime())) return String(wall);
  const micros = (whole - Math.floor(whole / 1000) * 1000) * 1000 + Math.round((wall - whole) * 1000);
  return `${date.toISOString().slice(0, -5).replace('T', ' ')}${fraction(micros, 6)}`;
}

/** Nanoseconds since 1970, exact. */
export function timestampNs(ns: bigint): string {
  const second = 1_000_000_000n;
  const rest = ((ns % second) + second) % second;
  return `${timestamp(Number((ns - rest) / 1_000_000n))}${fraction(Number(rest), 9)}`;
}

function fraction(value: number, digits: number): string {
  if (value === 0) return '';
  const text = String(value).padStart(digits, '0').replace(/0+$/, '');
  return `.${text.padEnd(Math.ceil(text.length / 3) * 3, '0')}`;
}

const STEPS = [
  1000,
  5000,
  15_000,
  30_000,
  MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  28 * DAY,
  91 * DAY,
  364 * DAY,
] as const;

export interface Tick {
  readonly at: number;
  readonly label: string;
  /** A day begins: it is named. */
  readonly day: boolean;
}

/** At most `most` round times from `from` to `to`, wall time. */
export function timeTicks(from: number, to: number, most: number): Tick[] {
  const step = STEPS.find((s) => (to - from) / s <= most) ?? Math.ceil((to - from) / most / DAY) * DAY;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
    const isDay = at % DAY === 0;
    const label = isDay ? day(at, to) : clock(at, step < MINUTE ? 'second' : 'minute');
    ticks.push({ at, label, day: isDay });
  }
  return ticks;
}

/** Stored columns in UTC; every other TIMESTAMP of a result is shown as the SQL returned it (`local()` gives wall time). */
export const isUtcColumn = (column: string) => column === 'start_time' || column === 'end_time';

/** One form for a column of wall times: without the day if they share it. */
export function timeFormat(walls: Iterable<number>, to: 'second' | 'ms'): (wall: number) => string {
  const days = new Set<number>();
  for (const wall of walls) days.add(Math.floor(wall / DAY));
  return days.size <= 1 ? (wall) => clock(wall, to) : (wall) => dayTime(wall, to);
}
