/** A time since 1970 UTC: whole microseconds (exact as a number until 2255) and the 0–999 nanoseconds beyond. */
export interface Time {
  readonly us: number;
  readonly ns: number;
}

const EXACT =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d\d:?(?:\d\d)?)?$/i;
const days = new Map<string, number>();

/** Microseconds at the start of `YYYY-MM-DD`, or NaN. Files hold few days, each many times. */
function dayStart(date: string): number {
  let us = days.get(date);
  if (us === undefined) {
    const ms = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1, Number(date.slice(8, 10)));
    us = new Date(ms).toISOString().slice(0, 10) === date ? ms * 1000 : Number.NaN;
    if (days.size > 10_000) days.clear();
    days.set(date, us);
  }
  return us;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function twoDigits(text: string, at: number): number {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  return isDigit(a) && isDigit(b) ? (a - 48) * 10 + b - 48 : Number.NaN;
}

/** `YYYY-MM-DDTHH:MM:SS[.f]Z`, the form that our files hold; undefined for any other. */
function parseExact(text: string): Time | undefined {
  const n = text.length;
  if (n < 20 || n > 30 || text.charCodeAt(10) !== 84 || text.charCodeAt(n - 1) !== 90) return undefined;
  const h = twoDigits(text, 11);
  const m = twoDigits(text, 14);
  const s = twoDigits(text, 17);
  if (!(h < 24 && m < 60 && s < 61) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58)
    return undefined;
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  let nanos = 0;
  if (n > 20) {
    if (text.charCodeAt(19) !== 46 || n === 21) return undefined;
    for (let i = 20; i < 29; i++) {
      const c = i < n - 1 ? text.charCodeAt(i) : 48;
      if (!isDigit(c)) return undefined;
      nanos = nanos * 10 + c - 48;
    }
  }
  const day = dayStart(text.slice(0, 10));
  if (Number.isNaN(day)) return undefined;
  const us = Math.floor(nanos / 1000);
  return { us: day + (h * 3600 + m * 60 + s) * 1e6 + us, ns: nanos - us * 1000 };
}

/** ISO-8601, any zone; without one, UTC. Also with a space for the T. */
export function parseIso(text: string): Time | undefined {
  const exact = parseExact(text);
  if (exact !== undefined) return exact;
  const match = EXACT.exec(text.trim());
  if (match === null) return undefined;
  const [, year, month, day, h, m, s = '0', fraction = '', zone = 'Z'] = match;
  const start = dayStart(`${year}-${month}-${day}`);
  if (Number.isNaN(start) || Number(h) > 24 || Number(m) > 59 || Number(s) > 60) return undefined;
  const nanos = Number(fraction.slice(0, 9).padEnd(9, '0'));
  const us = Math.floor(nanos / 1000);
  let offset = 0;
  if (/^[+-]/.test(zone)) {
    const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
    offset = (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * (zone[0] === '-' ? -1 : 1);
  }
  return {
    us: start + (Number(h) * 3600 + (Number(m) - offset) * 60 + Number(s)) * 1e6 + us,
    ns: nanos - us * 1000,
  };
}

/** Digits as a count of nanoseconds, exact. */
export function fromNanosecondText(digits: string): Time | undefined {
  if (!/^\d{1,19}$/.test(digits)) return undefined;
  return { us: Number(digits.slice(0, -3) || '0'), ns: Number(digits.slice(-3)) };
}

export function fromSecondsAndNanos(seconds: number, nanos: number): Time {
  const us = Math.floor(nanos / 1000);
  return { us: seconds * 1e6 + us, ns: nanos - us * 1000 };
}

/** A bare number: seconds, milliseconds, microseconds or nanoseconds, told apart by size (years 1973 to 5138). */
export function fromNumber(value: number): Time | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value < 1e11) return { us: Math.round(value * 1e6), ns: 0 };
  if (value < 1e14) return { us: Math.round(value * 1e3), ns: 0 };
  if (value < 1e17) return { us: Math.round(value), ns: 0 };
  return { us: Math.round(value / 1000), ns: 0 };
}

/** An ISO text, digits, a number, or OTel's `[seconds, nanos]`. Undefined if it is none of them. */
export function parseTime(value: unknown): Time | undefined {
  if (typeof value === 'string') {
    if (/^\d{17,19}$/.test(value)) return fromNanosecondText(value);
    return parseIso(value) ?? (/^\d+(\.\d+)?$/.test(value) ? fromNumber(Number(value)) : undefined);
  }
  if (typeof value === 'number') return fromNumber(value);
  if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number')
    return fromSecondsAndNanos(value[0], value[1]);
  return undefined;
}

/** Milliseconds from `a` to `b`. */
export function millisecondsBetween(a: Time, b: Time): number {
  return (b.us - a.us) / 1000 + (b.ns - a.ns) / 1e6;
}
