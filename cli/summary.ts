/** `spanbook summary`: the key metrics of trace files, by the definitions that the workbench uses. */
import { must } from '../src/base/assert.ts';
import { type DataRange, dataRange } from '../src/engine/dataRange.ts';
import type { Connection, ResultTable } from '../src/engine/engine.ts';
import { lastOf } from '../src/notebook/range.ts';
import { createNativeEngine } from './duckdbNative.ts';
import { type LoadedPath, loadFiles } from './loadFiles.ts';
import { metricsOver } from './metrics.ts';

/** Names and definitions: src/panels/metrics.sql. NULL (unknown) is null, never 0. */
export interface CallMetrics {
  /** Calls to models, failed ones included. */
  readonly requests: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly tokens: number | null;
  readonly input_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: number | null;
  /** Calls with usage, but no price. */
  readonly unpriced: number;
  /** Calls that report no usage, failed ones left out. */
  readonly unmetered: number;
  readonly avg_latency_ms: number | null;
  readonly p95_latency_ms: number | null;
}

export interface Summary extends CallMetrics {
  readonly files: readonly LoadedPath[];
  /** As kept, not weighted. */
  readonly spans: number;
  readonly traces: number;
  /** Spans that start after all others by a clock far ahead. They are counted, but move no range. */
  readonly beyond: number;
  /** UTC, ISO-8601; null where there is no span. */
  readonly from: string | null;
  readonly to: string | null;
  /** By requests, most first; `model` is null where the call names none. */
  readonly models: readonly (CallMetrics & { readonly model: string | null })[];
  /** Lines that were skipped: the first ones, at most MAX_REJECTS. */
  readonly rejects: readonly Reject[];
}

export interface Reject {
  readonly path: string;
  /** From 1; null where the file has no lines. */
  readonly line: number | null;
  readonly reason: string;
}

export interface SummaryOptions {
  /** Only what started in this span of time (ms) up to the newest span. */
  readonly sinceMs?: number;
}

export const MAX_REJECTS = 20;

/** @throws Error that names the path if a file is missing or no trace file */
export async function runSummary(paths: readonly string[], options: SummaryOptions = {}): Promise<Summary> {
  const engine = await createNativeEngine();
  try {
    const files = await loadFiles(engine, paths);
    const connection = await engine.connect('summary');
    return { files, ...(await summarise(connection, options)) };
  } finally {
    await engine.close();
  }
}

/** The figures of what is loaded. */
export async function summarise(
  connection: Connection,
  options: SummaryOptions = {},
): Promise<Omit<Summary, 'files'>> {
  const range = await dataRange(connection);
  if (options.sinceMs !== undefined && range !== undefined)
    await filterSince(connection, range, options.sinceMs);
  const metrics = metricsOver('llm_calls');
  const total = await connection.query(`SELECT ${metrics} FROM llm_calls`);
  const models = await connection.query(
    `SELECT model, ${metrics} FROM llm_calls GROUP BY model ORDER BY requests DESC, model`,
  );
  const counts = await connection.query(
    `SELECT (SELECT count(*) FROM spans) AS spans, (SELECT traces FROM (SELECT ${metricsOver('traces')} FROM traces)) AS traces,
       (SELECT min(start_time) FROM spans) AS first, (SELECT max(start_time) FROM spans) AS last`,
  );
  const { spans, traces, first, last } = counts.row(0);
  return {
    ...toMetrics(total, 0),
    spans: Number(spans),
    traces: Number(traces),
    beyond: range?.beyond ?? 0,
    from: toIso(first),
    to: toIso(typeof last === 'number' && range !== undefined ? Math.min(last, range.to) : last),
    models: Array.from({ length: models.numRows }, (_, i) => ({
      model: (models.row(i).model ?? null) as string | null,
      ...toMetrics(models, i),
    })),
    rejects: await readRejects(connection),
  };
}

/** As the workbench's "last 24 hours": up to the newest span, but not to one whose clock is far ahead. */
async function filterSince(connection: Connection, range: DataRange, sinceMs: number): Promise<void> {
  const { from, to } = lastOf(range, sinceMs);
  await connection.setVariable('filter_from', { epochMs: from });
  await connection.setVariable('filter_to', { epochMs: to });
}

async function readRejects(connection: Connection): Promise<Reject[]> {
  const table = await connection.query(
    `SELECT source_file, line, reason FROM rejects ORDER BY source_file, line LIMIT ${MAX_REJECTS}`,
  );
  return Array.from({ length: table.numRows }, (_, i) => {
    const { source_file, line, reason } = table.row(i);
    return { path: String(source_file), line: toNumber(line), reason: String(reason) };
  });
}

function toMetrics(table: ResultTable, row: number): CallMetrics {
  const values = table.row(row);
  const optional = (name: keyof CallMetrics) => {
    if (!(name in values)) throw new Error(`metrics.sql defines no ${name}`);
    return toNumber(values[name]);
  };
  const known = (name: keyof CallMetrics) => must(optional(name), name);
  return {
    requests: known('requests'),
    errors: known('errors'),
    error_rate: optional('error_rate'),
    tokens: optional('tokens'),
    input_tokens: optional('input_tokens'),
    cache_read_tokens: optional('cache_read_tokens'),
    cache_write_tokens: optional('cache_write_tokens'),
    output_tokens: optional('output_tokens'),
    reasoning_tokens: optional('reasoning_tokens'),
    cost_usd: optional('cost_usd'),
    unpriced: known('unpriced'),
    unmetered: known('unmetered'),
    avg_latency_ms: optional('avg_latency_ms'),
    p95_latency_ms: optional('p95_latency_ms'),
  };
}

/** Sums of counts and tokens are far below 2^53. */
const toNumber = (value: unknown): number | null =>
  value === null || value === undefined || Number.isNaN(Number(value)) ? null : Number(value);

const toIso = (value: unknown): string | null =>
  typeof value === 'number' ? new Date(value).toISOString() : null;
