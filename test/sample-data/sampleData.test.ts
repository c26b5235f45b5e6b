import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LogRecord, SpanRecord } from '@spanbook/sdk/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Expected,
  expectedFiles,
  expectedOf,
  fromNdjson,
  fromParquet,
  readIndex,
} from '../../sample-data/expected.ts';
import { generate } from '../../sample-data/generate.ts';
import { INCIDENT, REGRESSION, WEEK_END, WEEK_START } from '../../sample-data/sim/week.ts';

const FOLDER = fileURLToPath(new URL('../../sample-data', import.meta.url));
const index = readIndex(FOLDER);
const services = index.services.map((s) => s.service);
const files = index.services.flatMap((s) => [...s.parquet, ...s.ndjson]);
/** Compressed bytes may differ between versions of zlib; what is inside may not. */
const ndjson = (folder: string, service: string) =>
  gunzipSync(readFileSync(join(folder, `${service}.ndjson.gz`)));
const digest = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

describe('the files', () => {
  it('are those of the manifest, below 8 MB in all', () => {
    for (const file of files)
      expect([file.name, statSync(join(FOLDER, file.name)).size]).toEqual([file.name, file.bytes]);
    expect(files.reduce((sum, file) => sum + file.bytes, 0)).toBeLessThan(8e6);
  });

  it('follow from the sources: NDJSON byte for byte', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sample-data-'));
    try {
      expect((await generate(folder)).services.map((s) => s.service)).toEqual(services);
      for (const service of services)
        expect([service, digest(ndjson(folder, service))]).toEqual([
          service,
          digest(ndjson(FOLDER, service)),
        ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);

  it.each(services)('%s: every line fits the schema, and says that it is synthetic', (service) => {
    const spans: SpanRecord[] = [];
    let logs = 0;
    for (const line of ndjson(FOLDER, service).toString().trimEnd().split('\n')) {
      const json: unknown = JSON.parse(line);
      if (LogRecord.safeParse(json).success) logs++;
      else spans.push(SpanRecord.parse(json));
    }
    const listed = index.services.find((s) => s.service === service);
    expect({ spans: spans.length, logs }).toEqual({ spans: listed?.spans, logs: listed?.logs });
    expect(new Set(spans.map((s) => s.trace_id)).size).toBe(listed?.traces);
    expect(spans.every((s) => s.resource['spanbook.synthetic'] === true)).toBe(true);
    const ids = new Set(spans.map((s) => s.span_id));
    expect(ids.size).toBe(spans.length);
    expect(spans.filter((s) => s.parent_span_id !== null && !ids.has(s.parent_span_id))).toEqual([]);
    const starts = spans.map((s) => Date.parse(s.start_time));
    expect(Math.min(...starts)).toBeGreaterThanOrEqual(WEEK_START);
    expect(Math.max(...starts)).toBeLessThan(WEEK_END + 120_000);
  });
});

describe('the expected figures', () => {
  const kept = (file: string) => JSON.parse(readFileSync(join(FOLDER, 'expected', file), 'utf8')) as Expected;

  it.each([...expectedFiles(index)])('%s is up to date with the NDJSON', async (file, of) => {
    expect(await expectedOf(fromNdjson, FOLDER, of)).toEqual(kept(file));
  });

  it.each([...expectedFiles(index)])('%s holds for the Parquet files too', async (file, of) => {
    expect(await expectedOf(fromParquet, FOLDER, of)).toEqual(kept(file));
  });

  it('cover what the workbench has to show', () => {
    const { all, last_24h, previous_24h } = kept('combined.json');
    expect(all.traces).toBeGreaterThanOrEqual(4000);
    expect(all.spans).toBeGreaterThanOrEqual(20_000);
    const priced = Object.entries(all.models).filter(([, m]) => m.cost_usd > 0);
    expect(priced.length).toBeGreaterThanOrEqual(6);
    expect(all.models['nordwind-extract-7b']).toMatchObject({ cost_usd: 0 });
    expect(all.unpriced).toBeGreaterThan(1000);
    for (const key of [
      'unfinished_spans',
      'logs',
      'reasoning_tokens',
      'cache_write_tokens',
      'unmetered',
    ] as const)
      expect([key, all[key] > 0]).toEqual([key, true]);
    // The parts of the week add up.
    const sum = services.map((s) => kept(`${s}.json`).all.requests).reduce((a, b) => a + b);
    expect(sum).toBe(all.requests);
    expect(last_24h.from).toBe(previous_24h.to);
    expect(last_24h.cost_usd).toBeGreaterThan(previous_24h.cost_usd);
  });
});

it('NDJSON and Parquet hold the same spans and log records', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await fromNdjson(connection, FOLDER, services);
  await connection.run('CREATE TABLE line_spans AS FROM spans; CREATE TABLE line_logs AS FROM logs');
  await fromParquet(connection, FOLDER, services);
  for (const table of ['spans', 'logs'])
    for (const difference of [
      `FROM ${table} EXCEPT ALL FROM line_${table}`,
      `FROM line_${table} EXCEPT ALL FROM ${table}`,
    ])
      expect((await connection.runAndReadAll(difference)).getRowObjectsJS()).toEqual([]);
  connection.closeSync();
  instance.closeSync();
});

describe('the stories', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    await fromNdjson(connection, FOLDER, services);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  const at = (ms: number) => `TIMESTAMP '${new Date(ms).toISOString()}'`;
  const incident = `start_time BETWEEN ${at(INCIDENT.from)} AND ${at(INCIDENT.to)}`;

  it('incident: calls to Anthropic fail for an hour and a half, and hardly ever else', async () => {
    const [row] = await query(
      `SELECT avg((status = 'ERROR')::INT) FILTER (${incident}) AS during,
              avg((status = 'ERROR')::INT) FILTER (NOT (${incident})) AS otherwise
       FROM spans WHERE is_call AND provider = 'anthropic'`,
    );
    expect(row?.during).toBeGreaterThan(0.4);
    expect(row?.otherwise).toBeLessThan(0.02);
  });

  it('regression: from the release on nothing is read from the cache, and a call costs more than twice', async () => {
    const [row] = await query(
      `SELECT sum(cache_read_tokens) FILTER (version < '${REGRESSION.version}')
                / sum(input_tokens) FILTER (version < '${REGRESSION.version}') AS share_before,
              coalesce(sum(cache_read_tokens) FILTER (version >= '${REGRESSION.version}'), 0)::INT AS read_after,
              count(*) FILTER (version >= '${REGRESSION.version}')::INT AS calls_after,
              min(start_time) FILTER (version >= '${REGRESSION.version}') AS released
       FROM spans WHERE is_call AND model = 'claude-sonnet-4-5'`,
    );
    expect(row?.share_before).toBeGreaterThan(0.6);
    expect(row?.read_after).toBe(0);
    expect(row?.calls_after).toBeGreaterThan(200);
    expect(row?.released).toBeInstanceOf(Date);
    expect(Number(row?.released)).toBeGreaterThanOrEqual(REGRESSION.from);
    const expected = JSON.parse(
      readFileSync(join(FOLDER, 'expected', `${REGRESSION.service}.json`), 'utf8'),
    ) as Expected;
    const perCall = (range: Expected['all']) => {
      const model = range.models['claude-sonnet-4-5'];
      return model === undefined ? Number.NaN : model.cost_usd / model.requests;
    };
    expect(perCall(expected.last_24h) / perCall(expected.previous_24h)).toBeGreaterThan(2);
  });

  it('aggregates: an agent repeats the sum of the chats below it', async () => {
    const [row] = await query(
      `WITH RECURSIVE below(agent, trace_id, span_id) AS (
         SELECT span_id, trace_id, span_id FROM spans WHERE kind = 'AGENT'
         UNION ALL
         SELECT agent, s.trace_id, s.span_id FROM below b JOIN spans s
           ON s.trace_id = b.trace_id AND s.parent_span_id = b.span_id),
       sums AS (
         SELECT agent, sum(input_tokens)::BIGINT AS input FROM below JOIN spans USING (trace_id, span_id)
         WHERE is_call GROUP BY agent)
       SELECT count(*)::INT AS agents, count(*) FILTER (input_tokens = input)::INT AS equal,
              count(*) FILTER (input_tokens IS DISTINCT FROM input)::INT AS different
       FROM spans JOIN sums ON agent = span_id`,
    );
    expect(row?.agents).toBeGreaterThan(1000);
    expect(row?.different).toBe(0);
  });

  it('log records belong to spans of their trace', async () => {
    const [row] = await query(
      `SELECT count(*) FILTER (logs.trace_id IS NOT NULL)::INT AS correlated,
              count(*) FILTER (logs.trace_id IS NOT NULL AND spans.span_id IS NULL)::INT AS lost
       FROM logs LEFT JOIN spans USING (trace_id, span_id)`,
    );
    expect(row?.correlated).toBeGreaterThan(500);
    expect(row?.lost).toBe(0);
  });
});
