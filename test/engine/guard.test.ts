import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, type Engine, QueryError } from '../../src/engine/engine.ts';
import { all, load, span, start } from './support.ts';

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
  await load(engine, 'a', { spans: [span({ trace_id: 't', span_id: '1' })] });
});
afterAll(() => engine.close());

describe('a notebook cannot', () => {
  it.each([
    'DROP VIEW spans',
    'DROP VIEW main.spans',
    'DROP VIEW IF EXISTS spanbook.main."spans"',
    'DROP TABLE my_own, store.spans',
    'ALTER TABLE store.spans ADD COLUMN x INTEGER',
    'INSERT INTO store.spans SELECT * FROM store.spans',
    'INSERT OR REPLACE INTO prices VALUES (1)',
    'UPDATE store.prices SET input = 0',
    'UPDATE spanbook.store.spans SET name = NULL',
    'DELETE FROM store.spans',
    'WITH gone AS (SELECT 1) DELETE FROM store.spans',
    'WITH RECURSIVE a(n) AS (SELECT 1), b AS MATERIALIZED (SELECT (2)) DELETE FROM store.spans',
    'EXPLAIN ANALYZE DELETE FROM store.spans',
    'EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM store.spans',
    'PREPARE p AS DELETE FROM store.spans',
    '/* SELECT */ -- SELECT\n DELETE FROM "store".spans',
    'TRUNCATE store.spans',
    'TRUNCATE TABLE store.spans',
    'MERGE INTO store.spans USING x ON true WHEN MATCHED THEN DELETE',
    'CREATE OR REPLACE VIEW spans AS SELECT 1',
    'CREATE OR REPLACE VIEW main.spans AS SELECT 1',
    'CREATE TABLE main.other AS SELECT 1',
    'CREATE VIEW nb2.other AS SELECT 1',
    'CREATE OR REPLACE MACRO wquantile(x, w, p) AS 0',
    'CREATE OR REPLACE MACRO main.local(ts) AS ts',
    'CREATE INDEX i ON store.spans (trace_id)',
    'CREATE SCHEMA other',
    'DROP SCHEMA store CASCADE',
    "CREATE SECRET (TYPE s3, KEY_ID 'x')",
    'USE main',
    "ATTACH 'x.db'",
    "ATTACH ':memory:' AS other",
    'DETACH spanbook',
    'SET threads = 1',
    "SET SESSION schema = 'main'",
    'RESET threads',
    "COPY (SELECT 1) TO 'x.csv'",
    "COPY store.spans FROM 'x.csv'",
    'INSTALL json',
    'LOAD json',
    "EXPORT DATABASE 'x'",
    "IMPORT DATABASE 'x'",
    'PRAGMA schema_version',
    'CHECKPOINT',
    'FORCE CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    'BEGIN',
    'COMMIT',
    'ROLLBACK',
    'CALL enable_logging()',
    'SELECT 1; DROP VIEW spans',
  ])('%s', async (sql) => {
    const before = await all(connection, 'SELECT trace_id, name FROM all_spans');
    const error = await connection.query(sql).then(
      () => undefined,
      (e: unknown) => e,
    );
    expect(error).toBeInstanceOf(QueryError);
    expect((error as QueryError).hint).toBeTruthy();
    expect((error as QueryError).message).toMatch(/not possible|read-only|one statement/);
    expect(await all(connection, 'SELECT trace_id, name FROM all_spans')).toEqual(before);
  });

  it.each([
    "SELECT * FROM read_csv('x.csv')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM 'x.parquet'",
    "SELECT * FROM read_parquet('https://example.org/x.parquet')",
    "SELECT * FROM glob('*')",
    "CREATE TABLE mine AS FROM 'x.csv'",
  ])('reach a file by %s', async (sql) => {
    await expect(connection.query(sql)).rejects.toMatchObject({
      hint: expect.stringMatching(/drop the file/),
    });
  });

  it('take the lock off from inside', async () => {
    const settings = await all(
      connection,
      `SELECT name, value FROM duckdb_settings()
       WHERE name IN ('autoinstall_known_extensions', 'autoload_known_extensions', 'enable_external_access',
         'lock_configuration') ORDER BY name`,
    );
    expect(settings.map((s) => s[1])).toEqual(['false', 'false', 'false', 'true']);
  });
});

describe('a notebook can', () => {
  it.each([
    'CREATE TABLE mine AS SELECT 1 AS a',
    'INSERT INTO mine VALUES (2)',
    'UPDATE nb1.mine SET a = 3 WHERE a = 2',
    'WITH two AS (SELECT 2 AS a) INSERT INTO mine FROM two',
    'DELETE FROM spanbook.nb1.mine WHERE a = 3',
    'ALTER TABLE mine ADD COLUMN "update" INTEGER',
    'WITH x AS (SELECT a AS "delete" FROM mine) SELECT "delete" FROM x',
    'CREATE OR REPLACE VIEW slow AS SELECT * FROM spans WHERE duration_ms > 10',
    'CREATE TEMP TABLE scratch AS SELECT 1',
    'CREATE MACRO twice(x) AS 2 * x',
    'PREPARE q AS SELECT $n + twice(1)',
    'EXECUTE q(n := 1)',
    "SET VARIABLE x = 'a;b'",
    'RESET VARIABLE x',
    'EXPLAIN SELECT * FROM spans',
    'SUMMARIZE spans',
    'DESCRIBE traces',
    'SHOW TABLES',
    'FROM spans;',
    'VALUES (1), (2)',
    'PIVOT (SELECT kind, status FROM spans) ON status USING count(*)',
    'DROP VIEW slow',
    'DROP TABLE IF EXISTS mine',
  ])('%s', async (sql) => {
    await expect(connection.query(sql)).resolves.toBeDefined();
  });

  it('have its own relations, variables and filters', async () => {
    const other = await engine.connect('nb2');
    await connection.query('CREATE OR REPLACE TABLE same_name AS SELECT 1 AS a');
    await other.query('CREATE OR REPLACE TABLE same_name AS SELECT 2 AS a');
    await connection.setVariable('filter_services', ['nobody']);
    expect(await all(connection, 'SELECT a, (SELECT count(*) FROM spans) FROM same_name')).toEqual([[1, 0n]]);
    expect(await all(other, 'SELECT a, (SELECT count(*) FROM spans) FROM same_name')).toEqual([[2, 1n]]);
    await connection.setVariable('filter_services', null);
    expect(await all(connection, 'SELECT count(*) FROM spans')).toEqual([[1n]]);
    await other.close();
  });
});
