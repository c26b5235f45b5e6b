/**
 * Numbers as people read them. The unit comes from the column's name: `cost_usd`, `p95_ms`, `error_rate`,
 * `input_tokens`, `size_bytes`. Unknown is `–`, never 0. Rules: docs of the design, "Numbers".
 */
import { compact, decimalsFor, fixed, isNumeric, type Numeric, significant, toNumber } from './number.ts';

export const UNKNOWN = '–';

export type Unit =
  | 'usd'
  /** USD per call, per request, …: 6 decimals. */
  | 'usd_each'
  | 'usd_per_million'
  | 'ms'
  | 'ns'
  | 'share'
  | 'tokens'
  | 'bytes'
  /** A name or an index, not a quantity: no grouping. */
  | 'id'
  | 'none';

export function unitOf(column: string): Unit {
  const name = column.toLowerCase();
  if (/per_million/.test(name)) return 'usd_per_million';
  if (/_per_\w+_usd$/.test(name)) return 'usd_each';
  if (/(^|_)usd$/.test(name)) return 'usd';
  if (/(^|_)ms$/.test(name)) return 'ms';
  // Points in time, not durations.
  if (/(^|_)(start|end|time|epoch)_ns$/.test(name)) return 'id';
  if (/(^|_)ns$/.test(name)) return 'ns';
  if (/(^|_)(rate|share)$/.test(name)) return 'share';
  if (/(^|_)tokens$/.test(name)) return 'tokens';
  if (/(^|_)bytes$/.test(name)) return 'bytes';
  if (/(^|_)(id|key|year|line|position|port|code|seed)$/.test(name)) return 'id';
  return 'none';
}

interface Scale {
  readonly unit: string;
  readonly divisor: number;
  readonly decimals: number;
}

/** One scale for a duration, or for a column of them by its largest. */
export function durationScale(ms: number): Scale {
  const size = Math.abs(ms);
  if (size >= 3_600_000 * 2) return { unit: 'h', divisor: 3_600_000, decimals: 1 };
  if (size >= 60_000 * 2) return { unit: 'min', divisor: 60_000, decimals: 1 };
  if (size >= 999.5) return { unit: 's', divisor: 1000, decimals: 2 };
  if (size >= 9.95) return { unit: 'ms', divisor: 1, decimals: 0 };
  if (size >= 0.0995 || size === 0) return { unit: 'ms', divisor: 1, decimals: size === 0 ? 0 : 2 };
  return { unit: 'µs', divisor: 0.001, decimals: size >= 0.00995 ? 0 : 2 };
}

export function bytesScale(bytes: number): Scale {
  const size = Math.abs(bytes);
  if (size >= 999_500_000) return { unit: 'GB', divisor: 1e9, decimals: 1 };
  if (size >= 999_500) return { unit: 'MB', divisor: 1e6, decimals: 1 };
  if (size >= 1000) return { unit: 'kB', divisor: 1e3, decimals: 1 };
  return { unit: 'B', divisor: 1, decimals: 0 };
}

const scaled = (value: number, scale: Scale) => fixed(value / scale.divisor, scale.decimals);

/** `394 ms`, `8.41 s`, `2.5 min`. */
export function duration(ms: number): string {
  const scale = durationScale(ms);
  return `${scaled(ms, scale)} ${scale.unit}`;
}

/** `214 MB`, `3.1 GB`. */
export function bytes(count: number): string {
  const scale = bytesScale(count);
  return `${scaled(count, scale)} ${scale.unit}`;
}

