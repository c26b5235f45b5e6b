import { join } from 'node:path';
import { context, trace as otelTrace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace-base';
import { createTracer, type SpanHandle, type Tracer, type TracerOptions } from '@spanbook/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lines, readLines, temporaryFolder, wait } from './helpers.ts';

let file: string;
let tracer: Tracer;

function setUp(options: Partial<TracerOptions> = {}): void {
  file = join(temporaryFolder(), 'app.ndjson');
  tracer = createTracer({ service: 'app', file, ...options });
}
async function written(): Promise<Lines> {
  await tracer.flush();
  return readLines(file);
}
beforeEach(() => setUp());
afterEach(() => tracer.shutdown());

describe('trace and span', () => {
  it('nest, and hand the result on', async () => {
    const result = await tracer.trace(
      'request',
      { metadata: { user_id: 'u1', tags: { a: 1 } } },
      async () => {
        const documents = tracer.span('retrieve', { kind: 'RETRIEVER', attributes: { k: 3 } }, () => ['d1']);
        tracer.addEvent('retrieved', { count: documents.length });
        tracer.setAttribute('answer.length', 42);
        return documents;
      },
    );
    expect(result).toEqual(['d1']);
    const { span, spans } = await written();
    expect(spans).toHaveLength(2);
    expect(span('request')).toMatchObject({
      parent_span_id: null,
      kind: 'INTERNAL',
      status: 'OK',
      attributes: { 'metadata.user_id': 'u1', 'metadata.tags': '{"a":1}', 'answer.length': 42 },
      events: [{ name: 'retrieved', attributes: { count: 1 } }],
    });
    expect(span('retrieve')).toMatchObject({
      parent_span_id: span('request').span_id,
      trace_id: span('request').trace_id,
      kind: 'RETRIEVER',
      attributes: { k: 3, 'gen_ai.operation.name': 'retrieval', 'openinference.span.kind': 'RETRIEVER' },
    });
  });

  it('a trace within a trace is a new one, linked to the span that started it', async () => {
    tracer.trace('outer', () => tracer.trace('inner', () => undefined));
    const { span } = await written();
    expect(span('inner').parent_span_id).toBeNull();
    expect(span('inner').trace_id).not.toBe(span('outer').trace_id);
    expect(span('inner').links).toEqual([
      { trace_id: span('outer').trace_id, span_id: span('outer').span_id },
    ]);
  });

  it('record an error and rethrow the same one', async () => {
    const error = Object.assign(new RangeError('too far'), { status: 418, code: 'teapot' });
    expect(() =>
      tracer.span('sync', () => {
        throw error;
      }),
    ).toThrow(error);
    await expect(tracer.span('async', () => Promise.reject(error))).rejects.toBe(error);
    await expect(tracer.span('text', () => Promise.reject('plain'))).rejects.toBe('plain');
    const { span } = await written();
    for (const name of ['sync', 'async']) {
      expect(span(name)).toMatchObject({ status: 'ERROR', status_message: 'too far' });
      expect(span(name).attributes).toMatchObject({
        'error.type': 'RangeError',
        'http.response.status_code': 418,
        'spanbook.error.code': 'teapot',
      });
      expect(span(name).events).toMatchObject([
        { name: 'exception', attributes: { 'exception.type': 'RangeError', 'exception.message': 'too far' } },
      ]);
    }
    expect(span('text')).toMatchObject({ status: 'ERROR', status_message: 'plain' });
  });

  it('hand back a thenable itself and run it once, when the host awaits it', async () => {
    let runs = 0;
    class Query {
      // biome-ignore lint/suspicious/noThenProperty: query builders are such objects
      then<R>(resolve: (rows: number) => R): Promise<R> {
        runs++;
        return wait(5).then(() => resolve(7));
      }
    }
    const query = new Query();
    const returned = tracer.span('query', () => query);
    expect(returned).toBe(query);
    expect(runs).toBe(0);
    expect((await written()).spans).toEqual([]);
    expect(await returned).toBe(7);
    expect(runs).toBe(1);
    expect((await written()).span('query').status).toBe('OK');
  });

  it('give a generator their context at every step and end with it', async () => {
    const numbers = tracer.span('generate', async function* () {
      for (const n of [1, 2]) {
        await wait(1);
        tracer.span(`step ${n}`, () => undefined);
        yield n;
      }
    });
    const seen: number[] = [];
    await tracer.trace('consumer', async () => {
      for await (const n of numbers) {
        seen.push(n);
        tracer.span(`use ${n}`, () => undefined);
      }
    });
    expect(seen).toEqual([1, 2]);
    const { span } = await written();
    for (const n of seen) {
      expect(span(`step ${n}`).parent_span_id).toBe(span('generate').span_id);
      expect(span(`use ${n}`).parent_span_id).toBe(span('consumer').span_id);
    }
    expect(span('generate').end_time).not.toBeNull();
  });

  it('end a generator that is left early, or fails', async () => {
    for (const _ of tracer.span('left', function* () {
      yield 1;
      yield 2;
    }))
      break;
    const failing = tracer.span('failing', async function* () {
      yield 1;
      throw new Error('broken');
    });
    await expect(async () => {
      for await (const _ of failing) void _;
    }).rejects.toThrow('broken');
    const { span } = await written();
    expect(span('left').status).toBe('OK');
    expect(span('failing').status).toBe('ERROR');
  });

  it('context follows await, timers and callbacks', async () => {
    const ids = await tracer.trace('request', async (root) => {
      const here = [tracer.currentTraceId()];
      await wait(1);
      here.push(tracer.currentTraceId());
      here.push(await new Promise((resolve) => setTimeout(() => resolve(tracer.currentTraceId()), 1)));
      here.push(await new Promise((resolve) => setImmediate(() => resolve(tracer.currentTraceId()))));
      return here.map((id) => id === root.traceId);
    });
    expect(ids).toEqual([true, true, true, true]);
    expect(tracer.currentTraceId()).toBeUndefined();
  });
});

describe('startSpan', () => {
  it('takes explicit times, kind, parent and links', async () => {
    const root = tracer.startTrace('root', { startTime: 1_764_000_000_000, userId: 'u', sessionId: 's' });
    const child = tracer.startSpan('child', {
      parent: root,
      kind: 'TOOL',
      startTime: new Date(1_764_000_000_100),
      links: [{ traceId: root.traceId, spanId: root.spanId }],
    });
    child.addEvent('called', { n: 1 }, [1_764_000_000, 150_000_001]);
    child.end([1_764_000_000, 200_000_002]);
    root.end(1_764_000_001_000);
    root.end(1_764_000_009_000);
    root.setAttribute('late', true);
    const { span, spans } = await written();
    expect(spans).toHaveLength(2);
    expect(span('child')).toMatchObject({
      parent_span_id: root.spanId,
      kind: 'TOOL',
      start_time: '2025-11-24T16:00:00.100000Z',
      end_time: '2025-11-24T16:00:00.200000002Z',
      events: [{ name: 'called', time: '2025-11-24T16:00:00.150000001Z' }],
      links: [{ trace_id: root.traceId, span_id: root.spanId }],
    });
    expect(span('root')).toMatchObject({
      end_time: '2025-11-24T16:00:01.000000Z',
      attributes: { 'user.id': 'u', 'session.id': 's' },
    });
  });

  it('is current only within run', async () => {
    const handle = tracer.startSpan('handle');
    expect(tracer.currentTraceId()).toBeUndefined();
    await handle.run(async () => {
      await wait(1);
      tracer.span('below', () => undefined);
    });
    handle.end();
    const { span } = await written();
    expect(span('below').parent_span_id).toBe(span('handle').span_id);
  });

  it('keeps a status that was set, and OK is final', async () => {
    const cancelled = tracer.startSpan('cancelled');
    cancelled.setStatus('ERROR', 'cancelled').end();
    tracer.startSpan('fine').setStatus('OK').setStatus('ERROR', 'no').end();
    const { span } = await written();
    expect(span('cancelled')).toMatchObject({ status: 'ERROR', status_message: 'cancelled' });
    expect(span('fine').status).toBe('OK');
  });

  it('records what a call used', async () => {
    const handle: SpanHandle = tracer.startSpan('call', { kind: 'LLM' });
    handle.recordLlmUsage({
      model: 'claude-sonnet-4-5',
      provider: 'anthropic',
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 900,
      reasoningTokens: 5,
      timeToFirstTokenMs: 250,
      finishReason: 'stop',
      costUsd: 0.01,
      raw: { input_tokens: 10 },
    });
    handle.end();
    expect((await written()).span('call').attributes).toMatchObject({
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 910,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.usage.cache_read.input_tokens': 900,
      'gen_ai.usage.reasoning.output_tokens': 5,
      'gen_ai.response.time_to_first_chunk': 0.25,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.cost': 0.01,
      'spanbook.usage.raw': '{"input_tokens":10}',
    });
  });
});

describe('a virtual clock and seeded ids', () => {
  it('make three services in one process reproducible', async () => {
    const run = async () => {
      let now = 1_764_000_000_000;
      let id = 0;
      const hex = (length: number) => (++id).toString(16).padStart(length, '0');
      const idGenerator = { generateTraceId: () => hex(32), generateSpanId: () => hex(16) };
      const folder = temporaryFolder();
      const files = ['gateway', 'chatbot', 'search'].map((service) => join(folder, `${service}.ndjson`));
      const [gateway, chatbot, search] = ['gateway', 'chatbot', 'search'].map((service, i) =>
        createTracer({ service, file: files[i], idGenerator, clock: () => now }),
      );
      if (!gateway || !chatbot || !search) throw new Error('three tracers');
      gateway.trace('request', () => {
        now += 10;
        chatbot.span('chat', () => {
          now += 5;
          search.span('find', () => {
            now += 1.5;
          });
          chatbot.log('WARN', 'slow', { ms: 5 });
        });
      });
      await Promise.all([gateway, chatbot, search].map((t) => t.shutdown()));
      return files.map((f) => readLines(f));
    };
    const [first, second] = [await run(), await run()];
    expect(first.map((l) => [l.spans, l.logs])).toEqual(second.map((l) => [l.spans, l.logs]));
    const [gateway, chatbot, search] = first;
    expect(search?.span('find')).toMatchObject({
      service_name: 'search',
      parent_span_id: chatbot?.span('chat').span_id,
      trace_id: gateway?.span('request').trace_id,
      start_time: '2025-11-24T16:00:00.015000Z',
      end_time: '2025-11-24T16:00:00.016500Z',
    });
    expect(chatbot?.logs).toMatchObject([
      { time: '2025-11-24T16:00:00.016500Z', severity: 'WARN', span_id: chatbot?.span('chat').span_id },
    ]);
  });
});

describe('logs', () => {
  it('are correlated with the current span', async () => {
    tracer.trace('request', () => tracer.log('ERROR', { code: 5 }, { attempt: 2, nested: { a: 1 } }));
    tracer.log('INFO', 'alone');
    const { logs: records, span } = await written();
    expect(records).toMatchObject([
      {
        severity: 'ERROR',
        body: '{"code":5}',
        trace_id: span('request').trace_id,
        span_id: span('request').span_id,
        service_name: 'app',
        attributes: { attempt: 2, nested: '{"a":1}' },
      },
      { severity: 'INFO', body: 'alone', trace_id: null, span_id: null },
    ]);
  });
});

describe('the queue', () => {
  it('drops what does not fit, counts it, and writes the count at shutdown', async () => {
    setUp({ maxQueueSize: 10 });
    for (let i = 0; i < 25; i++) tracer.span(`s${i}`, () => undefined);
    await tracer.shutdown();
    const { spans, logs: records } = readLines(file);
    expect(spans).toHaveLength(10);
    expect(records).toMatchObject([{ severity: 'WARN', attributes: { 'spanbook.dropped_spans': 15 } }]);
  });

  it('writes by itself, without a flush', async () => {
    setUp({ flushIntervalMs: 5 });
    tracer.span('one', () => undefined);
    for (let i = 0; i < 200 && readLines(file).spans.length === 0; i++) await wait(5);
    expect(readLines(file).spans).toHaveLength(1);
  });

  it('writes spans that never ended at shutdown, without an end', async () => {
    tracer.startSpan('open', { attributes: { a: 1 } });
    await tracer.flush();
    expect(readLines(file).spans).toEqual([]);
    await tracer.shutdown();
    expect(readLines(file).span('open')).toMatchObject({
      end_time: null,
      status: 'UNSET',
      attributes: { a: 1 },
    });
  });
});

describe('beside the host', () => {
  it('hands spans to further exporters and keeps the globals alone', async () => {
    const memory = new InMemorySpanExporter();
    const provider = otelTrace.getTracerProvider();
    const loggers = logs.getLoggerProvider();
    setUp({ exporters: [memory] });
    tracer.span('shared', () => undefined);
    await tracer.flush();
    expect(memory.getFinishedSpans().map((s) => s.name)).toEqual(['shared']);
    expect(otelTrace.getTracerProvider()).toBe(provider);
    expect(logs.getLoggerProvider()).toBe(loggers);
  });

  it("takes the host's span as its parent and respects its decision not to sample", async () => {
    const parent = (traceFlags: number) =>
      otelTrace.setSpanContext(context.active(), {
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
        traceFlags,
      });
    context.with(parent(1), () => tracer.span('kept', () => undefined));
    context.with(parent(0), () => tracer.span('not kept', () => undefined));
    const { span, spans } = await written();
    expect(spans).toHaveLength(1);
    expect(span('kept')).toMatchObject({ trace_id: 'ab'.repeat(16), parent_span_id: 'cd'.repeat(8) });
  });
});
