import { describe, expect, it } from 'vitest';
import { sortedRows } from '../../src/base/table.ts';
import { jsonText, valueText } from '../../src/base/valueText.ts';
import { tableOf } from '../cells/support.ts';

describe('any value as text', () => {
  it.each([
    [null, 'BIGINT', ''],
    [true, 'BOOLEAN', 'true'],
    [9007199254740993n, 'BIGINT', '9007199254740993'],
    ['1.500', 'DECIMAL(10,3)', '1.500'],
    [1_764_000_000_000.5, 'TIMESTAMP', '2025-11-24 16:00:00.000500'],
    [1_764_000_000_123_456_789n, 'TIMESTAMP_NS', '2025-11-24 16:00:00.123456789'],
    [new Uint8Array([1, 255]), 'BLOB', '\\x01ff'],
    [['a', null], 'VARCHAR[]', '["a", null]'],
    [{ a: 1n, b: 'x' }, 'STRUCT(a BIGINT, b VARCHAR)', '{"a": 1, "b": "x"}'],
    [new Map([['k', 'v']]), 'MAP(VARCHAR, VARCHAR)', '{"k": "v"}'],
    [-0, 'DOUBLE', '0'],
  ])('%s of type %s', (value, type, text) => expect(valueText(value, type)).toBe(text));

  it('knows the types inside nested ones', () => {
    const type =
      'STRUCT("name, full" VARCHAR, time TIMESTAMP, price DECIMAL(10,2), tags MAP(VARCHAR, BIGINT[]))[]';
    const value = [
      { 'name, full': 'first', time: 1_764_000_000_000, price: '0.10', tags: new Map([['n', [1n]]]) },
    ];
    expect(jsonText(value, type)).toBe(
      '[{"name, full": "first", "time": "2025-11-24 16:00:00", "price": 0.10, "tags": {"n": [1]}}]',
    );
  });

  it('keeps every digit in JSON, and indents', () => {
    expect(jsonText([9007199254740993n], 'BIGINT[]', '  ')).toBe('[\n  9007199254740993\n]');
    expect(jsonText(Number.NaN)).toBe('"NaN"');
    expect(jsonText([], 'BIGINT[]', '  ')).toBe('[]');
  });
});

describe('sorting', () => {
  const table = tableOf({ v: 'BIGINT', s: 'DECIMAL(10,2)' }, [
    [3n, '9.00'],
    [null, '10.00'],
    [1n, null],
    [3n, '-2.00'],
  ]);
  const rows = [0, 1, 2, 3];
  it('puts NULL last both ways, and keeps equal rows in order', () => {
    expect(sortedRows(table, rows, 0, false)).toEqual([2, 0, 3, 1]);
    expect(sortedRows(table, rows, 0, true)).toEqual([0, 3, 2, 1]);
  });
  it('orders decimals by value, not by their letters', () =>
    expect(sortedRows(table, rows, 1, false)).toEqual([3, 0, 1, 2]));
});
