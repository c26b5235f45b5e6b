import { join } from 'node:path';
import { DiagLogLevel, diag, trace as otelTrace, type ProxyTracerProvider } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import * as sdk from '@spanbook/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { readLines, temporaryFolder } from './helpers.ts';

const newFile = () => join(temporaryFolder(), 'app.ndjson');

afterEach(async () => {
  await sdk.shutdown();
  otelTrace.disable();
  logs.disable();
  diag.disable();
});

describe('init', () => {
  it('sets up the functions of the package', async () => {
    const file = newFile();
    sdk.init({ service: 'app', file, resource: { 'service.version': '1.2' } });
    const seen = sdk.trace('request', { metadata: { user_id: 'u1' } }, () => {
      sdk.addEvent('event', { n: 1 });
      sdk.setAttribute('key', [1, 2]);
      sdk.log('INFO', 'said', { a: 1 });
      sdk.span('call', { kind: 'LLM' }, () => sdk.recordLlmUsage({ model: 'm', inputTokens: 1 }));
      sdk.startSpan('handle').end();
      return sdk.currentTraceId();
    });
    await sdk.flush();
    const { span, logs: records } = readLines(file);
    expect(span('request')).toMatchObject({
      trace_id: seen,
      service_name: 'app',
      resource: { 'service.version': '1.2' },
      attributes: { 'metadata.user_id': 'u1', key: [1, 2] },
      events: [{ name: 'event' }],
    });
    expect(span('call').attributes['gen_ai.usage.input_tokens']).toBe(1);
    expect(span('handle').parent_span_id).toBe(span('request').span_id);
    expect(records).toHaveLength(1);
  });

  it("records other instrumentation through OTel's global API, and stops at shutdown", async () => {
    const file = newFile();
    sdk.init({ service: 'app', file });
    sdk.span('ours', () => otelTrace.getTracer('other').startSpan('theirs').end());
    logs.getLogger('pino').emit({ body: 'theirs' });
    await sdk.shutdown();
    otelTrace.getTracer('other').startSpan('late').end();
    const { span, spans, logs: records } = readLines(file);
    expect(spans).toHaveLength(2);
    expect(span('theirs').parent_span_id).toBe(span('ours').span_id);
    expect(records.map((r) => r.body)).toEqual(['theirs']);
  });

  it('a second call replaces the first', async () => {
    const [first, second] = [newFile(), newFile()];
    sdk.init({ service: 'one', file: first });
    sdk.span('a', () => undefined);
    sdk.init({ service: 'two', file: second });
    sdk.span('b', () => undefined);
    otelTrace.getTracer('other').startSpan('theirs').end();
    await sdk.shutdown();
    expect(readLines(first).spans.map((s) => [s.name, s.service_name])).toEqual([['a', 'one']]);
    expect(readLines(second).spans.map((s) => [s.name, s.service_name])).toEqual([
      ['b', 'two'],
      ['theirs', 'two'],
    ]);
  });

  it("leaves the host's own provider in place", async () => {
    const memory = new InMemorySpanExporter();
    const host = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
    otelTrace.setGlobalTracerProvider(host);
    const file = newFile();
    sdk.init({ service: 'app', file });
    otelTrace.getTracer('host').startSpan('of the host').end();
    sdk.span('ours', () => undefined);
    await sdk.shutdown();
    expect(memory.getFinishedSpans().map((s) => s.name)).toEqual(['of the host']);
    expect(readLines(file).spans.map((s) => s.name)).toEqual(['ours']);
    expect((otelTrace.getTracerProvider() as ProxyTracerProvider).getDelegate()).toBe(host);
  });

  it('without it, the functions run the code and write through the global API', async () => {
    expect(sdk.trace('t', () => sdk.span('s', () => 5))).toBe(5);
    expect(sdk.currentTraceId()).toBeUndefined();
    sdk.addEvent('e');
    sdk.log('INFO', 'nobody listens');
    await sdk.flush();
    const memory = new InMemorySpanExporter();
    otelTrace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] }),
    );
    sdk.span('through', () => undefined);
    expect(memory.getFinishedSpans().map((s) => s.name)).toEqual(['through']);
  });

  it('never throws at the host', async () => {
    const messages: string[] = [];
    const take = (message: string) => void messages.push(message);
    const quiet = () => undefined;
    diag.setLogger({ error: take, warn: quiet, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.ALL);
    expect(() => sdk.init(undefined as unknown as sdk.InitOptions)).not.toThrow();
    expect(messages.some((m) => m.includes('init failed'))).toBe(true);
    const file = newFile();
    sdk.init({ service: 'app', file });
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
        get: () => {
          throw new Error('no');
        },
      },
    );
    expect(
      sdk.span('s', { attributes: hostile as sdk.AttributesInput }, (span) => {
        span.setAttributes(hostile).addEvent('e', hostile).setAttribute('x', hostile);
        sdk.addEvent(undefined as unknown as string, hostile);
        sdk.setAttribute('', 1);
        sdk.log('LOUD' as sdk.Severity, hostile, hostile);
        sdk.recordLlmUsage(hostile);
        span.recordException(hostile);
        span.end('never' as unknown as Date);
        return 1;
      }),
    ).toBe(1);
    await sdk.shutdown();
    expect(readLines(file).spans).toHaveLength(1);
  });
});
