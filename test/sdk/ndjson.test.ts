import { spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { BasicTracerProvider, BatchSpanProcessor, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTracer, NdjsonLogExporter, NdjsonSpanExporter } from '@spanbook/sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { readLines, temporaryFolder } from './helpers.ts';

afterEach(() => diag.disable());

function listen(): string[] {
  const messages: string[] = [];
  const take = (message: string) => void messages.push(message);
  diag.setLogger(
    { error: take, warn: take, info: take, debug: () => undefined, verbose: () => undefined },
    DiagLogLevel.INFO,
  );
  return messages;
}

describe('the NDJSON exporter alone', () => {
  it("works in somebody else's provider, and maps other instrumentation's spans", async () => {
    const file = join(temporaryFolder(), 'a', 'b', 'other.ndjson');
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new NdjsonSpanExporter({ file }))],
    });
    const tracer = provider.getTracer('other-instrumentation');
    const kinds: [string, object][] = [
      ['chat', { 'gen_ai.operation.name': 'chat' }],
      ['tool', { 'gen_ai.operation.name': 'execute_tool' }],
      ['openinference', { 'openinference.span.kind': 'RERANKER' }],
      ['vercel', { 'ai.operationId': 'ai.generateText.doGenerate' }],
      ['traceloop', { 'traceloop.span.kind': 'workflow' }],
      ['http', { 'http.request.method': 'GET' }],
    ];
    for (const [name, attributes] of kinds)
      tracer.startSpan(name, { kind: 2, attributes: { ...attributes } }).end();
    tracer
      .startSpan('messages', {
        attributes: { 'gen_ai.input.messages': '[{"role":"user","parts":[]}]', bad: '{' },
      })
      .end();
    await provider.shutdown();
    const { spans, span } = readLines(file);
    expect(spans.slice(0, 6).map((s) => s.kind)).toEqual([
      'LLM',
      'TOOL',
      'RERANKER',
      'LLM',
      'CHAIN',
      'INTERNAL',
    ]);
    expect(span('http').attributes).toEqual({
      'http.request.method': 'GET',
      'span.kind': 'client',
      'otel.scope.name': 'other-instrumentation',
    });
    expect(span('http').status).toBe('UNSET');
    expect(span('messages').attributes).toMatchObject({
      'gen_ai.input.messages': [{ role: 'user', parts: [] }],
      bad: '{',
    });
  });

  it('shares a file with the log exporter', async () => {
    const file = join(temporaryFolder(), 'both.ndjson');
    const spans = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(new NdjsonSpanExporter({ file }))],
    });
    const logs = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: new NdjsonLogExporter({ file }) })],
    });
    logs
      .getLogger('pino')
      .emit({ severityNumber: 14, body: { msg: 'hi' }, attributes: { deep: { a: [1] } } });
    spans.getTracer('x').startSpan('s').end();
    logs.getLogger('pino').emit({ severityText: 'warning', body: 'text' });
    await Promise.all([spans.shutdown(), logs.shutdown()]);
    const lines = readLines(file);
    expect(lines.spans).toHaveLength(1);
    expect(lines.logs).toMatchObject([
      { severity: 'WARN', body: '{"msg":"hi"}', attributes: { deep: { a: [1] } } },
      { severity: 'WARN', body: 'text' },
    ]);
    expect(readdirSync(dirname(file))).toEqual(['both.ndjson']);
  });

  it('bounds the values of other instrumentation', async () => {
    const file = join(temporaryFolder(), 'bounded.ndjson');
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(new NdjsonSpanExporter({ file, maxAttributeBytes: 100 }))],
    });
    provider
      .getTracer('x')
      .startSpan('s', {
        attributes: {
          long: 'ü'.repeat(1000),
          'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: ['x'.repeat(5000)] }]),
        },
      })
      .end();
    await provider.shutdown();
    const { attributes } = readLines(file).span('s');
    expect(attributes.long).toMatch(/^ü+…\[cut, 2000 bytes\]$/u);
    expect(attributes['gen_ai.input.messages']).toEqual([
      { role: 'system', parts: [{ type: 'text', content: '…[1 messages cut]' }] },
    ]);
  });
});

