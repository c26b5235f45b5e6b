import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { SpanRecord } from '@spanbook/sdk/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spans } from '../../bench/generate.ts';
import { createNativeEngine } from '../../cli/duckdbNative.ts';
import { loadFiles } from '../../cli/loadFiles.ts';
import { type CallMetrics, MAX_REJECTS, runSummary, type Summary, summarise } from '../../cli/summary.ts';
import { summaryText } from '../../cli/summaryText.ts';
import type { Expected, RangeTotals } from '../../sample-data/expected.ts';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Engine } from '../../src/engine/engine.ts';

const sample = fileURLToPath(new URL('../../sample-data/', import.meta.url));
const SERVICES = ['support-chatbot', 'research-agent', 'doc-extract'];
const expected = (name: string) =>
  JSON.parse(readFileSync(join(sample, 'expected', `${name}.json`), 'utf8')) as Expected;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-summary-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const lines = (count: number, seed = 1) => [...spans(count, seed)].map((span) => JSON.stringify(span));

/** Sums of doubles differ in their last digits with the order of the rows. */
function expectMetrics(actual: CallMetrics, totals: RangeTotals['models'][string]): void {
  expect(actual).toMatchObject({
    requests: totals.requests,
    errors: totals.errors,
    unpriced: totals.unpriced,
    unmetered: totals.unmetered,
  });
  // The expected figures say 0 where nothing was reported.
  for (const name of [
    'input_tokens',
    'output_tokens',
    'cache_read_tokens',
    'cache_write_tokens',
    'reasoning_tokens',
    'cost_usd',
  ] as const)
    expect(actual[name] ?? 0, name).toBeCloseTo(totals[name], 6);
  expect(actual.tokens ?? 0).toBe(totals.total_tokens);
  for (const name of ['error_rate', 'avg_latency_ms', 'p95_latency_ms'] as const)
    expect(actual[name], name).toBeCloseTo(totals[name] ?? Number.NaN, 6);
}

function expectTotals(actual: Summary, totals: RangeTotals): void {
  expect(actual.spans).toBe(totals.spans);
  expect(actual.traces).toBe(totals.traces);
  expectMetrics(actual, totals);
  expect(actual.models.map(({ model }) => model).sort()).toEqual(Object.keys(totals.models).sort());
  for (const model of actual.models) {
    const wanted = totals.models[model.model ?? ''];
    if (wanted === undefined) throw new Error(`No figures for ${model.model}`);
    expectMetrics(model, wanted);
  }
}

describe('the sample data, against figures computed by another path', { timeout: 120_000 }, () => {
  it('NDJSON, all services together', async () => {
    expectTotals(
      await runSummary(SERVICES.map((service) => join(sample, `${service}.ndjson.gz`))),
      expected('combined').all,
    );
  });

  it('Parquet, one service', async () => {
    expectTotals(await runSummary([join(sample, 'research-agent.parquet')]), expected('research-agent').all);
  });

  it('the last 24 hours', async () => {
    expectTotals(
      await runSummary(
        SERVICES.map((service) => join(sample, `${service}.parquet`)),
        { sinceMs: 86_400_000 },
      ),
      expected('combined').last_24h,
    );
  });

  it("the browser's engine says the same", async () => {
    const of = async (engine: Engine) => {
      try {
        await loadFiles(engine, [join(sample, 'doc-extract.ndjson.gz')]);
        return await summarise(await engine.connect('summary'), { sinceMs: 3 * 86_400_000 });
      } finally {
        await engine.close();
      }
    };
    const [wasm, native] = [await of(await createNodeEngine()), await of(await createNativeEngine())];
    expect(rounded(native)).toEqual(rounded(wasm));
    expect(native.requests).toBeGreaterThan(100);
  });
});

/** To twelve digits: sums of doubles depend on the order of the rows. */
const rounded = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, v: unknown) =>
    typeof v === 'number' ? Number(v.toPrecision(12)) : v,
  );

