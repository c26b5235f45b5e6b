import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Engine, ResultTable } from '../../src/engine/engine.ts';
import { parseMetrics } from '../../src/engine/metrics.ts';
import { rows } from '../../src/engine/rows.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import type { SqlCell } from '../../src/notebook/types.ts';
import { call, load, PRICES, span, start, T0 } from '../engine/support.ts';

const folder = new URL('../../src/panels/', import.meta.url);
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const notebooks = readdirSync(folder).filter((f) => f.endsWith('.md'));
const cells = notebooks.flatMap((file) =>
  parseNotebook(text(file)).cells.filter((c): c is SqlCell => c.kind === 'sql' && c.sql.trim() !== ''),
);
const queries = parseMetrics(text('metrics.sql'));
const squeeze = (sql: string) => sql.replace(/\s+/g, ' ').trim();

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
  await connection.setVariable('bucket', { intervalMs: 3_600_000 });
});
afterAll(() => engine.close());

async function run(name: string): Promise<ResultTable> {
  const cell = cells.find((c) => c.name === name);
  if (cell === undefined) throw new Error(`no panel ${name}`);
  return await connection.query(cell.sql);
}

/** What the views of the app read, panel by panel. */
const COLUMNS: Record<string, readonly string[]> = {
  key_metrics: [
    'bucket',
    'requests',
    'tokens',
    'input_tokens',
    'output_tokens',
    'avg_latency_ms',
    'p95_latency_ms',
    'cost_usd',
    'unpriced',
    'unmetered',
    'errors',
    'error_rate',
    'is_total',
  ],
  deploys: ['service_name', 'version', 'time'],
  cost_over_time: ['bucket', 'model', 'cost_usd'],
  cost_by_model: ['model', 'cost_usd', 'share', 'cost_per_request_usd', 'unpriced', 'is_total'],
  usage_by_model: [
    'model',
    'requests',
    'share',
    'input_tokens',
    'uncached_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'output_tokens',
    'reasoning_tokens',
    'errors',
    'is_total',
  ],
  latency_by_model: ['model', 'p50_latency_ms', 'p95_latency_ms', 'p99_latency_ms'],
  recent_traces: [
    'start_time',
    'status',
    'trace_id',
    'service_name',
    'name',
    'input',
    'models',
    'span_count',
    'call_count',
    'error_count',
    'total_tokens',
    'cost_usd',
    'unpriced_count',
    'duration_ms',
  ],
  errors_by_type: ['error_type', 'model', 'first_seen', 'last_seen', 'by_bucket', 'errors', 'is_total'],
  trace_head: [
    'name',
    'status',
    'error_count',
    'start_time',
    'duration_ms',
    'span_count',
    'total_tokens',
    'cost_usd',
    'unpriced_count',
    'user_id',
    'session_id',
    'trace_id',
  ],
  span_usage: ['part', 'tokens', 'usd_per_million', 'cost_usd', 'is_total'],
};

describe('panels on an empty database', () => {
  it.each(cells.map((c) => [c.name, c] as const))('%s runs and keeps its columns', async (name, cell) => {
    const table = await connection.query(cell.sql);
    const wanted = COLUMNS[name];
    if (wanted !== undefined) expect(table.columns.map((c) => c.name)).toEqual(wanted);
    expect(table.columns.length).toBeGreaterThan(0);
    for (let row = 0; row < table.numRows; row++) expect(table.row(row)).toMatchObject({ is_total: true });
  });

  it.each(queries.map((q) => [q.relation, q] as const))('the metrics of %s run', async (_, query) => {
    const table = await connection.query(query.sql);
    expect(table.columns.map((c) => c.name)).toEqual(query.metrics.map((m) => m.name));
  });
});

describe('what a panel reads', () => {
  it.each(cells.map((c) => [c.name, c.sql] as const))('%s: relations, and nothing else', async (_, sql) => {
    const read = [...sql.matchAll(/\bFROM (\w+)/g)].map((m) => m[1]);
    const shipped = read.filter((name) => !['span', 'parts'].includes(name ?? ''));
    // By the lexer, which stands in where the parser fails, every column would be one.
    expect((await connection.reads(sql)).relations).toEqual([...new Set(shipped)]);
  });
});

describe('panels say metrics as metrics.sql does', () => {
  const metrics = new Map(queries.flatMap((q) => q.metrics.map((m) => [m.name, m.expression] as const)));
  // Panels of one span say the parts of that span.
  const grouped = cells.filter((c) => /FROM (llm_calls|traces)\n/.test(c.sql));
  const shown = grouped.flatMap((c) =>
    c.sql
      .split('\n')
      .map((line) => /^\s+(.*\(.*\).*|.* \/ .*) AS (\w+),?$/.exec(line))
      .filter((m) => m !== null && metrics.has(m[2] ?? ''))
      .map((m) => [c.name, m?.[2] ?? '', m?.[1] ?? ''] as const),
  );

  it('finds them', () => expect(shown.length).toBeGreaterThan(15));

  it.each(shown)('%s: %s', (_, name, expression) => {
    expect(squeeze(expression)).toBe(squeeze(metrics.get(name) ?? ''));
  });
});

