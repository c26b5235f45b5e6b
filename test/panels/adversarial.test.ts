/** Files that are easily counted wrong, through the real ingest, and figures worked out by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calcPrice } from '@pydantic/genai-prices';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSummary } from '../../cli/summary.ts';
import { dataRange } from '../../src/engine/dataRange.ts';
import type { Connection, Engine } from '../../src/engine/engine.ts';
import { periodBefore, resolveRange } from '../../src/notebook/range.ts';
import { filterVariables } from '../../src/notebook/variables.ts';
import { start } from '../engine/support.ts';
import { record } from '../ingest/helpers.ts';
import { iso } from './randomSpans.ts';
import { lines, loadText, panel, type Rows, setFilters } from './support.ts';

type Json = Record<string, unknown>;
const HOUR = 3_600_000;

let engine: Engine;
let connection: Connection;
beforeEach(async () => {
  ({ engine, connection } = await start());
  await connection.setVariable('bucket', { intervalMs: HOUR });
});
afterEach(() => engine.close());

let ids = 0;
/** A span of ours, in a trace `t…`; times in ms from 2026-11-24T09:00Z. */
function span(
  trace: string,
  changes: Json & { readonly at?: number; readonly ms?: number | null } = {},
): Json {
  const { at = 0, ms = 100, ...rest } = changes;
  const from = (Date.UTC(2026, 10, 24, 9) + at) * 1000;
  return record({
    trace_id: trace,
    span_id: `s${++ids}`,
    kind: 'INTERNAL',
    attributes: {},
    start_time: iso(from),
    end_time: ms === null ? null : iso(from + ms * 1000),
    ...rest,
  });
}
const call = (trace: string, attributes: Json, changes: Json = {}) =>
  span(trace, {
    kind: 'LLM',
    attributes: { 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.provider.name': 'openai', ...attributes },
    ...changes,
  });
const used = (input?: number, output?: number): Json => ({
  ...(input === undefined ? {} : { 'gen_ai.usage.input_tokens': input }),
  ...(output === undefined ? {} : { 'gen_ai.usage.output_tokens': output }),
});

const total = async (name = 'key_metrics') => {
  const rows: Rows = await panel(connection, name);
  return rows.find((r) => r.is_total) ?? {};
};

/** OTLP, one span a request. */
function otlp(traceId: string, spanId: string, parent: string, attributes: Json): string {
  const value = (v: unknown) => (typeof v === 'number' ? { intValue: String(v) } : { stringValue: v });
  return `${JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                traceId: traceId.repeat(32),
                spanId: spanId.repeat(16),
                parentSpanId: parent.repeat(16),
                name: String(attributes['ai.operationId']),
                startTimeUnixNano: '1795510800000000001',
                endTimeUnixNano: '1795510801000000001',
                attributes: Object.entries(attributes).map(([key, v]) => ({ key, value: value(v) })),
              },
            ],
          },
        ],
      },
    ],
  })}\n`;
}

describe('usage that is told twice', () => {
  const usage = {
    'ai.usage.promptTokens': 100,
    'ai.usage.completionTokens': 10,
    'ai.model.id': 'gpt-4o-mini',
    'ai.model.provider': 'openai.chat',
  };
  it('by the Vercel AI SDK, in one trace and in two', async () => {
    await loadText(
      engine,
      'a',
      otlp('a', '1', '', { 'ai.operationId': 'ai.generateText', ...usage }) +
        otlp('a', '2', '1', { 'ai.operationId': 'ai.generateText.doGenerate', ...usage }) +
        otlp('b', '3', '', { 'ai.operationId': 'ai.generateText', ...usage }) +
        otlp('c', '4', '', { 'ai.operationId': 'ai.generateText.doGenerate', ...usage }),
    );
    expect(await total()).toMatchObject({ requests: 2, tokens: 220, unpriced: 0, unmetered: 0 });
    const costs = (await panel(connection, 'recent_traces')).map((t) => [
      String(t.trace_id)[0],
      t.cost_usd !== null,
    ]);
    expect(Object.fromEntries(costs)).toEqual({ a: true, b: false, c: true });
  });

  it('by an agent beside its calls, and by a workflow above', async () => {
    const root = span('t', { kind: 'CHAIN', attributes: used(300, 30) });
    await loadText(
      engine,
      'a',
      lines([
        root,
        span('t', { kind: 'AGENT', parent_span_id: root.span_id, attributes: used(300, 30) }),
        call('t', used(100, 10), { parent_span_id: root.span_id }),
        call('t', used(200, 20), { parent_span_id: root.span_id }),
      ]),
    );
    expect(await total()).toMatchObject({ requests: 2, tokens: 330, input_tokens: 300 });
  });

  it('by nobody but the root: it stands in, and is no request', async () => {
    const root = call('t', used(300, 30), { kind: 'AGENT' });
    await loadText(
      engine,
      'a',
      lines([
        root,
        call('t', {}, { parent_span_id: root.span_id }),
        call('t', {}, { parent_span_id: root.span_id, status: 'ERROR' }),
      ]),
    );
    expect(await total()).toMatchObject({
      requests: 2,
      errors: 1,
      tokens: 330,
      unmetered: 1,
      unpriced: 0,
      avg_latency_ms: 100,
    });
    const parts = [];
    for (const status of ['OK', 'ERROR'] as const) {
      await setFilters(connection, { status });
      parts.push((await total()).tokens);
    }
    expect(parts).toEqual([330, null]);
  });
});

describe('what a cost does not hold', () => {
  it('is counted: unpriced, unmetered, and neither', async () => {
    await loadText(
      engine,
      'a',
      lines([
        call('t', used(0, 0)),
        call('t', used(1000), { kind: 'EMBEDDING' }),
        call('t', { ...used(10, 1), 'gen_ai.request.model': 'no-such-model' }),
        call('t', { ...used(10, 1), 'gen_ai.request.model': undefined }),
        // Only a total: nobody knows how much of it was output.
        call('t', { 'gen_ai.usage.total_tokens': 50 }),
        call('t', { 'gen_ai.usage.reasoning.output_tokens': 5 }),
        call('t', {}),
        call('t', {}, { ms: null }),
        call('t', {}, { status: 'ERROR' }),
      ]),
    );
    const figures = await total();
    expect(figures).toMatchObject({ requests: 9, errors: 1, unpriced: 4, unmetered: 2 });
    const paid = calcPrice({ input_tokens: 1000, output_tokens: 0 }, 'gpt-4o-mini', { providerId: 'openai' });
    expect(figures.cost_usd).toBeCloseTo(paid?.total_price ?? 0, 12);
    const byModel = await panel(connection, 'cost_by_model');
    expect(byModel.map((r) => [r.model, r.cost_usd === null, Number(r.unpriced)])).toEqual([
      ['gpt-4o-mini', false, 2],
      [expect.toSatisfy((m) => m === null || m === 'no-such-model'), true, 1],
      [expect.toSatisfy((m) => m === null || m === 'no-such-model'), true, 1],
      [null, false, 4],
    ]);
    // Seven calls of the priced model, two of them unpriced.
    expect(byModel[0]?.cost_per_request_usd).toBeCloseTo((paid?.total_price ?? 0) / 5, 15);
    expect((await panel(connection, 'recent_traces'))[0]).toMatchObject({ unpriced_count: 4n });
  });

  it('a cost of nothing has no shares that are no numbers', async () => {
    await loadText(
      engine,
      'a',
      lines([call('t', used(0, 0)), span('u', { kind: 'AGENT', attributes: used(0, 0) })]),
    );
    for (const name of ['cost_by_model', 'usage_by_model'])
      for (const row of await panel(connection, name))
        for (const value of Object.values(row)) expect(value === null || !Number.isNaN(value)).toBe(true);
  });

  it('a price that changed holds from its day on; what the trace says stands beside', async () => {
    const of = (day: string) =>
      record({
        trace_id: day,
        start_time: `${day}T12:00:00Z`,
        end_time: `${day}T12:00:01Z`,
        attributes: {
          'gen_ai.request.model': 'o3',
          'gen_ai.provider.name': 'openai',
          'gen_ai.usage.cost': 77,
          ...used(1_000_000, 1_000_000),
        },
      });
    const days = ['2025-05-01', '2025-06-09', '2025-06-10', '2025-06-11', '2026-11-01'];
    await loadText(engine, 'a', lines(days.map(of)));
    const listed = days.map(
      (day) =>
        calcPrice({ input_tokens: 1_000_000, output_tokens: 1_000_000 }, 'o3', {
          providerId: 'openai',
          timestamp: new Date(`${day}T12:00:00Z`),
        })?.total_price,
    );
    expect(new Set(listed).size).toBe(2);
    const table = await connection.query(
      'SELECT cost_usd, recorded_cost_usd FROM all_llm_calls ORDER BY start_time',
    );
    expect(days.map((_, i) => table.value(i, 0))).toEqual(listed);
    expect(days.map((_, i) => table.value(i, 1))).toEqual(days.map(() => 77));
  });
});

describe('time', () => {
  const folder = mkdtempSync(join(tmpdir(), 'spanbook-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('last 24 h and the period before share no span, miss none, and are what the command line says', async () => {
    // On every bound and a microsecond beside it: the newest span, and 24 and 48 hours before just after it.
    const newest = Date.UTC(2026, 10, 24, 9) * 1000 + 500_250;
    const day = 24 * HOUR * 1000;
    const times = [0, 1, 2]
      .flatMap((n) => [-1, 0, 1].map((us) => newest - n * day + us))
      .filter((t) => t <= newest);
    const text = lines(
      times.map((us, i) => call(`t${i}`, used(1), { start_time: iso(us), end_time: iso(us + 1000) })),
    );
    await loadText(engine, 'a', text);
    const extent = await dataRange(connection);
    const range = resolveRange({ last: '24h' }, extent);
    const counts: unknown[] = [];
    for (const period of [undefined, periodBefore(range, extent)]) {
      for (const [name, value] of Object.entries(filterVariables({}, range, 'UTC', period)))
        await connection.setVariable(name, value);
      counts.push((await total()).requests);
    }
    // Each period holds what is later than its begin by the microsecond, and what stands just before its end.
    expect(counts).toEqual([3, 3]);
    const path = join(folder, 'a.ndjson');
    writeFileSync(path, text);
    expect(await runSummary([path], { sinceMs: 24 * HOUR })).toMatchObject({
      requests: 3,
      traces: 3,
      spans: 3,
    });
  });

  it('nothing before: unknown, not zero', async () => {
    await loadText(engine, 'a', lines([call('t', used(1))]));
    const extent = await dataRange(connection);
    expect(periodBefore(resolveRange({ last: '1h' }, extent), extent)).toBeUndefined();
  });

  it('a trace across a bound is chosen by its start, and whole; its calls by their own', async () => {
    const root = span('t', { at: 0, ms: 4000 });
    const spans = [
      root,
      ...[1000, 2000].map((at) => call('t', used(100, 0), { at, parent_span_id: root.span_id })),
    ];
    // The trace lies in two files.
    await loadText(engine, 'a', lines(spans.slice(0, 2)));
    await loadText(engine, 'b', lines(spans.slice(1)));
    const at = (ms: number) => (Date.UTC(2026, 10, 24, 9) + ms) * 1000;
    await setFilters(connection, { from: at(0), to: at(2000) });
    expect((await total()).requests).toBe(1);
    expect(await panel(connection, 'recent_traces')).toMatchObject([{ total_tokens: 200n, span_count: 3n }]);
    await setFilters(connection, { from: at(1), to: at(3000) });
    expect((await total()).requests).toBe(2);
    expect(await panel(connection, 'recent_traces')).toEqual([]);
  });

  it('a clock put back while a call ran leaves no latency, least of all a negative one', async () => {
    await loadText(
      engine,
      'a',
      lines([call('t', used(1), { ms: -60_000 }), call('t', used(1), { ms: 200 })]),
    );
    expect(await total()).toMatchObject({ requests: 2, avg_latency_ms: 200, p95_latency_ms: 200 });
  });
});

describe('filters', () => {
  it('that choose nothing leave counts of 0 and figures unknown', async () => {
    await loadText(engine, 'a', lines([call('t', used(1))]));
    await setFilters(connection, { models: ['x'] });
    expect(await panel(connection, 'key_metrics')).toEqual([
      expect.objectContaining({
        requests: 0,
        errors: 0,
        cost_usd: null,
        tokens: null,
        error_rate: null,
        is_total: true,
      }),
    ]);
    expect(await panel(connection, 'recent_traces')).toEqual([]);
  });

  it('a call must be of the service, the model and the status: not three calls of a trace', async () => {
    const other = { 'gen_ai.request.model': 'gpt-5' };
    await loadText(
      engine,
      'a',
      lines([
        call('t', used(1), { service_name: 'a', status: 'OK' }),
        call('t', { ...used(1), ...other }, { service_name: 'b', status: 'ERROR' }),
      ]),
    );
    const chosen = async (f: Parameters<typeof setFilters>[1]) => {
      await setFilters(connection, f);
      return [(await total()).requests, (await panel(connection, 'recent_traces')).length];
    };
    expect(await chosen({ services: ['b'], models: ['gpt-5'], status: 'ERROR' })).toEqual([1, 1]);
    expect(await chosen({ services: ['a'], models: ['gpt-5'] })).toEqual([0, 0]);
    expect(await chosen({ services: ['a'], status: 'ERROR' })).toEqual([0, 0]);
    expect(await chosen({ models: ['gpt-4o-mini'], status: 'ERROR' })).toEqual([0, 0]);
  });

  it.each([`it's`, '100%', 'a_b', '\\', '"', '{x}', 'k=v', 'Ä', 'line\nbreak'])(
    'the text %j is found where it stands, and only there',
    async (text) => {
      const prompt = JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: `say ${text} now` }] },
      ]);
      await loadText(
        engine,
        'a',
        lines([
          call('attribute', { note: `a ${text} b` }),
          call('body', { 'gen_ai.input.messages': prompt }),
          call('nested', { deep: [`a ${text}`] }),
          call('none', { note: '', other: 'plain' }),
          call(`model`, { 'gen_ai.request.model': `m ${text}` }),
        ]),
      );
      await setFilters(connection, { text });
      const found = (await panel(connection, 'recent_traces')).map((t) => String(t.trace_id)).sort();
      // In nested values the text is JSON, with its escapes.
      const escaped = JSON.stringify(text).slice(1, -1) !== text && text !== '\\';
      expect(found.filter((t) => t !== 'nested')).toEqual(['attribute', 'body', 'model']);
      if (text !== '"') expect(found.includes('nested')).toBe(!escaped);
      await setFilters(connection, { models: [`m ${text}`] });
      expect((await total()).requests).toBe(1);
    },
  );
});
