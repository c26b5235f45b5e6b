/**
 * The figures that the workbench must show for the sample data, by a path of their own: native DuckDB over the raw
 * lines, and @pydantic/genai-prices call by call. Nothing here uses our ingest, engine or metrics. A call
 * is a span of kind LLM, EMBEDDING or RERANKER, failed ones included; aggregates are never summed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { calcPrice } from '@pydantic/genai-prices';
import { z } from 'zod';
import type { Index } from './manifest.ts';

export interface CallTotals {
  /** Calls to models. */
  requests: number;
  errors: number;
  error_rate: number | null;
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  reasoning_tokens: number;
  /** USD, over the priced calls. */
  cost_usd: number;
  /** Calls with usage, but no price. */
  unpriced: number;
  /** Calls that report no usage, failed ones left out: they are errors, and most cost nothing. */
  unmetered: number;
  /** ms, finished calls; percentiles interpolate linearly. */
  avg_latency_ms: number | null;
  p50_latency_ms: number | null;
  p95_latency_ms: number | null;
  p99_latency_ms: number | null;
}

export interface Totals extends CallTotals {
  spans: number;
  /** Traces whose first span starts in the range. */
  traces: number;
  /** Traces of these whose root failed. */
  error_traces: number;
  unfinished_spans: number;
  logs: number;
  sessions: number;
  users: number;
  models: Record<string, CallTotals>;
}

/** A range of start times, UTC: from `from` on, before `to`; null: no bound. */
export interface RangeTotals extends Totals {
  from: string | null;
  to: string | null;
}

export interface Expected {
  readonly services: readonly string[];
  readonly all: RangeTotals;
  /** The 24 hours up to the start of the newest span, that span included: the Overview's default. */
  readonly last_24h: RangeTotals;
  readonly previous_24h: RangeTotals;
}

/** Creates the tables `spans` and `logs` of the figures' common form from some files. */
export type Source = (
  connection: DuckDBConnection,
  folder: string,
  services: readonly string[],
) => Promise<void>;

const list = (folder: string, services: readonly string[], ending: string) =>
  `[${services.map((s) => `'${join(folder, `${s}${ending}`).replaceAll("'", "''")}'`).join(', ')}]`;