describe('the file', () => {
  const write = async (file: string, name: string) => {
    const tracer = createTracer({ service: 'app', file });
    tracer.span(name, () => undefined);
    await tracer.shutdown();
  };

  it('is appended to, after a line that a killed process left unfinished too', async () => {
    const file = join(temporaryFolder(), 'app.ndjson');
    await write(file, 'first');
    appendFileSync(file, '{"trace_id":"half');
    await write(file, 'second');
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines[1]).toBe('{"trace_id":"half');
    expect([lines[0], lines[2]].map((line) => (JSON.parse(line ?? '') as { name: string }).name)).toEqual([
      'first',
      'second',
    ]);
    expect(lines).toHaveLength(4);
  });

  it('that cannot be written is reported once; nothing is lost when it can again', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'sub', 'app.ndjson');
    // A file where the folder should be.
    writeFileSync(join(folder, 'sub'), '');
    const messages = listen();
    const tracer = createTracer({ service: 'app', file });
    for (const name of ['a', 'b', 'c']) {
      tracer.span(name, () => undefined);
      await tracer.flush();
    }
    expect(messages.filter((m) => m.includes('cannot write'))).toHaveLength(1);
    rmSync(join(folder, 'sub'));
    tracer.span('d', () => undefined);
    await tracer.flush();
    expect(readLines(file).spans.map((s) => s.name)).toEqual(['a', 'b', 'c', 'd']);
    expect(messages.some((m) => m.includes('again'))).toBe(true);
    await tracer.shutdown();
  });

  it('that is deleted while it is written is made again', async () => {
    const file = join(temporaryFolder(), 'deep', 'app.ndjson');
    const tracer = createTracer({ service: 'app', file });
    tracer.span('a', () => undefined);
    await tracer.flush();
    rmSync(dirname(file), { recursive: true });
    tracer.span('b', () => undefined);
    await tracer.flush();
    expect(readLines(file).spans.map((s) => s.name)).toEqual(['b']);
    await tracer.shutdown();
  });

  it.runIf(existsSync('/dev/full'))('on a full disk: the app goes on', async () => {
    const messages = listen();
    const tracer = createTracer({ service: 'app', file: join(temporaryFolder(), 'x.ndjson') });
    const full = new NdjsonSpanExporter({ file: '/dev/full' });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(full)] });
    expect(() => provider.getTracer('x').startSpan('s').end()).not.toThrow();
    expect(messages.some((m) => m.includes('ENOSPC'))).toBe(true);
    await provider.shutdown();
    await tracer.shutdown();
  });

  it('of another living process is left to it', async () => {
    const file = join(temporaryFolder(), 'app.ndjson');
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      writeFileSync(`${file}.lock`, `${other.pid} ${hostname()}`);
      const messages = listen();
      await write(file, 'mine');
      expect(existsSync(file)).toBe(false);
      expect(readLines(join(dirname(file), `app.${process.pid}.ndjson`)).spans).toHaveLength(1);
      expect(messages.some((m) => m.includes('another process'))).toBe(true);
      expect(existsSync(`${file}.lock`)).toBe(true);
    } finally {
      other.kill('SIGKILL');
      await new Promise((resolve) => other.once('exit', resolve));
    }
    // The lock of a process that is gone holds nobody up.
    await write(file, 'next');
    expect(readLines(file).span('next').name).toBe('next');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('named like NDJSON but being a folder is a folder', async () => {
    const folder = join(temporaryFolder(), 'x.ndjson');
    mkdirSync(folder);
    await write(folder, 'a');
    expect(readdirSync(folder)[0]).toMatch(/^date=\d{4}-\d\d-\d\d$/);
  });
});
