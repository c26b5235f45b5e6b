import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNativeDriver } from '../../cli/duckdbNative.ts';
import type { Driver, DriverConnection } from '../../src/engine/driver.ts';

let driver: Driver;
let connection: DriverConnection;
beforeAll(async () => {
  driver = await createNativeDriver();
  connection = await driver.connect();
});
afterAll(async () => {
  await connection.close();
  await driver.close();
});

const one = async (expression: string) => {
  const table = await connection.run(`SELECT ${expression} AS v`);
  return table.value(0, 0);
};

describe('the native driver', () => {
  it('gives values as the engine defines them', async () => {
    expect(await one('NULL')).toBeNull();
    expect(await one('1::INTEGER')).toBe(1);
    expect(await one('9007199254740993::BIGINT')).toBe(9007199254740993n);
    expect(await one('sum(1::BIGINT)')).toBe(1n);
    expect(await one('1.50::DECIMAL(9, 2)')).toBe('1.50');
    expect(await one("TIMESTAMP '2026-01-05 00:00:00.123456'")).toBe(1767571200123.456);
    expect(await one("TIMESTAMPTZ '2026-01-05 01:00:00+01'")).toBe(1767571200000);
    expect(await one("TIMESTAMP_NS '2026-01-05 00:00:00.123456789'")).toBe(1767571200123456789n);
    expect(await one("DATE '2026-01-05'")).toBe('2026-01-05');
    expect(await one("'\\xAA'::BLOB")).toEqual(new Uint8Array([0xaa]));
    expect(await one("[{'a': 1, 'b': [true, NULL]}]")).toEqual([{ a: 1, b: [true, null] }]);
    expect(await one("MAP {'user.id': 'u1'}")).toEqual(new Map([['user.id', 'u1']]));
    expect(await one("'ok'::ENUM('ok', 'no')")).toBe('ok');
  });

  it('keeps the columns of an empty result, with their types', async () => {
    const table = await connection.run("SELECT 1::BIGINT AS a, MAP {'k': 'v'} AS b WHERE false");
    expect(table.numRows).toBe(0);
    expect(table.columns).toEqual([
      { name: 'a', type: 'BIGINT' },
      { name: 'b', type: 'MAP(VARCHAR, VARCHAR)' },
    ]);
  });

  it('casts zoned times in UTC, wherever the machine is', async () => {
    expect(await one("TIMESTAMPTZ '2026-01-05 00:30:00+00'::TIMESTAMP::VARCHAR")).toBe('2026-01-05 00:30:00');
  });

  it('appends Arrow to a table of the current catalog', async () => {
    await connection.run("ATTACH ':memory:' AS spanbook");
    await connection.run('CREATE SCHEMA spanbook.store');
    await connection.run('USE spanbook');
    await connection.run('CREATE TABLE spanbook.store.t (a VARCHAR)');
    const ipc = tableToIPC(new Table({ a: vectorFromArray(['x', 'y'], new Utf8()) }), 'stream');
    await connection.insertArrow('store', 't', ipc);
    expect((await connection.run('SELECT a FROM spanbook.store.t ORDER BY a')).row(1)).toEqual({ a: 'y' });
  });

  it('cancels a statement, and goes on', async () => {
    const abort = new AbortController();
    const running = connection.run(
      'SELECT count(*) FROM range(1e9::BIGINT) a, range(1e9::BIGINT) b',
      abort.signal,
    );
    setTimeout(() => abort.abort(new Error('enough')), 50);
    await expect(running).rejects.toThrow('enough');
    expect(await one('1::INTEGER')).toBe(1);
  });

  it("fails with DuckDB's own words", async () => {
    await expect(connection.run('SELECT nope')).rejects.toThrow(/Referenced column "nope"/);
  });
});
