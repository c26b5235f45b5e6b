import { describe, expect, it } from 'vitest';
import {
  compact,
  decimalsFor,
  fixed,
  group,
  isNumeric,
  significant,
  toNumber,
} from '../../src/base/number.ts';

describe('fixed', () => {
  it.each([
    [1234567.5, 1, '1,234,567.5'],
    [0, 4, '0.0000'],
    [-0, 2, '0.00'],
    [-1234.5, 2, '−1,234.50'],
    [999.995, 2, '1,000.00'],
    [Number.NaN, 2, 'NaN'],
    [Number.POSITIVE_INFINITY, 2, '∞'],
    [Number.NEGATIVE_INFINITY, 2, '−∞'],
    [1e22, 2, '1e+22'],
  ])('%d with %d decimals', (value, decimals, text) => expect(fixed(value, decimals)).toBe(text));

  it('loses no digit of a bigint', () => {
    expect(fixed(9007199254740993n, 0)).toBe('9,007,199,254,740,993');
    expect(fixed(-170141183460469231731687303715884105728n, 0)).toBe(
      '−170,141,183,460,469,231,731,687,303,715,884,105,728',
    );
    expect(fixed(5n, 2)).toBe('5.00');
  });

  it('loses no digit of a DECIMAL, and rounds its digits half away from zero', () => {
    expect(fixed('12345678901234567890.125', 3)).toBe('12,345,678,901,234,567,890.125');
    expect(fixed('12345678901234567890.125', 2)).toBe('12,345,678,901,234,567,890.13');
    expect(fixed('-0.995', 2)).toBe('−1.00');
    expect(fixed('7', 2)).toBe('7.00');
  });

  it('says what lies below the last digit instead of showing 0', () => {
    expect(fixed(0.00004, 4)).toBe('< 0.0001');
    expect(fixed(0.0001, 4)).toBe('0.0001');
    expect(fixed(-0.04, 1)).toBe('> −0.1');
    expect(fixed(0.4, 0)).toBe('< 1');
    expect(fixed('0.0000001', 6)).toBe('< 0.000001');
  });
});

describe('numbers in short', () => {
  it('groups thousands, not decimals', () => {
    expect(group('1234567.12345')).toBe('1,234,567.12345');
    expect(group('999')).toBe('999');
  });

  it.each([
    [4.6566, '4.66'],
    [42.68, '42.7'],
    [391.6, '392'],
    [9.999, '10.0'],
    [0.2841, '0.284'],
    [0, '0'],
  ])('%d in three digits', (value, text) => expect(significant(value)).toBe(text));

  it.each([
    [950, '950', ''],
    [12_354, '12,354', ''],
    [99_999, '99,999', ''],
    [391_600, '392', 'k'],
    [999_600, '1.00', 'M'],
    [4_271_290, '4.27', 'M'],
    [2_345_678_901, '2.35', 'B'],
    [4_271_290n, '4.27', 'M'],
  ])('%d compact', (value, text, unit) => expect(compact(value)).toEqual({ text, unit }));

  it('knows numbers by what the engine hands out', () => {
    expect([1, 1n, '1.50', '-3'].every(isNumeric)).toBe(true);
    expect(['', 'a', '1e5', null, true, []].some(isNumeric)).toBe(false);
    expect(toNumber('12.5')).toBe(12.5);
    expect(toNumber(7n)).toBe(7);
    expect(toNumber(Number.NaN)).toBeUndefined();
    expect(toNumber('x')).toBeUndefined();
  });

  it('finds the decimals that a column needs', () => {
    expect(decimalsFor([1, 2, 3n], 4)).toBe(0);
    expect(decimalsFor([1, 2.5, 2.25], 4)).toBe(2);
    expect(decimalsFor([0.1 + 0.2], 6)).toBe(1);
    expect(decimalsFor([1 / 3], 4)).toBe(4);
    expect(decimalsFor(['1.500', '2.250'], 4)).toBe(2);
  });
});