/** From the raw lines: every figure out of the JSON of `attributes`. */
export const fromNdjson: Source = async (connection, folder, services) => {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE lines AS
    FROM read_json(${list(folder, services, '.ndjson.gz')}, format = 'newline_delimited', columns = {
      type: 'VARCHAR', trace_id: 'VARCHAR', span_id: 'VARCHAR', parent_span_id: 'VARCHAR', kind: 'VARCHAR',
      service_name: 'VARCHAR', start_time: 'TIMESTAMP', end_time: 'TIMESTAMP', status: 'VARCHAR',
      time: 'TIMESTAMP', attributes: 'JSON', resource: 'JSON'
    });
    CREATE OR REPLACE TEMP TABLE spans AS
    SELECT trace_id, span_id, parent_span_id, service_name, kind, start_time, status,
           epoch_us(end_time) - epoch_us(start_time) AS duration_us,
           kind IN ('LLM', 'EMBEDDING', 'RERANKER') AS is_call,
           coalesce(attributes->>'$."gen_ai.response.model"', attributes->>'$."gen_ai.request.model"') AS model,
           attributes->>'$."gen_ai.provider.name"' AS provider,
           (attributes->>'$."gen_ai.usage.input_tokens"')::BIGINT AS input_tokens,
           (attributes->>'$."gen_ai.usage.output_tokens"')::BIGINT AS output_tokens,
           (attributes->>'$."gen_ai.usage.cache_read.input_tokens"')::BIGINT AS cache_read_tokens,
           (attributes->>'$."gen_ai.usage.cache_creation.input_tokens"')::BIGINT AS cache_write_tokens,
           (attributes->>'$."gen_ai.usage.reasoning.output_tokens"')::BIGINT AS reasoning_tokens,
           attributes->>'$."session.id"' AS session_id, attributes->>'$."user.id"' AS user_id,
           resource->>'$."service.version"' AS version
    FROM lines WHERE type IS NULL;
    CREATE OR REPLACE TEMP TABLE logs AS
    SELECT time, trace_id, span_id FROM lines WHERE type = 'log';`);
};

/** From the typed columns of the Parquet files. */
export const fromParquet: Source = async (connection, folder, services) => {
  await connection.run(`
    CREATE OR REPLACE TEMP TABLE spans AS
    SELECT trace_id, span_id, parent_span_id, service_name, kind, start_time, status,
           duration_ns // 1000 AS duration_us, role IS NOT DISTINCT FROM 'call' AS is_call, model, provider,
           input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens,
           session_id, user_id, resource['service.version'] AS version
    FROM read_parquet(${list(folder, services, '.parquet')});
    CREATE OR REPLACE TEMP TABLE logs AS
    SELECT time, trace_id, span_id FROM read_parquet(${list(folder, services, '.logs.parquet')});`);
};

const count = z.bigint().transform(Number);
const CallRow = z.object({
  model: z.string(),
  provider: z.string(),
  start_us: count,
  input_tokens: count.nullable(),
  output_tokens: count.nullable(),
  cache_read_tokens: count.nullable(),
  cache_write_tokens: count.nullable(),
});
type CallRow = z.infer<typeof CallRow>;

async function rows<T>(connection: DuckDBConnection, schema: z.ZodType<T>, sql: string): Promise<T[]> {
  const reader = await connection.runAndReadAll(sql);
  return z.array(schema).parse(reader.getRowObjectsJS());
}
async function one<T>(connection: DuckDBConnection, schema: z.ZodType<T>, sql: string): Promise<T> {
  const [row] = await rows(connection, schema, sql);
  if (row === undefined) throw new Error(`no row: ${sql}`);
  return row;
}

/** USD; null where the list knows no price for the model. */
function costOf(call: CallRow): number | null {
  const usage = {
    input_tokens: call.input_tokens ?? undefined,
    output_tokens: call.output_tokens ?? undefined,
    cache_read_tokens: call.cache_read_tokens ?? undefined,
    cache_write_tokens: call.cache_write_tokens ?? undefined,
  };
  const timestamp = new Date(call.start_us / 1000);
  return calcPrice(usage, call.model, { providerId: call.provider, timestamp })?.total_price ?? null;
}

const CallFigures = z.object({
  model: z.string().nullable(),
  requests: count,
  errors: count,
  input_tokens: count,
  output_tokens: count,
  cache_read_tokens: count,
  cache_write_tokens: count,
  reasoning_tokens: count,
  unmetered: count,
  avg_latency_ms: z.number().nullable(),
  p50_latency_ms: z.number().nullable(),
  p95_latency_ms: z.number().nullable(),
  p99_latency_ms: z.number().nullable(),
});

async function callTotals(
  connection: DuckDBConnection,
  range: string,
): Promise<Map<string | null, CallTotals>> {
  const calls = await rows(
    connection,
    CallRow,
    `SELECT model, provider, epoch_us(start_time) AS start_us, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens
     FROM spans WHERE is_call AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL) AND ${range}
     ORDER BY start_time, span_id`,
  );
  const costs = new Map<string | null, { cost_usd: number; unpriced: number }>();
  for (const call of calls) {
    const cost = costOf(call);
    for (const key of [call.model, null]) {
      const sum = costs.get(key) ?? { cost_usd: 0, unpriced: 0 };
      if (cost === null) sum.unpriced++;
      else sum.cost_usd += cost;
      costs.set(key, sum);
    }
  }
  const quantile = (q: number, name: string) => `quantile_cont(duration_us / 1000, ${q}) AS ${name}`;
  const sum = (name: string) => `coalesce(sum(${name}), 0)::BIGINT AS ${name}`;
  const figures = await rows(
    connection,
    CallFigures,
    `SELECT model, count(*) AS requests, count(*) FILTER (WHERE status = 'ERROR') AS errors,
       ${['input', 'output', 'cache_read', 'cache_write', 'reasoning'].map((part) => sum(`${part}_tokens`)).join(', ')},
       count(*) FILTER (WHERE input_tokens IS NULL AND output_tokens IS NULL AND status <> 'ERROR') AS unmetered,
       -- whole microseconds add up exactly, in any order
       sum(duration_us)::DOUBLE / count(duration_us) / 1000 AS avg_latency_ms,
       ${quantile(0.5, 'p50_latency_ms')}, ${quantile(0.95, 'p95_latency_ms')}, ${quantile(0.99, 'p99_latency_ms')}
     FROM spans WHERE is_call AND ${range} GROUP BY GROUPING SETS ((model), ()) ORDER BY model NULLS FIRST`,
  );
  return new Map(
    figures.map(({ model, requests, errors, ...rest }) => {
      const { cost_usd, unpriced } = costs.get(model) ?? { cost_usd: 0, unpriced: 0 };
      return [
        model,
        {
          requests,
          errors,
          error_rate: requests === 0 ? null : errors / requests,
          ...rest,
          total_tokens: rest.input_tokens + rest.output_tokens,
          cost_usd,
          unpriced,
        },
      ];
    }),
  );
}

const SpanFigures = z.object({
  spans: count,
  traces: count,
  error_traces: count,
  unfinished_spans: count,
  logs: count,
  sessions: count,
  users: count,
});

async function totals(
  connection: DuckDBConnection,
  from: string | null,
  to: string | null,
): Promise<RangeTotals> {
  const within = (column: string) =>
    [
      'true',
      ...(from === null ? [] : [`${column} >= TIMESTAMP '${from}'`]),
      ...(to === null ? [] : [`${column} < TIMESTAMP '${to}'`]),
    ].join(' AND ');
  const range = within('start_time');
  const spans = await one(
    connection,
    SpanFigures,
    `WITH starts AS (
       SELECT trace_id, min(start_time) AS start_time,
              bool_or(parent_span_id IS NULL AND status = 'ERROR') AS failed
       FROM spans GROUP BY trace_id)
     SELECT count(*) AS spans, count(*) FILTER (WHERE duration_us IS NULL) AS unfinished_spans,
       (SELECT count(*) FROM starts WHERE ${range}) AS traces,
       (SELECT count(*) FROM starts WHERE failed AND ${range}) AS error_traces,
       (SELECT count(*) FROM logs WHERE ${within('time')}) AS logs,
       count(DISTINCT session_id) AS sessions, count(DISTINCT user_id) AS users
     FROM spans WHERE ${range}`,
  );
  const calls = await callTotals(connection, range);
  const all = calls.get(null);
  if (all === undefined) throw new Error(`no calls from ${from} to ${to}`);
  const models = Object.fromEntries([...calls].filter(([model]) => model !== null));
  return { from, to, ...spans, ...all, models };
}

const Bounds = z.object({ end: z.string(), day_before: z.string(), two_days_before: z.string() });

export async function expectedOf(
  source: Source,
  folder: string,
  services: readonly string[],
): Promise<Expected> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await source(connection, folder, services);
    const at = (days: number) =>
      `strftime(max(start_time) + INTERVAL 1 MICROSECOND - INTERVAL ${days} DAY, '%Y-%m-%dT%H:%M:%S.%fZ')`;
    const { end, day_before, two_days_before } = await one(
      connection,
      Bounds,
      `SELECT ${at(0)} AS "end", ${at(1)} AS day_before, ${at(2)} AS two_days_before FROM spans`,
    );
    return {
      services,
      all: await totals(connection, null, null),
      last_24h: await totals(connection, day_before, end),
      previous_24h: await totals(connection, two_days_before, day_before),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** File name in `expected/` → the services whose figures it holds. */
export function expectedFiles(index: Index): Map<string, readonly string[]> {
  const services = index.services.map((s) => s.service);
  const files = new Map<string, readonly string[]>(services.map((s) => [`${s}.json`, [s]]));
  return files.set('combined.json', services);
}

export function readIndex(folder: string): Index {
  return JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = fileURLToPath(new URL('.', import.meta.url));
  mkdirSync(join(folder, 'expected'), { recursive: true });
  for (const [file, services] of expectedFiles(readIndex(folder))) {
    const expected = await expectedOf(fromNdjson, folder, services);
    writeFileSync(join(folder, 'expected', file), `${JSON.stringify(expected, null, 2)}\n`);
    const { spans, traces, requests, cost_usd, error_rate } = expected.all;
    console.log(
      `${file}: ${traces} traces, ${spans} spans, ${requests} requests, $${cost_usd.toFixed(4)}, error rate ${error_rate}`,
    );
  }
}
