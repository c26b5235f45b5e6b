import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, type Engine, QueryError } from '../../src/engine/engine.ts';
import { rows } from '../../src/engine/rows.ts';
import { identifier, sql } from '../../src/engine/sql.ts';
import { all, one, start } from './support.ts';

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
});
afterAll(() => engine.close());

describe('values', () => {
  it.each([
    ['true', 'BOOLEAN', true],
    ['1::TINYINT', 'TINYINT', 1],
    ['65535::USMALLINT', 'USMALLINT', 65535],
    ['9007199254740993', 'BIGINT', 9007199254740993n],
    ['18446744073709551615::UBIGINT', 'UBIGINT', 18446744073709551615n],
    [
      '-170141183460469231731687303715884105727::HUGEINT',
      'HUGEINT',
      -170141183460469231731687303715884105727n,
    ],
    [
      '340282366920938463463374607431768211455::UHUGEINT',
      'UHUGEINT',
      340282366920938463463374607431768211455n,
    ],
    ['sum(9007199254740993)', 'HUGEINT', 9007199254740993n],
    ['1.5::FLOAT', 'FLOAT', 1.5],
    ['0.1::DOUBLE', 'DOUBLE', 0.1],
    ['-0.05::DECIMAL(4,2)', 'DECIMAL(4,2)', '-0.05'],
    ['12345678901234567890.12::DECIMAL(38,2)', 'DECIMAL(38,2)', '12345678901234567890.12'],
    ["'é😀'", 'VARCHAR', 'é😀'],
    ["'b'::ENUM('a', 'b')", 'ENUM', 'b'],
    ["['b', NULL]::ENUM('a', 'b')[]", 'ENUM[]', ['b', null]],
    ["'550e8400-e29b-41d4-a716-446655440000'::UUID", 'UUID', '550e8400-e29b-41d4-a716-446655440000'],
    ["DATE '2020-02-29'", 'DATE', '2020-02-29'],
    ["DATE '0044-03-15 (BC)'", 'DATE', '0044-03-15 (BC)'],
    ["TIME '10:11:12.5'", 'TIME', '10:11:12.5'],
    ["'10:00:00-03:30'::TIMETZ", 'TIMETZ', '10:00:00-03:30'],
    ["INTERVAL '14 months 3 days 4.5 seconds'", 'INTERVAL', '1 year 2 months 3 days 00:00:04.5'],
    ["INTERVAL '-90 minutes'", 'INTERVAL', '-01:30:00'],
    ["TIMESTAMP '2020-01-02 03:04:05.123456'", 'TIMESTAMP', 1577934245123.456],
    ["TIMESTAMP '1969-12-31 23:59:59.999999'", 'TIMESTAMP', -0.001],
    ["'2020-01-02 03:04:05.123456789'::TIMESTAMP_NS", 'TIMESTAMP_NS', 1577934245123456789n],
    ["'2020-01-02'::TIMESTAMP_S", 'TIMESTAMP_S', 1577923200000],
    ["TIMESTAMP 'infinity'", 'TIMESTAMP', Number.POSITIVE_INFINITY],
    ["'a\\xFF'::BLOB", 'BLOB', new Uint8Array([97, 255])],
    ["'10110'::BIT", 'BIT', '10110'],
    ['[1, NULL, 3]', 'INTEGER[]', [1, null, 3]],
    ['[[true], [], NULL, [false, true]]', 'BOOLEAN[][]', [[true], [], null, [false, true]]],
    ['[1, 2]::INTEGER[2]', 'INTEGER[2]', [1, 2]],
    ["{'a': 1, 'B c': [true, false]}", 'STRUCT(a INTEGER, "B c" BOOLEAN[])', { a: 1, 'B c': [true, false] }],
    [
      "MAP {'k': 'v', 'n': NULL}",
      'MAP(VARCHAR, VARCHAR)',
      new Map([
        ['k', 'v'],
        ['n', null],
      ]),
    ],
    [
      'MAP {1: true, 2: false}',
      'MAP(INTEGER, BOOLEAN)',
      new Map([
        ['1', true],
        ['2', false],
      ]),
    ],
    ["MAP {'a': 1::HUGEINT}", 'MAP(VARCHAR, HUGEINT)', new Map([['a', 1n]])],
    ['union_value(num := 2)', 'UNION(num INTEGER)', 2],
  ])('%s', async (expression, type, value) => {
    const table = await connection.query(`SELECT ${expression} AS v, NULL AS nothing`);
    expect(table.columns[0]).toEqual({ name: 'v', type });
    expect(table.value(0, 0)).toEqual(value);
    expect(table.value(0, 1)).toBeNull();
  });

  it('keep their place over many pieces of a result, booleans and NULLs too', async () => {
    const table = await connection.query(
      'SELECT i, i % 3 = 0 AS b, CASE WHEN i % 5 > 0 THEN i::VARCHAR END AS s, [i % 2 = 0] AS l FROM range(10000) t(i)',
    );
    expect(table.numRows).toBe(10_000);
    for (const row of [9999, 0, 2047, 2048, 4095, 5000, 9998]) {
      const text = row % 5 > 0 ? `${row}` : null;
      expect(table.row(row)).toEqual({ i: BigInt(row), b: row % 3 === 0, s: text, l: [row % 2 === 0] });
    }
    expect(() => table.value(10_000, 0)).toThrow(RangeError);
  });

  it('zero rows keep their columns', async () => {
    const table = await connection.query('SELECT 1 AS a, [MAP {1: true}] AS b WHERE false');
    expect(table.numRows).toBe(0);
    expect(table.columns).toEqual([
      { name: 'a', type: 'INTEGER' },
      { name: 'b', type: 'MAP(INTEGER, BOOLEAN)[]' },
    ]);
  });
});

