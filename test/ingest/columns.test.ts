import { type Data, type DataType, Vector } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import {
  BooleanColumn,
  Float64Column,
  Int64Column,
  MapDictionaryColumn,
  Utf8Column,
} from '../../src/ingest/arrow/columns.ts';

const values = (data: Data<DataType>) => [...new Vector([data])];

/** Longer than any first buffer, with NULLs at the begin, inside and at the end. */
function pattern<T>(make: (i: number) => T): (T | null)[] {
  return Array.from({ length: 5003 }, (_, i) => (i < 600 || i % 7 === 3 || i > 4990 ? null : make(i)));
}

describe('columns keep every value, and every NULL', () => {
  it.each<[string, (string | null)[]]>([
    ['ASCII', pattern((i) => `v${i}`)],
    ['beyond ASCII', pattern((i) => '😀é日'.slice(0, i % 5))],
    ['halves of pairs', ['\ud83d', '\ude00', null, 'x']],
    ['only NULL', Array.from({ length: 3000 }, () => null)],
    ['empty strings', ['', null, '']],
    ['nothing', []],
  ])('text: %s', (_, list) => {
    const column = new Utf8Column();
    for (const v of list) column.push(v);
    expect(column.length).toBe(list.length);
    expect(values(column.finish())).toEqual(list.map((v) => (v === null ? null : Buffer.from(v).toString())));
  });

  it('64-bit integers: small, large, negative', () => {
    const list = pattern((i) => (i - 2500) * 123_456_789_012);
    const column = new Int64Column();
    for (const v of list) column.push(v);
    expect(values(column.finish())).toEqual(list.map((v) => (v === null ? null : BigInt(v))));
    const bigs = [2n ** 63n - 1n, null, -(2n ** 63n), -1n, ...pattern((i) => BigInt(i) << 40n)];
    const big = new Int64Column();
    for (const v of bigs) big.pushBig(v);
    expect(values(big.finish())).toEqual(bigs);
  });

  it('nanoseconds, exact also before 1970 and beyond 2^53', () => {
    const column = new Int64Column();
    const times = [0n, 1764000000123456789n, -1n, -1764000000123456789n, 2n ** 62n];
    for (const t of times) {
      const us = (t - (((t % 1000n) + 1000n) % 1000n)) / 1000n;
      column.pushNanoseconds({ us: Number(us), ns: Number(t - us * 1000n) });
    }
    expect(values(column.finish())).toEqual(times);
  });

  it('maps that recur: each once, those that only look alike apart', () => {
    const maps: [string, string][][] = [
      [],
      [['a', 'bc']],
      [['a', 'bc']],
      [['ab', 'c']],
      [['', 'abc']],
      [
        ['a', 'bc'],
        ['', ''],
      ],
      [['é', '2,2;']],
      [],
      [['a', 'bc']],
    ];
    const column = new MapDictionaryColumn();
    for (const map of maps) {
      for (const [key, value] of map) column.add(key, value);
      column.endRow();
    }
    expect(column.length).toBe(maps.length);
    const data = column.finish();
    expect(data.dictionary?.length).toBe(6);
    expect(values(data).map((map) => [...(map as Map<string, string>)])).toEqual(maps);
  });

  it('numbers and booleans', () => {
    const numbers = pattern((i) => i / 3);
    const doubles = new Float64Column();
    for (const v of numbers) doubles.push(v);
    expect(values(doubles.finish())).toEqual(numbers);
    const flags = pattern((i) => i % 3 === 0);
    const booleans = new BooleanColumn();
    for (const v of flags) booleans.push(v);
    expect(values(booleans.finish())).toEqual(flags);
  });
});
