import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type CallMetrics, runSummary, type Summary } from '../../cli/summary.ts';
import { type CallTotals, type Expected, readIndex, type Totals } from '../../sample-data/expected.ts';
import { DAY } from '../../sample-data/sim/week.ts';

const FOLDER = fileURLToPath(new URL('../../sample-data', import.meta.url));
const index = readIndex(FOLDER);

/** The product's names → the expected figures'; what nobody reported is NULL there, and 0 in a sum. */
function product(metrics: CallMetrics): Record<string, number> {
  const { requests, errors, unpriced, unmetered } = metrics;
  return {
    requests,
    errors,
    unpriced,
    unmetered,
    total_tokens: metrics.tokens ?? 0,
    input_tokens: metrics.input_tokens ?? 0,
    output_tokens: metrics.output_tokens ?? 0,
    cache_read_tokens: metrics.cache_read_tokens ?? 0,
    reasoning_tokens: metrics.reasoning_tokens ?? 0,
  };
}

function expectCalls(found: CallMetrics, expected: CallTotals | undefined): void {
  if (expected === undefined) throw new Error('a model that is not expected');
  expect(product(found)).toEqual(
    Object.fromEntries(Object.keys(product(found)).map((key) => [key, expected[key as keyof CallTotals]])),
  );
  // Sums of doubles, in another order.
  expect(found.cost_usd ?? 0).toBeCloseTo(expected.cost_usd, 8);
  expect(found.avg_latency_ms ?? Number.NaN).toBeCloseTo(expected.avg_latency_ms ?? Number.NaN, 6);
  expect(found.p95_latency_ms ?? Number.NaN).toBeCloseTo(expected.p95_latency_ms ?? Number.NaN, 6);
}

function expectEqual(found: Summary, expected: Totals): void {
  expectCalls(found, expected);
  expect(found.models.map((m) => m.model).toSorted()).toEqual(Object.keys(expected.models).toSorted());
  for (const model of found.models) expectCalls(model, expected.models[model.model ?? '']);
}

// The combined figures hold every model of every service.
it.each(['ndjson', 'parquet'] as const)(
  'our ingest, prices and metrics find them in the %s files',
  async (format) => {
    const expected = JSON.parse(readFileSync(join(FOLDER, 'expected', 'combined.json'), 'utf8')) as Expected;
    const paths = index.services.flatMap((s) => s[format].map((f) => join(FOLDER, f.name)));

    const summary = await runSummary(paths);
    expectEqual(summary, expected.all);
    expect(summary.spans).toBe(expected.all.spans);
    expect(summary.traces).toBe(expected.all.traces);
    expect(summary.files.reduce((sum, f) => sum + f.logs, 0)).toBe(expected.all.logs);
    expect(summary.rejects).toEqual([]);

    expectEqual(await runSummary(paths, { sinceMs: DAY }), expected.last_24h);
  },
  120_000,
);