describe('variables and literals', () => {
  it.each([
    ["it's; -- no \0 comment", "it's; -- no \0 comment"],
    [9007199254740993n, 9007199254740993n],
    [0.1, 0.1],
    [-3, -3],
    [true, true],
    [
      ['a', "b'c"],
      ['a', "b'c"],
    ],
    [[], []],
    [new Date('2026-11-24T09:00:00.123Z'), Date.UTC(2026, 10, 24, 9, 0, 0, 123)],
    [{ intervalMs: 90_000 }, '00:01:30'],
  ])('literal %#', async (value, expected) => {
    await connection.setVariable('v "quoted"', value);
    expect((await one(connection, `SELECT getvariable('v "quoted"') AS v`)).v).toEqual(expected);
    expect((await one(connection, sql`SELECT ${value} AS ${identifier('x"y')}`))['x"y']).toEqual(expected);
  });

  it('null unsets', async () => {
    await connection.setVariable('v', 1);
    await connection.setVariable('v', null);
    expect((await one(connection, "SELECT getvariable('v') AS v")).v).toBeNull();
    await expect(connection.setVariable('never_set', null)).resolves.toBeUndefined();
  });
});

describe('rows', () => {
  it('are typed, and a mismatch names the column', async () => {
    const table = await connection.query("SELECT 'a' AS s, sum(2) AS n, NULL::DOUBLE AS d");
    expect(rows(table, { s: 'string', n: 'approximate', d: 'number?' })).toEqual([{ s: 'a', n: 2, d: null }]);
    expect(() => rows(table, { d: 'number' })).toThrow(/Column d .*NULL/);
    expect(() => rows(table, { n: 'number' })).toThrow(/Column n \(HUGEINT\) holds bigint/);
    expect(() => rows(table, { missing: 'string' })).toThrow(/Column missing/);
  });
});

