import { DuckDBInstance } from '@duckdb/node-api';
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { appendArrow } from '../../cli/arrowToDuckdb.ts';

const micros = new Timestamp(TimeUnit.MICROSECOND, null);

/** More than two chunks; every seventh row is NULL throughout. */
const ROWS = 5000;
const isNull = (i: number) => i % 7 === 3;

async function roundTrip(type: DataType, ddl: string, value: (i: number) => unknown, sql: string) {
  const values = Array.from({ length: ROWS }, (_, i) => (isNull(i) ? null : value(i)));
  const ipc = tableToIPC(new Table({ v: vectorFromArray(values, type) }), 'stream');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE t (v ${ddl})`);
  const appender = await connection.createAppender('t');
  const rows = appendArrow(appender, ipc);
  appender.closeSync();
  expect(rows).toBe(ROWS);
  const result = await connection.runAndReadAll(`SELECT (${sql})::VARCHAR FROM t ORDER BY rowid`);
  connection.closeSync();
  instance.closeSync();
  const read = result.getRows().map((row) => row[0]);
  expect(read).toHaveLength(ROWS);
  for (const i of [3, 10, ROWS - 5]) if (isNull(i)) expect(read[i]).toBeNull();
  return read;
}

describe('appendArrow', () => {
  it('texts, also those that are not ASCII', async () => {
    const read = await roundTrip(new Utf8(), 'VARCHAR', (i) => `ä${i}🙂`, 'v');
    expect(read[4999]).toBe('ä4999🙂');
    expect(read.filter((text) => text === null)).toHaveLength(Math.ceil((ROWS - 3) / 7));
  });

  it('integers beyond 2^53, exactly', async () => {
    const read = await roundTrip(new Int64(), 'BIGINT', (i) => 1_767_571_200_123_456_789n + BigInt(i), 'v');
    expect(read[4096]).toBe('1767571200123460885');
  });

  it('values of a dictionary', async () => {
    const read = await roundTrip(new Dictionary(new Utf8(), new Int32()), 'VARCHAR', (i) => `v${i % 5}`, 'v');
    expect(read[4999]).toBe('v4');
    expect(read.filter((text) => text === null)).toHaveLength(Math.ceil((ROWS - 3) / 7));
  });

  it('small integers, doubles and booleans', async () => {
    expect((await roundTrip(new Int32(), 'INTEGER', (i) => -i, 'v'))[2049]).toBe('-2049');
    expect((await roundTrip(new Float64(), 'DOUBLE', (i) => i + 0.1, 'v'))[5]).toBe('5.1');
    const booleans = await roundTrip(new Bool(), 'BOOLEAN', (i) => i % 2 === 0, 'v');
    expect(booleans.slice(0, 5)).toEqual(['true', 'false', 'true', null, 'true']);
  });

  it('times to the microsecond', async () => {
    // The builder takes milliseconds; the half is 500 µs.
    const read = await roundTrip(micros, 'TIMESTAMP', (i) => 1_767_571_200_000 + i + 0.5, 'v');
    expect(read[1]).toBe('2026-01-05 00:00:00.0015');
  });

  it('lists', async () => {
    const type = new List(new Field('item', new Utf8(), true));
    const read = await roundTrip(
      type,
      'VARCHAR[]',
      (i) => Array.from({ length: i % 3 }, (_, k) => `${i}.${k}`),
      'v',
    );
    expect(read.slice(0, 6)).toEqual(['[]', '[1.0]', '[2.0, 2.1]', null, '[4.0]', '[5.0, 5.1]']);
  });

  it('maps', async () => {
    const entry = new Struct<{ key: Utf8; value: Utf8 }>([
      new Field('key', new Utf8(), false),
      new Field('value', new Utf8(), true),
    ]);
    const type = new Map_<Utf8, Utf8>(new Field('entries', entry, false));
    const value = (i: number) =>
      new Map([['user.id', `u${i}`], ...(i % 2 === 0 ? [['n', String(i)] as const] : [])]);
    const read = await roundTrip(
      type,
      'MAP(VARCHAR, VARCHAR)',
      value,
      "v['user.id'] || coalesce(v['n'], '-')",
    );
    expect(read.slice(0, 5)).toEqual(['u00', 'u1-', 'u22', null, 'u44']);
  });

  it('lists of structs with a time in them', async () => {
    const event = new Struct<{ name: Utf8; time: Timestamp }>([
      new Field('name', new Utf8(), true),
      new Field('time', micros, true),
    ]);
    const type = new List(new Field('item', event, true));
    const value = (i: number) => [
      { name: `e${i}`, time: i },
      { name: 'end', time: 0.5 },
    ];
    const read = await roundTrip(
      type,
      'STRUCT(name VARCHAR, "time" TIMESTAMP)[]',
      value,
      "v[1].name || ' ' || v[2].time",
    );
    expect(read[2]).toBe('e2 1970-01-01 00:00:00.0005');
  });

  it('refuses a type that no stored column has', async () => {
    await expect(
      roundTrip(new Timestamp(TimeUnit.NANOSECOND, null), 'TIMESTAMP', (i) => i, 'v'),
    ).rejects.toThrow(/TimeUnit|Arrow type|Timestamp/);
  });
});