describe('panels with data', () => {
  const sum = {
    requests: 'number',
    tokens: 'approximate',
    cost_usd: 'number',
    errors: 'number',
    error_rate: 'number',
  } as const;

  beforeAll(async () => {
    const spans = [
      span({
        trace_id: 't1',
        span_id: 'r1',
        name: 'chat_request',
        ms: 900,
        resource: new Map([['service.version', '1.2.0']]),
      }),
      call({
        trace_id: 't1',
        span_id: 'c1',
        parent_span_id: 'r1',
        ms: 200,
        cache_read_tokens: 400,
        reasoning_tokens: 20,
      }),
      call({ trace_id: 't1', span_id: 'c2', parent_span_id: 'r1', ms: 400, at: 500 }),
      call({
        trace_id: 't2',
        span_id: 'c3',
        at: 7_200_000,
        ms: 600,
        status: 'ERROR',
        error_type: 'RateLimitError',
        input_tokens: null,
        output_tokens: null,
        total_tokens: null,
      }),
      call({
        trace_id: 't3',
        span_id: 'c4',
        at: 7_300_000,
        ms: 800,
        model: 'no-such-model',
        price_key: null,
      }),
    ];
    const key = spans[1]?.span_key;
    await load(engine, 'a', {
      prices: PRICES,
      spans,
      messages: [{ span_key: key, direction: 'input', position: 0, role: 'user', content_id: 1n }],
      contents: [{ content_id: 1n, text: 'hello' }],
    });
    await connection.setVariable('trace_id', 't1');
    await connection.setVariable('span_id', 'c1');
  });

  const cost = (2000 - 400) * 0.15e-6 + 400 * 0.075e-6 + 200 * 0.6e-6;

  it('key_metrics: a total, and a row a bucket', async () => {
    const table = await run('key_metrics');
    const [total, ...buckets] = rows(table, {
      ...sum,
      bucket: 'number?',
      is_total: 'boolean',
      avg_latency_ms: 'number',
      unpriced: 'number',
      unmetered: 'number',
      cost_usd: 'number?',
    });
    expect(total).toMatchObject({
      is_total: true,
      bucket: null,
      requests: 4,
      tokens: 3300,
      errors: 1,
      error_rate: 0.25,
      avg_latency_ms: 500,
      unpriced: 1,
      // The one without usage has failed.
      unmetered: 0,
    });
    expect(total?.cost_usd).toBeCloseTo(cost, 12);
    expect(buckets.map((b) => [b.bucket, b.requests, b.is_total])).toEqual([
      [T0, 2, false],
      [T0 + 7_200_000, 2, false],
    ]);
  });

  it('cost_by_model: unpriced is NULL, and the total comes last', async () => {
    const found = rows(await run('cost_by_model'), {
      model: 'string?',
      cost_usd: 'number?',
      share: 'number?',
      is_total: 'boolean',
      unpriced: 'number',
    });
    expect(found.map((r) => [r.model, r.share, r.unpriced, r.is_total])).toEqual([
      ['gpt-4o-mini', 1, 0, false],
      ['no-such-model', null, 1, false],
      [null, 1, 1, true],
    ]);
  });

  it('usage_by_model: parts and shares', async () => {
    const found = rows(await run('usage_by_model'), {
      model: 'string?',
      requests: 'number',
      share: 'number',
      uncached_tokens: 'approximate',
      cache_read_tokens: 'approximate?',
      is_total: 'boolean',
    });
    expect(found.map((r) => Object.values(r))).toEqual([
      ['gpt-4o-mini', 3, 0.75, 1600, 400, false],
      ['no-such-model', 1, 0.25, 1000, null, false],
      [null, 4, 1, 2600, 400, true],
    ]);
  });

  it('latency_by_model, recent_traces, deploys, errors_by_type', async () => {
    expect((await run('latency_by_model')).row(1)).toMatchObject({
      model: 'gpt-4o-mini',
      p50_latency_ms: 400,
      p99_latency_ms: 596,
    });
    expect((await run('recent_traces')).row(2)).toMatchObject({
      trace_id: 't1',
      name: 'chat_request',
      span_count: 3n,
      call_count: 2n,
      duration_ms: 900,
    });
    expect((await run('deploys')).row(0)).toEqual({ service_name: 'chatbot', version: '1.2.0', time: T0 });
    const errors = rows(await run('errors_by_type'), {
      error_type: 'string?',
      errors: 'number',
      first_seen: 'number',
      is_total: 'boolean',
    });
    expect(errors).toEqual([
      { error_type: 'RateLimitError', errors: 1, first_seen: T0 + 7_200_000, is_total: false },
      { error_type: null, errors: 1, first_seen: T0 + 7_200_000, is_total: true },
    ]);
  });

  it('trace: head, timeline, messages', async () => {
    expect((await run('trace_head')).row(0)).toMatchObject({
      trace_id: 't1',
      span_count: 3n,
      total_tokens: 2200n,
    });
    expect((await run('span_timeline')).numRows).toBe(3);
    expect((await run('span_messages')).row(0)).toMatchObject({ role: 'user', text: 'hello' });
    expect((await run('span_record')).row(0)).toMatchObject({ span_id: 'c1' });
  });

  it('span_usage: the parts add up to the total', async () => {
    const parts = rows(await run('span_usage'), {
      part: 'string',
      tokens: 'bigint',
      usd_per_million: 'number?',
      cost_usd: 'number?',
      is_total: 'boolean',
    });
    expect(parts.map((p) => [p.part, p.tokens])).toEqual([
      ['input, uncached', 600n],
      ['input, cache read', 400n],
      ['output', 100n],
      ['of which reasoning', 20n],
      ['total', 1100n],
    ]);
    const total = parts.at(-1)?.cost_usd ?? 0;
    expect(parts.slice(0, -1).reduce((s, p) => s + (p.cost_usd ?? 0), 0)).toBeCloseTo(total, 15);
    expect(parts[0]?.usd_per_million).toBeCloseTo(0.15, 9);
  });
});