describe('errors', () => {
  const fail = async (text: string): Promise<QueryError> => {
    const error = await connection.query(text).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(QueryError);
    return error as QueryError;
  };
  const fixed = (e: QueryError) =>
    e.fix === undefined ? undefined : e.sql.slice(0, e.fix.from) + e.fix.text + e.sql.slice(e.fix.to);

  it.each([
    ['SELEC 1', 0],
    ['SELECT 1 +\n  FROM x', 13],
    ['SELECT 1,\n  2,\n  nope FROM spans', 17],
    ["SELECT 'é', nope FROM spans", 12],
    [`SELECT ${'1 + '.repeat(60)}nope + ${'1 + '.repeat(60)}1 FROM spans`, 7 + 240],
  ])('say where: %j', async (text, position) => {
    const error = await fail(text);
    expect(error.position).toBe(position);
    expect(error.message).not.toMatch(/LINE/);
  });

  it('at the end of the text', async () => {
    expect((await fail('SELECT 1 +')).position).toBe(10);
  });

  it.each([
    ["SELECT attributes->>'user.id' FROM spans", "SELECT attributes['user.id'] FROM spans"],
    ["SELECT s.attributes ->> '$.a' FROM spans s", "SELECT s.attributes ['a'] FROM spans s"],
    [
      'SELECT * FROM spans WHERE start_time > now() - INTERVAL 1 DAY',
      'SELECT * FROM spans WHERE start_time > now()::timestamp - INTERVAL 1 DAY',
    ],
    ["SELECT date_trunc('hour', now())", "SELECT date_trunc('hour', now()::timestamp)"],
    ['SELECT current_date', 'SELECT now()::timestamp::date'],
    ['SELECT modell FROM llm_calls', 'SELECT model FROM llm_calls'],
    ['SELECT * FROM span', 'SELECT * FROM spans'],
  ])('mend %s', async (text, mended) => {
    const error = await fail(text);
    expect(fixed(error)).toBe(mended);
    expect(error.hint).toBeTruthy();
    await expect(connection.query(mended)).resolves.toBeDefined();
  });

  it.each([
    ["SELECT json_extract('{}', 'a')", /attributes\['key'\]/],
    ["SELECT now() AT TIME ZONE 'UTC'", /now\(\)::timestamp/],
    ['SELECT * FROM qqqqqqqqq', /SHOW TABLES/],
  ])('hint at %s', async (text, hint) => {
    expect((await fail(text)).hint).toMatch(hint);
  });

  it('leave the connection usable', async () => {
    await fail('SELECT nope');
    expect(await all(connection, 'SELECT 1')).toEqual([[1]]);
  });
});

describe('cancel', () => {
  const endless = 'SELECT count(*) FROM range(1000000) a, range(1000000) b';

  it('ends a statement, while another connection works', async () => {
    const other = await engine.connect('nb2');
    const abort = new AbortController();
    const running = connection.query(endless, { signal: abort.signal }).catch((e: unknown) => e);
    expect(await all(other, 'SELECT 42')).toEqual([[42]]);
    abort.abort(new Error('stop'));
    expect(await running).toEqual(new Error('stop'));
    expect(await all(connection, 'SELECT 1')).toEqual([[1]]);
    await other.close();
  });

  it('before the start runs nothing', async () => {
    const query = connection.query('CREATE TABLE never AS SELECT 1', {
      signal: AbortSignal.abort(new Error('no')),
    });
    await expect(query).rejects.toThrow('no');
    await expect(connection.query('FROM never')).rejects.toBeInstanceOf(QueryError);
  });
});

describe('reads', () => {
  it.each([
    ['SELECT * FROM spans', ['spans'], []],
    [
      'WITH q AS (FROM a) SELECT * FROM q, "odd name" WHERE x = getvariable(\'v\') -- FROM b',
      ['a', 'odd name'],
      ['v'],
    ],
    [
      "SELECT 'getvariable(''no'')' FROM cost_by_model WHERE m IN (SELECT m FROM nb1.other)",
      ['cost_by_model', 'other'],
      [],
    ],
  ])('%s', async (text, relations, variables) => {
    const reads = await connection.reads(text);
    expect([...reads.relations].sort()).toEqual(relations);
    expect(reads.variables).toEqual(variables);
  });

  it('falls back to the identifiers where the parser cannot bind', async () => {
    expect((await connection.reads('SELECT * FROM a JOIN "B b" USING (x) -- FROM c')).relations).toEqual(
      expect.arrayContaining(['a', 'B b']),
    );
    expect((await connection.reads('PIVOT a ON status')).relations).toContain('a');
  });

  it('throws on bad SQL, with its position', async () => {
    await expect(connection.reads('SELECT FROM WHERE')).rejects.toMatchObject({
      name: 'QueryError',
      position: 12,
    });
  });
});
