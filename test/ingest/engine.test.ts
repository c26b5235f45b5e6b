/** Our batches into the real engine: every column of every stored table arrives as the type its DDL says. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Blocking from '@duckdb/duckdb-wasm/blocking';
import type { DuckDBConnection } from '@duckdb/duckdb-wasm/blocking';
import { STORED_TABLES, type StoredBatch, type StoredTableName } from '@spanbook/sdk/schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTable } from '../../src/engine/ddl.ts';
import { ARROW_SCHEMAS } from '../../src/ingest/index.ts';
import { load, ndjson, type Row, record } from './helpers.ts';

let connection: DuckDBConnection;
const query = (sql: string): Row[] =>
  connection
    .query(sql)
    .toArray()
    .map((r) => r.toJSON() as Row);

beforeAll(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs');
  const duckdb = require(path) as typeof Blocking;
  const bundle = (name: string) => ({ mainModule: join(dirname(path), name), mainWorker: '' });
  const db = await duckdb.createDuckDB(
    { eh: bundle('duckdb-eh.wasm'), mvp: bundle('duckdb-mvp.wasm') },
    new duckdb.VoidLogger(),
    duckdb.NODE_RUNTIME,
  );
  await db.instantiate(() => undefined);
  db.open({});
  connection = db.connect();
  for (const sql of [
    "ATTACH ':memory:' AS spanbook (COMPRESS)",
    'USE spanbook',
    'CREATE SCHEMA store',
    'USE spanbook.store',
  ])
    connection.query(sql);
  for (const table of Object.keys(STORED_TABLES) as StoredTableName[]) connection.query(createTable(table));
});

function insert(batches: readonly StoredBatch[]): void {
  for (const { table, ipc } of batches) {
    const name = `arrived_${table}`;
    connection.insertArrowFromIPCStream(ipc, { name, create: true });
    // What arrived has the very types of the table, so that no cast stands between.
    const types = query(
      `SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = '${name}' ORDER BY column_index`,
    );
    expect(types.map((t) => [t.column_name, String(t.data_type).replaceAll('"', '')])).toEqual(
      STORED_TABLES[table].map((c) => [c.name, c.type]),
    );
    connection.query(`INSERT INTO "${table}" SELECT * FROM "${name}"`);
    connection.query(`DROP TABLE "${name}"`);
  }
}

const FULL = record({
  trace_id: 'tücke',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'o3',
    'gen_ai.usage.input_tokens': 1200,
    'gen_ai.usage.output_tokens': 30,
    'gen_ai.usage.cache_read.input_tokens': 200,
    'gen_ai.usage.cost': 0.125,
    'gen_ai.request.stream': true,
    'gen_ai.response.time_to_first_chunk': 0.5,
    'user.id': 'u',
    naïve: '😀',
    'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'Grüße' }] }],
    'gen_ai.output.messages': [
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: { a: 1 } }] },
    ],
  },
  events: [
    { name: 'a', time: '2026-11-24T09:30:00.5Z', attributes: { k: 1, l: 'm' } },
    { name: 'b', time: '2026-11-24T09:30:00.75Z', attributes: {} },
  ],
  links: [{ trace_id: 'x', span_id: 'y' }],
  resource: { 'service.version': '1.2' },
  sample_weight: 10,
});

describe('into the engine', () => {
  it('spans, with nulls, maps, events and links', async () => {
    const log = {
      type: 'log',
      time: '2026-11-24T09:30:00.5Z',
      severity: 'INFO',
      body: 'b',
      trace_id: null,
      span_id: null,
      service_name: null,
      attributes: { n: 1 },
    };
    const bare = record({ span_id: 'bare', end_time: null, attributes: {}, service_name: null });
    const { batches } = await load(`${ndjson(FULL, bare, log)}oops\n`);
    expect(new Set(batches.map((b) => b.table))).toEqual(
      new Set(['prices', 'contents', 'messages', 'spans', 'logs', 'rejects']),
    );
    insert(batches);
    const [full, empty] =
      query(`SELECT *, attributes['user.id'] AS who, map_keys(attributes) AS keys, events[1].attributes['k'] AS k,
      events[2].name AS second, len(events) AS n, links[1].span_id AS linked, attributes['naïve'] AS smile,
      epoch_us(start_time) AS us, epoch_us(events[2].time) AS at, typeof(start_time) AS t
      FROM spans ORDER BY span_id = 'bare'`);
    expect(full).toMatchObject({
      trace_id: 'tücke',
      who: 'u',
      k: '1',
      second: 'b',
      linked: 'y',
      smile: '😀',
      n: 2n,
      us: 1795512600123456n,
      at: 1795512600750000n,
      start_ns: 1795512600123456789n,
      duration_ns: 1333332211n,
      input_tokens: 1200n,
      recorded_cost_usd: 0.125,
      streaming: true,
      time_to_first_token_ms: 500,
      sample_weight: 10,
      price_key: 'openai/o3@2025-06-10',
      input: 'Grüße',
    });
    expect(empty).toMatchObject({
      end_time: null,
      duration_ns: null,
      service_name: null,
      streaming: null,
      price_key: null,
      n: 0n,
    });
    expect(
      query(
        'SELECT m.direction, m.role, c.text, a.text AS args FROM messages m LEFT JOIN contents c USING (content_id) LEFT JOIN contents a ON a.content_id = m.tool_arguments_id ORDER BY 1',
      ),
    ).toEqual([
      { direction: 'input', role: 'user', text: 'Grüße', args: null },
      { direction: 'output', role: 'assistant', text: null, args: '{"a":1}' },
    ]);
    expect(query("SELECT body, attributes['n'] AS n FROM logs")).toEqual([{ body: 'b', n: '1' }]);
    expect(query('SELECT source_file, line, text FROM rejects')).toEqual([
      { source_file: 'file', line: 4n, text: 'oops' },
    ]);
    expect(
      query(
        'SELECT provider, model, valid_from::VARCHAR AS since, tier, input, cache_read, source FROM prices',
      ),
    ).toEqual([
      {
        provider: 'openai',
        model: 'o3',
        since: '2025-06-10 00:00:00',
        tier: 0n,
        input: 2,
        cache_read: 0.5,
        source: 'genai-prices',
      },
    ]);
  });

  it('the Arrow schemas follow the lists of columns, nullability included', () => {
    for (const [table, columns] of Object.entries(STORED_TABLES))
      expect(ARROW_SCHEMAS[table as StoredTableName].fields.map((f) => [f.name, f.nullable])).toEqual(
        columns.map((c) => [c.name, c.nullable]),
      );
  });
});
