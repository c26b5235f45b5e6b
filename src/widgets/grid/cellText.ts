/** How a grid shows a value: the column's own unit and type, nothing rescaled. */
import { unitOf } from '../../base/format.ts';
import { decimalsFor, fixed, isNumeric } from '../../base/number.ts';
import { isNumberType } from '../../base/table.ts';
import { jsonText, valueText } from '../../base/valueText.ts';

export const isRight = (type: string) => isNumberType(type) || /^(TIMESTAMP|DATE|TIME)\b/.test(type);

/** Text of a column's cells; `sample`: values that show how many decimals it needs. NULL gives ''. */
export function cellText(name: string, type: string, sample: readonly unknown[]): (value: unknown) => string {
  const plain = (value: unknown) => valueText(value, type).replace(/\s*\n\s*/g, ' ⏎ ');
  if (!isNumberType(type)) return plain;
  const unit = unitOf(name);
  if (unit === 'id') return plain;
  const number = (decimals: number) => (value: unknown) =>
    value === null || value === undefined ? '' : isNumeric(value) ? fixed(value, decimals) : plain(value);
  switch (unit) {
    case 'share':
      return (value) => (isNumeric(value) ? `${fixed(Number(value) * 100, 1)} %` : plain(value));
    case 'usd': {
      const small = sample.every((v) => !isNumeric(v) || Math.abs(Number(v)) < 0.01);
      return number(small ? 6 : 4);
    }
    case 'usd_each':
      return number(6);
    case 'ms': {
      const large = sample.some((v) => isNumeric(v) && Math.abs(Number(v)) >= 1000);
      return number(Math.min(decimalsFor(sample, 3), large ? 0 : 3));
    }
    default:
      return number(decimalsFor(sample, 6));
  }
}

/** The whole value, for the detail: JSON indented, also where it came as text. */
export function detailText(value: unknown, type: string): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') {
    if (/^\s*[[{]/.test(value)) {
      try {
        return JSON.stringify(JSON.parse(value), null, 2);
      } catch {
        return value;
      }
    }
    return value;
  }
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return jsonText(value, type, '  ');
  return valueText(value, type);
}
