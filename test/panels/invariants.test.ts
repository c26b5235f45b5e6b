import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNativeEngine } from '../../cli/duckdbNative.ts';
import { metricsOver } from '../../cli/metrics.ts';
import { buildTree } from '../../src/cells/timeline/layout.ts';
import { readSpans } from '../../src/cells/timeline/spans.ts';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Connection, Engine, Value } from '../../src/engine/engine.ts';
import {
  callRows,
  type Figures,
  figures,
  filterRows,
  type OracleSpan,
  quantile,
  type Row,
  spanOf,
  sum,
  traces,
  unique,
} from './oracle.ts';
import { randomFilters, randomSpans } from './randomSpans.ts';
import { lines, loadText, panel, panelSql, plain, type Rows, rowsOf, setFilters } from './support.ts';

const BUCKET = 3_600_000;

/** Equal but for the order in which doubles were added. */
function close(actual: unknown, expected: number | null | undefined, what: string): void {
  if (expected === null || expected === undefined) {
    expect(actual, what).toBeNull();
    return;
  }
  expect(actual, what).not.toBeNull();
  const off = Math.abs(Number(actual) - expected);
  expect(off, `${what}: ${String(actual)} instead of ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.max(1, Math.abs(expected)),
  );
}

function agree(row: Record<string, Value>, wanted: Figures, what: string): void {
  for (const [name, value] of Object.entries(wanted))
    if (name in row) close(plain(row[name]), value as number | null, `${what} ${name}`);
}

function grouped(rows: readonly Row[], key: (r: Row) => string): Map<string, Row[]> {
  const out = new Map<string, Row[]>();
  for (const row of rows) out.set(key(row), [...(out.get(key(row)) ?? []), row]);
  return out;
}

const modelOf = (r: Row) => r.span.model ?? '';
const keyOf = (v: Value | undefined) => (v === null || v === undefined ? '' : String(v));

/** A row a model, and one over all. */
function byModel(rows: Rows, wanted: readonly Row[], what: string): void {
  const groups = grouped(wanted, modelOf);
  const models = rows.filter((r) => r.is_total !== true);
  expect(models.map((r) => keyOf(r.model)).sort(), what).toEqual([...groups.keys()].sort());
  for (const row of models)
    agree(row, figures(groups.get(keyOf(row.model)) ?? []), `${what} ${keyOf(row.model)}`);
}

async function checkPanels(connection: Connection, wanted: readonly Row[]): Promise<void> {
  const all = figures(wanted);
  const metrics =
    rowsOf(await connection.query(`SELECT ${metricsOver('llm_calls')} FROM llm_calls`))[0] ?? {};
  agree(metrics, all, 'metrics.sql');

  const tiles = await panel(connection, 'key_metrics');
  const [total, ...buckets] = tiles;
  expect(total?.is_total).toBe(true);
  agree(total ?? {}, all, 'tiles');
  const hours = grouped(wanted, (r) => String(Math.floor(r.span.startUs / 1000 / BUCKET) * BUCKET));
  expect(buckets.map((b) => String(b.bucket)).sort()).toEqual([...hours.keys()].sort());
  for (const b of buckets) agree(b, figures(hours.get(String(b.bucket)) ?? []), `bucket ${String(b.bucket)}`);

  const usage = await panel(connection, 'usage_by_model');
  byModel(usage, wanted, 'usage');
  agree(usage.find((r) => r.is_total) ?? {}, all, 'usage, total');
  const cost = await panel(connection, 'cost_by_model');
  byModel(cost, wanted, 'cost');
  agree(cost.find((r) => r.is_total) ?? {}, all, 'cost, total');
  const shares = cost.filter((r) => !r.is_total && r.share !== null).map((r) => plain(r.share) ?? 0);
  for (const share of shares) expect(share).toBeGreaterThanOrEqual(0);
  if (shares.length > 0) expect(sum(shares)).toBeCloseTo(1, 9);

  // Sums over parts are the whole.
  const over = (rows: Rows, column: string) => {
    const known = rows.filter((r) => r.is_total !== true && r[column] !== null).map((r) => Number(r[column]));
    return known.length === 0 ? null : sum(known);
  };
  close(over(cost, 'cost_usd'), all.cost_usd, 'sum of cost_by_model');
  close(over(await panel(connection, 'cost_over_time'), 'cost_usd'), all.cost_usd, 'sum of cost_over_time');
  close(over(usage, 'requests') ?? 0, all.requests, 'sum of usage_by_model.requests');
  for (const name of ['uncached_tokens', 'cache_read_tokens', 'cache_write_tokens', 'output_tokens'] as const)
    close(over(usage, name), all[name], `sum of usage_by_model.${name}`);

  const errors = await panel(connection, 'errors_by_type');
  close(plain(errors.find((r) => r.is_total)?.errors), all.errors, 'errors_by_type, total');
  close(over(errors, 'errors') ?? 0, all.errors, 'errors_by_type');

  const timed = wanted.filter((r) => !r.fallback && r.span.duration !== undefined);
  const latency = await panel(connection, 'latency_by_model');
  byModel(latency, timed, 'latency');
}

async function checkTraces(
  connection: Connection,
  spans: readonly OracleSpan[],
  rows: readonly Row[],
  f: object,
) {
  const wanted = traces(spans, rows, f);
  const list = await panel(connection, 'recent_traces');
  expect(list.map((r) => String(r.trace_id)).sort()).toEqual(wanted.map((t) => t.trace_id).sort());
  const byId = new Map(wanted.map((t) => [t.trace_id, t]));
  for (const row of list) {
    const trace = byId.get(String(row.trace_id));
    if (trace === undefined) continue;
    expect(row.start_time).toBeCloseTo(trace.startUs / 1000, 3);
    expect(row.status, trace.trace_id).toBe(trace.status);
    for (const name of ['span_count', 'call_count', 'error_count', 'total_tokens', 'cost_usd'] as const)
      close(plain(row[name]), trace[name], `${trace.trace_id} ${name}`);
    close(plain(row.duration_ms), trace.duration, `${trace.trace_id} duration_ms`);
  }
  const [metrics = {}] = rowsOf(await connection.query(`SELECT ${metricsOver('traces')} FROM traces`));
  const timed = wanted.flatMap((t) => (t.duration === undefined ? [] : [[t.duration, t.weight] as const]));
  close(plain(metrics.traces), sum(wanted.map((t) => t.weight)), 'traces');
  close(
    plain(metrics.error_traces),
    sum(wanted.filter((t) => t.status === 'ERROR').map((t) => t.weight)),
    'error_traces',
  );
  close(plain(metrics.p95_trace_latency_ms), quantile(timed, 0.95), 'p95 of traces');
  return wanted;
}

describe.each([
  { seed: 1, weighted: false, where: 'browser' },
  { seed: 2, weighted: true, where: 'browser' },
  { seed: 3, weighted: true, where: 'command line' },
])("random data $seed, weighted: $weighted, the $where's engine", ({ seed, weighted, where }) => {
  const records = randomSpans({ seed, traces: 120, weighted });
  const spans = unique(records).map(spanOf);
  const rows = callRows(spans);
  let engine: Engine;
  let connection: Connection;

  beforeAll(async () => {
    engine = await (where === 'browser' ? createNodeEngine() : createNativeEngine());
    connection = await engine.connect('nb1');
    await connection.setVariable('bucket', { intervalMs: BUCKET });
    // Two files that overlap, and cut traces in two.
    const [a, b] = [Math.floor(records.length * 0.6), Math.floor(records.length * 0.4)];
    await loadText(engine, 'a', lines(records.slice(0, a)));
    await loadText(engine, 'b', lines(records.slice(b)));
  });
  afterAll(() => engine.close());

  it('holds what it is to hold', () => {
    expect(rows.some((r) => r.fallback)).toBe(true);
    expect(rows.some((r) => !r.fallback && !r.span.metered)).toBe(true);
    expect(rows.some((r) => r.span.metered && r.span.cost === undefined)).toBe(true);
  });

  it('every panel without filters', async () => {
    await setFilters(connection, {});
    await checkPanels(connection, rows);
    const all = await checkTraces(connection, spans, rows, {});
    const cost = sum(all.map((t) => (t.cost_usd ?? 0) * t.weight));
    close(figures(rows).cost_usd, cost, 'sum over traces');
  });

  it.each(Array.from({ length: 30 }, (_, i) => ({ i, filters: randomFilters(seed * 1000 + i, records) })))(
    'every panel with $filters',
    async ({ filters }) => {
      await setFilters(connection, filters);
      await checkPanels(connection, filterRows(rows, filters));
      await checkTraces(connection, spans, rows, filters);
    },
  );

  it('the timeline adds up to the cost of its trace, the parts of a span to its own', async () => {
    await setFilters(connection, {});
    for (const trace of traces(spans, rows, {}).slice(0, 40)) {
      await connection.setVariable('trace_id', trace.trace_id);
      const tree = buildTree(readSpans(await connection.query(panelSql('span_timeline'))));
      expect(tree.nodes).toHaveLength(trace.span_count);
      const costs = tree.roots.map((i) => tree.nodes[i]?.subtreeCost).filter((c) => c !== undefined);
      close(costs.length === 0 ? null : sum(costs), trace.cost_usd, `Σ of ${trace.trace_id}`);
      const [head = {}] = await panel(connection, 'trace_head');
      close(plain(head.cost_usd), trace.cost_usd, `head of ${trace.trace_id}`);
      for (const { span } of rows.filter((r) => r.span.record.trace_id === trace.trace_id)) {
        await connection.setVariable('span_id', span.record.span_id);
        const parts = await panel(connection, 'span_usage');
        const total = parts.find((p) => p.is_total);
        if (!span.metered) expect(parts).toEqual([]);
        else {
          close(plain(total?.cost_usd), span.cost, 'cost of a span');
          close(plain(total?.tokens), span.total, 'tokens of a span');
          if (span.cost !== undefined)
            close(
              sum(parts.filter((p) => !p.is_total).map((p) => plain(p.cost_usd) ?? 0)),
              span.cost,
              'parts of a span',
            );
        }
      }
    }
  });

  it('parts of each cost add up to it', async () => {
    const [row = {}] = rowsOf(
      await connection.query(`SELECT count(*) AS n, max(abs(cost_usd - (input_cost_usd + cache_read_cost_usd
        + cache_write_cost_usd + output_cost_usd))) AS off, min(least(input_cost_usd, cache_read_cost_usd,
        cache_write_cost_usd, output_cost_usd)) AS least FROM all_spans WHERE cost_usd IS NOT NULL`),
    );
    expect(Number(row.n)).toBeGreaterThan(50);
    expect(Number(row.off)).toBe(0);
    expect(Number(row.least)).toBeGreaterThanOrEqual(0);
  });
});
