import { LogRecord, SpanRecord } from '@spanbook/sdk/schema';
import { describe, expect, it } from 'vitest';
import type { RawSpan, Sink } from '../../src/ingest/rawSpan.ts';
import { readLogRecord, readSpanRecord } from '../../src/ingest/readers/spanRecord.ts';
import { load, ndjson, type Row, record } from './helpers.ts';

describe('NDJSON of ours', () => {
  it('becomes a span, exact to the nanosecond', async () => {
    const { summary, span } = await load(ndjson(record()));
    expect(summary).toMatchObject({ format: 'spanbook-ndjson', spans: 1, rejects: 0, notes: [] });
    expect(span()).toMatchObject({
      trace_id: '5b8efff798038103d269b633813fc60c',
      parent_span_id: null,
      name: 'chat gpt-4o-mini',
      kind: 'LLM',
      role: 'call',
      service_name: 'chatbot',
      start_ns: 1795512600123456789n,
      duration_ns: 1333332211n,
      status: 'OK',
      model: 'gpt-4o-mini',
      provider: 'openai',
      operation: 'chat',
      input_tokens: null,
      sample_weight: 1,
      source_file: 'file',
      price_key: 'openai/gpt-4o-mini',
    });
  });

  it('keeps attributes as text, and what the format does not know among them', async () => {
    const { span } = await load(
      ndjson(record({ attributes: { a: 'x', b: 5, c: true, d: { e: [1] }, f: null }, tenant: 'blue' })),
    );
    expect(span().attributes).toEqual({
      a: 'x',
      b: '5',
      c: 'true',
      d: '{"e":[1]}',
      f: 'null',
      tenant: 'blue',
    });
  });

  it('keeps events and links', async () => {
    const { span } = await load(
      ndjson(
        record({
          events: [{ name: 'first_token', time: '2026-11-24T09:30:00.623456Z', attributes: { n: 1 } }],
          links: [{ trace_id: 'a', span_id: 'b' }],
        }),
      ),
    );
    expect(span()).toMatchObject({
      events: [{ name: 'first_token', time: 1795512600623.456, attributes: { n: '1' } }],
      links: [{ trace_id: 'a', span_id: 'b' }],
      streaming: true,
    });
    expect(span().time_to_first_token_ms).toBeCloseTo(499.999211, 6);
  });

  it("reads a plain tracer's rows", async () => {
    const { span } = await load(
      ndjson({
        trace_id: 't1',
        span_id: 's2',
        parent_id: 's1',
        name: 'llm',
        start_time: 1764000000.25,
        duration_ms: 1500.5,
        status: 'error',
        error_message: 'rate limited',
        'llm.model': 'gpt-4o',
        'llm.prompt_tokens': '12',
        'llm.completion_tokens': 3,
      }),
    );
    expect(span()).toMatchObject({
      parent_span_id: 's1',
      start_ns: 1764000000250000000n,
      duration_ns: 1500500000n,
      status: 'ERROR',
      error_message: 'rate limited',
      kind: 'LLM',
      role: 'call',
      model: 'gpt-4o',
      input_tokens: 12n,
      output_tokens: 3n,
      total_tokens: 15n,
    });
  });

  it('reads bare nanoseconds from the text, which JSON numbers cannot hold', async () => {
    const line =
      '{"trace_id":"t","span_id":"s","name":"n","start_time":1764000000123456789,"end_time":1764000000123456790}\n';
    expect((await load(line)).span()).toMatchObject({ start_ns: 1764000000123456789n, duration_ns: 1n });
  });

  it('reads log records', async () => {
    const { summary, rows } = await load(
      ndjson({
        type: 'log',
        time: '2026-11-24T09:30:00.5Z',
        severity: 'WARN',
        body: 'slow',
        trace_id: 't',
        span_id: null,
        service_name: 'chatbot',
        attributes: { ms: 12 },
      }),
    );
    expect(summary).toMatchObject({ spans: 0, logs: 1, rejects: 0 });
    expect(rows('logs')).toEqual([
      {
        time: 1795512600500,
        severity: 'WARN',
        body: 'slow',
        trace_id: 't',
        span_id: null,
        service_name: 'chatbot',
        attributes: { ms: '12' },
        source_file: 'file',
      },
    ]);
  });
});

function outcome(read: (sink: Sink) => string | undefined): { reason: string | undefined; spans: RawSpan[] } {
  const spans: RawSpan[] = [];
  const reason = read({
    span: (s) => spans.push(s),
    log: () => undefined,
    reject: () => undefined,
    note: () => undefined,
  });
  return { reason, spans };
}

describe('checks of the wire record', () => {
  const valid: Row[] = [
    record(),
    record({ parent_span_id: 'abc', end_time: null, status: 'UNSET', service_name: null }),
    record({ start_time: '2026-11-24T09:30:00Z', kind: 'INTERNAL', status_message: 'x', status: 'ERROR' }),
    record({ attributes: {}, resource: { 'service.version': '1' }, sample_weight: 10 }),
    record({ trace_id: '', span_id: '', name: '' }),
  ];
  it.each(valid)('accepts what the schema accepts (%#)', (r) => {
    expect(SpanRecord.safeParse(r).success).toBe(true);
    const { reason, spans } = outcome((sink) => readSpanRecord(r, undefined, sink));
    expect(reason).toBeUndefined();
    expect(spans).toHaveLength(1);
  });

  const broken: [string, Row, RegExp][] = [
    ['no trace id', record({ trace_id: undefined }), /^trace_id missing; expected text/],
    ['span id null', record({ span_id: null }), /^span_id is null; expected text/],
    ['no name', record({ name: undefined }), /^name missing/],
    ['name a number', record({ name: 5 }), /^name is 5/],
    ['no start', record({ start_time: undefined }), /^start_time missing; expected an ISO-8601 time/],
    ['start in words', record({ start_time: 'yesterday' }), /^start_time is yesterday; expected/],
    ['30 February', record({ start_time: '2026-02-30T00:00:00Z' }), /^start_time is 2026-02-30/],
    ['end in words', record({ end_time: 'soon' }), /^end_time is soon; expected/],
    ['attributes a list', record({ attributes: [1] }), /^attributes is \[1\]; expected an object/],
  ];
  it.each(broken)('rejects %s, as the schema does', (what, r, expected) => {
    expect(outcome((sink) => readSpanRecord(r, undefined, sink)).reason).toMatch(expected);
    // The schema checks the form of a date, not the calendar.
    if (what !== '30 February') expect(SpanRecord.safeParse(r).success).toBe(false);
  });

  it('rejects a log record without a time, as the schema does', () => {
    const log = {
      type: 'log',
      severity: 'INFO',
      body: '',
      trace_id: null,
      span_id: null,
      service_name: null,
    };
    expect(outcome((sink) => readLogRecord(log, sink)).reason).toMatch(/^time of a log record missing/);
    expect(LogRecord.safeParse(log).success).toBe(false);
  });
});
