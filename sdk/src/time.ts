import type { HrTime } from '@opentelemetry/api';

/** A point in time: milliseconds since 1970-01-01 UTC (fractions allowed), a Date, or OTel's `[seconds, nanoseconds]`. */
export type Time = number | Date | HrTime;

/**
 * OTel reads a small number as a performance timestamp and not as an epoch; a pair is never ambiguous,
 * so every time goes to OTel as one.
 */
export function toHrTime(time: Time): HrTime {
  if (Array.isArray(time)) return time;
  const ms = Number(time);
  // Not a time: better now than no span.
  if (!Number.isFinite(ms)) return toHrTime(Date.now());
  const seconds = Math.floor(ms / 1000);
  const nanos = Math.round((ms - seconds * 1000) * 1e6);
  return nanos >= 1e9 ? [seconds + 1, nanos - 1e9] : [seconds, nanos];
}

let cachedSecond = Number.NaN;
let cachedText = '';

/** ISO-8601 UTC, exact to the nanosecond: six decimals where they suffice, else nine. */
export function isoTime(time: HrTime): string {
  const seconds = time[0];
  const nanos = Math.trunc(time[1]);
  // Spans of a batch share their seconds; a Date for each would be the dearest part of the line.
  if (seconds !== cachedSecond) {
    cachedText = new Date(seconds * 1000).toISOString().slice(0, 20);
    cachedSecond = seconds;
  }
  return nanos % 1000 === 0
    ? `${cachedText}${String(nanos / 1000).padStart(6, '0')}Z`
    : `${cachedText}${String(nanos).padStart(9, '0')}Z`;
}

/** Nanoseconds since 1970-01-01 UTC of a wire record's time. */
export function isoNanos(iso: string): bigint {
  const fraction = iso.length > 20 ? iso.slice(20, -1) : '';
  return BigInt(Date.parse(`${iso.slice(0, 19)}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0') || 0);
}

/** Further apart than this, the system clock was set or the machine slept. In ms. */
const MAX_DRIFT = 20;
let anchor = Date.now() - performance.now();

/**
 * Now, in whole microseconds. OTel starts a span at the system clock's millisecond, so a child can seem to end
 * after its parent; here all times of a process come from one monotonic clock, set anew only when the system's
 * clock has moved.
 */
export function preciseNow(): HrTime {
  const elapsed = performance.now();
  const system = Date.now();
  if (Math.abs(anchor + elapsed - system) > MAX_DRIFT) anchor = system - elapsed;
  const time = toHrTime(anchor + elapsed);
  return [time[0], Math.floor(time[1] / 1000) * 1000];
}