describe('files', () => {
  it('adds several up, and counts a span once that lies in two', async () => {
    const all = lines(70);
    const first = write('first.ndjson', `${all.slice(0, 42).join('\n')}\n`);
    const second = write('second.ndjson.gz', gzipSync(`${all.slice(35).join('\n')}\n`));
    const summary = await runSummary([first, second]);
    expect(summary.spans).toBe(70);
    expect(summary.traces).toBe(10);
    expect(summary.files.map(({ path, duplicates }) => [path, duplicates])).toEqual([
      [first, 0],
      [second, 7],
    ]);
  });

  it('reads the trace files below a folder, and nothing else there', async () => {
    const inner = join(folder, 'traces/date=2026-01-05');
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'a.ndjson'), `${lines(7).join('\n')}\n`);
    writeFileSync(join(folder, 'traces/notes.txt'), 'not a trace');
    const summary = await runSummary([join(folder, 'traces')]);
    expect(summary.files.map(({ path, spans: count }) => [path, count])).toEqual([
      [join(inner, 'a.ndjson'), 7],
    ]);
  });

  it('names file and line of what it skips', async () => {
    const good = lines(21);
    const path = write(
      'broken.ndjson',
      `${[...good.slice(0, 4), '{"trace_id":', ...good.slice(4)].join('\n')}\n`,
    );
    const summary = await runSummary([path]);
    expect(summary.spans).toBe(21);
    expect(summary.files[0]?.rejects).toBe(1);
    expect(summary.rejects).toMatchObject([{ path, line: 5 }]);
    expect(summary.rejects[0]?.reason).toMatch(/JSON/);
  });

  it('names the first skipped lines only', async () => {
    const bad = Array.from({ length: MAX_REJECTS + 5 }, () => 'no json');
    const path = write('many.ndjson', `${[...lines(7), ...bad].join('\n')}\n`);
    const summary = await runSummary([path]);
    expect(summary.rejects).toHaveLength(MAX_REJECTS);
    expect(summary.files[0]?.rejects).toBe(MAX_REJECTS + 5);
  });

  it('names a file that is missing, or that is no trace file', async () => {
    await expect(runSummary([join(folder, 'none.ndjson')])).rejects.toThrow(/none\.ndjson: no such file/);
    const jpeg = write('photo.ndjson', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 74, 70, 73, 70]));
    await expect(runSummary([jpeg])).rejects.toThrow(/photo\.ndjson: .*JPEG/);
    mkdirSync(join(folder, 'empty'), { recursive: true });
    await expect(runSummary([join(folder, 'empty')])).rejects.toThrow(/empty: no trace files/);
  });

  it('says null, not 0, where nothing is known', async () => {
    const [root] = spans(1);
    const path = write('root.ndjson', `${JSON.stringify(SpanRecord.parse(root))}\n`);
    expect(await runSummary([path])).toMatchObject({
      spans: 1,
      requests: 0,
      tokens: null,
      cost_usd: null,
      avg_latency_ms: null,
      p95_latency_ms: null,
      error_rate: null,
      models: [],
    });
  });

  it('leaves out of the last hours what a clock far ahead wrote', async () => {
    const all = lines(1400);
    const stray = { ...SpanRecord.parse(JSON.parse(all[0] ?? '')), trace_id: 'f'.repeat(32) };
    const future = { ...stray, start_time: '2100-01-01T00:00:00Z', end_time: '2100-01-01T00:00:01Z' };
    const path = write('future.ndjson', `${[...all, JSON.stringify(future)].join('\n')}\n`);
    const summary = await runSummary([path], { sinceMs: 30 * 86_400_000 });
    expect(summary.spans).toBe(1400);
    expect(summary.beyond).toBe(1);
    expect(summaryText(summary)).toContain('1 span far beyond');
    expect(summary.to?.slice(0, 4)).toBe('2026');
    expect((await runSummary([path])).to?.slice(0, 4)).toBe('2026');
  });
});
