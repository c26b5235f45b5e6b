/** Exact decimal text of numbers, bigints and decimal strings. Knows no units: see format.ts. */

/** What a database hands us as a number. A string is a DECIMAL with its exact digits. */
export type Numeric = number | bigint | string;

const DECIMAL = /^[+-]?(\d+)(\.\d+)?$/;

export function isNumeric(value: unknown): value is Numeric {
  return (
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    (typeof value === 'string' && DECIMAL.test(value))
  );
}

/** For positions, widths and comparisons, where digits beyond 2^53 do not show. `undefined`: not a number. */
export function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string' && DECIMAL.test(value)) return Number(value);
  return undefined;
}

/** Groups the digits before the point by three: `1234567.5` → `1,234,567.5`. */
export function group(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Rounds half away from zero, on the digits themselves. Unsigned. */
function roundDigits(whole: string, fraction: string, decimals: number): string {
  const kept = fraction.slice(0, decimals).padEnd(decimals, '0');
  let digits = BigInt(whole + kept);
  if ((fraction[decimals] ?? '0') >= '5') digits += 1n;
  if (decimals === 0) return digits.toString();
  const text = digits.toString().padStart(decimals + 1, '0');
  return `${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
}

/**
 * With `decimals` digits behind the point and grouped thousands; the minus is U+2212. No digit of a bigint or a
 * decimal string is lost. What is not 0 but would be shown as such becomes `< 0.01` (`> −0.01` below zero).
 */
export function fixed(value: Numeric, decimals: number): string {
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'NaN';
    if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
    if (Math.abs(value) >= 1e21) return String(value).replace('-', '−');
  }
  const negative = typeof value === 'string' ? value.startsWith('-') : value < 0;
  const sign = negative ? '−' : '';
  const least = decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
  const number = Math.abs(Number(value));
  if (number > 0 && number < 10 ** -decimals && typeof value !== 'bigint')
    return negative ? `> −${least}` : `< ${least}`;
  let digits: string;
  if (typeof value === 'number') digits = Math.abs(value).toFixed(decimals);
  else if (typeof value === 'bigint')
    digits = roundDigits((negative ? -value : value).toString(), '', decimals);
  else {
    const [whole = '0', fraction = ''] = value.replace(/^[+-]/, '').split('.');
    digits = roundDigits(whole, fraction, decimals);
  }
  return `${/[1-9]/.test(digits) ? sign : ''}${group(digits)}`;
}

/** Three significant digits, no more than two behind the point unless below 1: 4.66, 42.7, 392, 0.284. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 99.95) return fixed(value, 0);
  if (size >= 9.995) return fixed(value, 1);
  if (size >= 0.9995) return fixed(value, 2);
  return fixed(value, 3);
}

/** `950`, `12,354`, `392 k`, `4.27 M`, `1.20 B` (billion). */
export function compact(value: Numeric): { text: string; unit: '' | 'k' | 'M' | 'B' } {
  const number = Number(value);
  const size = Math.abs(number);
  if (size < 99_999.5)
    return { text: fixed(typeof value === 'number' ? Math.round(value) : value, 0), unit: '' };
  if (size < 999_500) return { text: significant(number / 1e3), unit: 'k' };
  if (size < 999_500_000) return { text: significant(number / 1e6), unit: 'M' };
  return { text: significant(number / 1e9), unit: 'B' };
}

/** Decimals that `values` need to be told apart, at most `most`. One number for a whole column. */
export function decimalsFor(values: Iterable<unknown>, most: number): number {
  let needed = 0;
  for (const value of values) {
    if (needed >= most) return most;
    if (typeof value === 'string') {
      const fraction = DECIMAL.test(value) ? (value.split('.')[1] ?? '').replace(/0+$/, '') : '';
      needed = Math.max(needed, Math.min(most, fraction.length));
    } else if (typeof value === 'number' && Number.isFinite(value)) {
      // 12 significant digits: what lies beyond is noise of binary fractions (0.1 + 0.2).
      while (needed < most && Number(value.toFixed(needed)) !== Number(value.toPrecision(12))) needed++;
    }
  }
  return needed;
}