/** `4.27 M`, `392 k`, `950`. */
export function count(value: Numeric): string {
  const { text, unit } = compact(value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** `$6.20`, `$0.0183`; the sign before the currency. */
export function usd(value: Numeric, decimals: number): string {
  const text = fixed(value, decimals);
  const [, lead = '', digits = text] = /^([<>] )?(.*)$/.exec(text) ?? [];
  return digits.startsWith('−') ? `${lead}−$${digits.slice(1)}` : `${lead}$${digits}`;
}

/** A single figure, with the small unit that stands beside it. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
}

/** For a tile: at least two significant digits, the unit by the column's name. */
export function figure(column: string, value: unknown): Figure {
  if (!isNumeric(value) || (typeof value === 'number' && Number.isNaN(value)))
    return { text: UNKNOWN, unit: '' };
  const number = Number(value);
  switch (unitOf(column)) {
    case 'usd': {
      if (Math.abs(number) >= 999_500) {
        const { text, unit } = compact(value);
        return { text: number < 0 ? `−$${text.slice(1)}` : `$${text}`, unit };
      }
      // Two decimals, but a few cents would be one digit or none.
      return { text: usd(value, number !== 0 && Math.abs(number) < 0.1 ? 4 : 2), unit: '' };
    }
    case 'usd_each':
    case 'usd_per_million':
      return { text: usd(value, 6), unit: '' };
    case 'ms':
    case 'ns': {
      const ms = unitOf(column) === 'ns' ? number / 1e6 : number;
      const scale = durationScale(ms);
      return { text: scaled(ms, scale), unit: scale.unit };
    }
    case 'share':
      return { text: fixed(number * 100, 2), unit: '%' };
    case 'bytes': {
      const scale = bytesScale(number);
      return { text: scaled(number, scale), unit: scale.unit };
    }
    case 'id':
      return { text: String(value), unit: '' };
    case 'tokens':
      return compact(value);
    case 'none':
      return Number.isInteger(number) || typeof value === 'bigint'
        ? Math.abs(number) >= 999_999.5
          ? compact(value)
          : { text: fixed(value, 0), unit: '' }
        : { text: Math.abs(number) >= 1000 ? fixed(number, 0) : significant(number), unit: '' };
  }
}

/** One unit and one number of decimals for a whole column. */
export interface ColumnFormat {
  /** For the head: `USD`, `s`, `tok`; empty if the values say it themselves or there is none. */
  readonly unit: string;
  /** `–` for NULL and for what is not a number. */
  format(value: unknown): string;
}

const numberFormat = (unit: string, text: (value: Numeric) => string): ColumnFormat => ({
  unit,
  format: (value) => (isNumeric(value) ? text(value) : UNKNOWN),
});

function largest(values: Iterable<unknown>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(toNumber(value) ?? 0));
  return most;
}

/** How the numbers of a column are shown. `values`: those that are seen together; may be read twice. */
export function columnFormat(column: string, values: readonly unknown[]): ColumnFormat {
  const unit = unitOf(column);
  switch (unit) {
    case 'usd':
      return numberFormat('USD', (v) => fixed(v, 4));
    case 'usd_each':
      return numberFormat('USD', (v) => fixed(v, 6));
    case 'usd_per_million': {
      const decimals = Math.max(2, decimalsFor(values, 6));
      return numberFormat('USD', (v) => fixed(v, decimals));
    }
    case 'ms':
    case 'ns': {
      const toMs = unit === 'ns' ? 1e-6 : 1;
      const scale = durationScale(largest(values) * toMs);
      return numberFormat(scale.unit, (v) => scaled(Number(v) * toMs, scale));
    }
    case 'share':
      return numberFormat('', (v) => `${fixed(Number(v) * 100, 1)} %`);
    case 'bytes': {
      const scale = bytesScale(largest(values));
      return numberFormat(scale.unit, (v) => (scale.divisor === 1 ? fixed(v, 0) : scaled(Number(v), scale)));
    }
    case 'tokens':
      // Weighted sums are fractions of a token; their places mean nothing.
      return numberFormat('tok', (v) => fixed(typeof v === 'number' ? Math.round(v) : v, 0));
    case 'id':
      return numberFormat('', String);
    case 'none': {
      const decimals = decimalsFor(values, 4);
      return numberFormat('', (v) => fixed(v, decimals));
    }
  }
}

/** One value in the form that its column would have: `$0.0183`, `8.41 s`, `1,234`. For facts and tooltips. */
export function single(column: string, value: unknown): string {
  if (!isNumeric(value)) return UNKNOWN;
  switch (unitOf(column)) {
    case 'usd':
      return usd(value, 4);
    case 'usd_each':
    case 'usd_per_million':
      return usd(value, 6);
    case 'ms':
      return duration(Number(value));
    case 'ns':
      return duration(Number(value) / 1e6);
    case 'bytes':
      return bytes(Number(value));
    default:
      return columnFormat(column, [value]).format(value);
  }
}

export type Tone = 'good' | 'bad' | 'neutral';
export interface Delta {
  readonly text: string;
  readonly tone: Tone;
}

/** Whether more of it is bad, good, or neither: volume is just volume. */
function direction(column: string): -1 | 0 | 1 {
  const name = column.toLowerCase();
  if (/success/.test(name)) return 1;
  if (/error|failed|unpriced|unmetered/.test(name)) return -1;
  return ['usd', 'usd_each', 'ms', 'ns'].includes(unitOf(name)) ? -1 : 0;
}

/** `−6.8 %` against the period before; percentage points for rates. `undefined` where there is nothing to compare. */
export function delta(column: string, now: unknown, before: unknown): Delta | undefined {
  const [to, from] = [toNumber(now), toNumber(before)];
  if (to === undefined || from === undefined) return undefined;
  const points = unitOf(column) === 'share';
  if (!points && from === 0) return undefined;
  const change = points ? (to - from) * 100 : ((to - from) / Math.abs(from)) * 100;
  const rounded = Number(change.toFixed(points ? 2 : 1));
  const sign = rounded > 0 ? '+' : '';
  const digits = rounded < 0 ? `−${fixed(-rounded, points ? 2 : 1)}` : fixed(rounded, points ? 2 : 1);
  const tone = rounded === 0 ? 0 : Math.sign(rounded) * direction(column);
  return {
    text: `${sign}${digits} ${points ? 'pp' : '%'}`,
    tone: tone > 0 ? 'good' : tone < 0 ? 'bad' : 'neutral',
  };
}
