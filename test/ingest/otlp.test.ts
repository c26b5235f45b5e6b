import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { load, otlp, type Row } from './helpers.ts';

const shared = (file: string) =>
  new Uint8Array(readFileSync(new URL(`../../../shared/data/${file}`, import.meta.url)));

const request = (spans: Row[], resource: unknown = {}) =>
  JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
const span = (changes: Row = {}): Row => ({
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 's',
  startTimeUnixNano: '1544712660000000001',
  ...changes,
});
const only = async (text: string) => (await load(text)).span();

describe('files of other projects', () => {
  it.each([
    ['otlp/agento-run.otlp.json', 7, 2, 0],
    ['otlp/jaegerui-otlp2jaeger-in-error.json', 1, 1, 0],
    ['otlp/jaegerui-otlp2jaeger-in.json', 2, 1, 0],
    ['otlp/jaegerui-otlp2jaeger-multi-in-combined.json', 4, 1, 0],
    ['otlp/opentelemetry-proto-trace.json', 1, 1, 0],
  ])('%s: %i spans, %i traces, %i errors', async (file, spans, traces, errors) => {
    const loaded = await load(shared(file));
    const rows = loaded.rows('spans');
    expect(loaded.summary).toMatchObject({ format: 'otlp-json', spans, rejects: 0 });
    expect(rows).toHaveLength(spans);
    expect(new Set(rows.map((r) => r.trace_id)).size).toBe(traces);
    expect(rows.filter((r) => r.status === 'ERROR')).toHaveLength(errors);
  });

  it('agento: one call of gemini-1.5-pro with its tokens', async () => {
    const calls = (await load(shared('otlp/agento-run.otlp.json')))
      .rows('spans')
      .filter((r) => r.role === 'call');
    expect(calls).toMatchObject([
      {
        model: 'gemini-1.5-pro',
        provider: 'gemini',
        input_tokens: 577n,
        output_tokens: 796n,
        kind: 'LLM',
        service_name: 'agento',
        price_key: 'google/gemini-1.5-pro',
      },
    ]);
  });

  it("opentelemetry-proto's example, whole", async () => {
    expect((await load(shared('otlp/opentelemetry-proto-trace.json'))).span()).toMatchObject({
      trace_id: '5b8efff798038103d269b633813fc60c',
      span_id: 'eee19b7ec3c1b174',
      parent_span_id: 'eee19b7ec3c1b173',
      name: "I'm a server span",
      service_name: 'my.service',
      start_ns: 1544712660000000000n,
      duration_ns: 1000000000n,
      status: 'UNSET',
      role: null,
      attributes: {
        'my.span.attr': 'some value',
        'span.kind': 'server',
        'otel.scope.name': 'my.library',
        'my.scope.attribute': 'some scope attribute',
      },
    });
  });

  it("Vercel's spans as OTel's JS SDK dumps them", async () => {
    const loaded = await load(shared('vercel/openinference-v6-ai-streamText-doStream.json'));
    expect(loaded.span()).toMatchObject({
      trace_id: '478d4dcc697ecfabc5e7a3d6e4216291',
      kind: 'LLM',
      role: 'call',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      request_model: 'gpt-4o-mini',
      input_tokens: 15n,
      output_tokens: 112n,
      total_tokens: 127n,
      cache_read_tokens: 0n,
      reasoning_tokens: 0n,
      start_ns: 1770132000598000000n,
      duration_ns: 5386307375n,
      streaming: true,
      finish_reason: 'stop',
      input: 'Write a short poem about TypeScript.',
    });
    expect(loaded.span().time_to_first_token_ms).toBeCloseTo(426.8535, 9);
    expect(loaded.messages('output')[0]).toMatchObject({ role: 'assistant' });
  });

  it('the Vercel summary is no trace file', async () => {
    await expect(load(shared('vercel/openinference-v6-capture-results.json'))).rejects.toThrow(
      /no record in it is a span/,
    );
  });
});

describe('traps', () => {
  it('ids: base64, upper case, all zeros, empty; none of them lost', async () => {
    const { rows, summary } = await load(
      request([
        span({ traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=', parentSpanId: 'AAAAAAAAAAA=' }),
        span({ traceId: '5B8EFFF798038103D269B633813FC60C', spanId: 'EEE19B7EC3C1B174', parentSpanId: '' }),
        span({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), parentSpanId: '0'.repeat(16) }),
        span({ traceId: '', spanId: '' }),
        span({ traceId: 'my-own-id', spanId: 'S-1', parentSpanId: 'EEE19B7EC3C1B173' }),
      ]),
    );
    expect(summary.spans).toBe(5);
    expect(rows('spans').map((r) => [r.trace_id, r.span_id, r.parent_span_id])).toEqual([
      ['5b8efff798038103d269b633813fc60c', 'eee19b7ec3c1b174', null],
      ['5b8efff798038103d269b633813fc60c', 'eee19b7ec3c1b174', null],
      ['0'.repeat(32), '0'.repeat(16), null],
      ['', '', null],
      ['my-own-id', 'S-1', 'eee19b7ec3c1b173'],
    ]);
    expect(new Set(rows('spans').map((r) => r.span_key)).size).toBe(5);
  });

  it('nanoseconds as bare numbers keep their last digit, also where strings look like them', async () => {
    const text = `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"a","spanId":"b","name":"\\"startTimeUnixNano\\":1544712660000000009",
      "startTimeUnixNano": 1544712660000000001,"endTimeUnixNano":1544712660000000004,
      "attributes":[{"key":"big","value":{"intValue":9007199254740993}},{"key":"small","value":{"intValue":7}}]}]}]}]}`;
    expect(await only(text)).toMatchObject({
      name: '"startTimeUnixNano":1544712660000000009',
      start_ns: 1544712660000000001n,
      duration_ns: 3n,
      attributes: { big: '9007199254740993', small: '7' },
    });
  });

  it.each([
    [{}, 'UNSET'],
    [undefined, 'UNSET'],
    [{ code: 1 }, 'OK'],
    [{ code: 2 }, 'ERROR'],
    [{ code: 'STATUS_CODE_ERROR' }, 'ERROR'],
    [{ code: 'STATUS_CODE_OK' }, 'OK'],
    [{ code: 'STATUS_CODE_UNSET' }, 'UNSET'],
  ])('status %j is %s', async (status, expected) => {
    expect((await only(request([span({ status })]))).status).toBe(expected);
  });

  it.each([
    [2, 'server'],
    ['SPAN_KIND_CLIENT', 'client'],
  ])('kind %s is the attribute span.kind', async (kind, expected) => {
    expect((await only(request([span({ kind })]))).attributes).toEqual({ 'span.kind': expected });
  });

  it.each([undefined, '0', 0, ''])('end %j: never ended', async (endTimeUnixNano) => {
    expect(await only(request([span({ endTimeUnixNano })]))).toMatchObject({
      end_time: null,
      duration_ns: null,
    });
  });

  it('attributes as a plain object, and nested values as JSON text', async () => {
    expect(
      (await only(request([span({ attributes: { a: 'x', b: { intValue: '5' } } })]))).attributes,
    ).toEqual({ a: 'x', b: '5' });
    const attributes = [
      { key: 'list', value: { arrayValue: { values: [{ stringValue: 'a' }, { doubleValue: 1.5 }] } } },
      { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { boolValue: true } }] } } },
      { key: 'none', value: {} },
    ];
    expect((await only(request([span({ attributes })]))).attributes).toEqual({
      list: '["a",1.5]',
      map: '{"k":true}',
      none: 'null',
    });
  });

  it('old instrumentationLibrarySpans, bare ResourceSpans, snake case', async () => {
    const old = {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'old' } }] },
      instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'lib' }, spans: [span()] }],
    };
    for (const text of [JSON.stringify({ resourceSpans: [old] }), JSON.stringify(old)])
      expect(await only(text)).toMatchObject({
        service_name: 'old',
        attributes: { 'otel.scope.name': 'lib' },
      });
    const snake = {
      resource_spans: [
        {
          scope_spans: [
            {
              spans: [{ trace_id: 'A1', span_id: 'B2', name: 'n', start_time_unix_nano: 'BARE' }],
            },
          ],
        },
      ],
    };
    expect(await only(JSON.stringify(snake).replace('"BARE"', '1544712660000000001'))).toMatchObject({
      trace_id: 'a1',
      start_ns: 1544712660000000001n,
    });
  });

  it('a span without a start is a reject; the others load', async () => {
    const { summary, rows } = await load(
      request([span({ startTimeUnixNano: undefined, name: 'bad' }), span()]),
    );
    expect(summary).toMatchObject({ spans: 1, rejects: 1 });
    expect(rows('rejects')[0]?.reason).toMatch(
      /^startTimeUnixNano is missing in span bad; expected nanoseconds/,
    );
  });

  it('error type and message from the exception event', async () => {
    const events = [
      {
        name: 'exception',
        timeUnixNano: '1544712660000000005',
        attributes: [
          { key: 'exception.type', value: { stringValue: 'RateLimitError' } },
          { key: 'exception.message', value: { stringValue: 'slow down' } },
        ],
      },
    ];
    expect(await only(request([span({ status: { code: 2 }, events })]))).toMatchObject({
      error_type: 'RateLimitError',
      error_message: 'slow down',
    });
    expect(await only(request([span({ status: { code: 2, message: 'told' }, events })]))).toMatchObject({
      error_message: 'told',
    });
    expect(await only(request([span({ status: { code: 1 }, events })]))).toMatchObject({
      error_type: null,
      error_message: null,
    });
  });

  it('one request a line', async () => {
    const { summary } = await load(`${request([span()])}\n${request([span(), span()])}\n`);
    expect(summary).toMatchObject({ format: 'otlp-json', spans: 3, rejects: 0 });
  });

  it('pretty-printed requests one after another', async () => {
    const pretty = (spans: Row[]) => JSON.stringify(JSON.parse(request(spans)), null, 2);
    const { summary } = await load(`${pretty([span()])}\n${pretty([span(), span()])}`);
    expect(summary).toMatchObject({ format: 'otlp-json', spans: 3, rejects: 0 });
  });

  it.each(['{"resourceSpans":[]}', '{}', '{\n  "resourceSpans": []\n}'])(
    'no spans in %s: fine, and said',
    async (text) => {
      const { summary } = await load(text);
      expect(summary).toMatchObject({ format: 'otlp-json', spans: 0, rejects: 0 });
      expect(summary.notes.join()).toMatch(/no spans/);
    },
  );

  it('logs', async () => {
    const logRecords = [
      {
        timeUnixNano: '1544712660300000001',
        severityNumber: 13,
        body: { stringValue: 'careful' },
        traceId: '5B8EFFF798038103D269B633813FC60C',
        spanId: '',
        attributes: [{ key: 'a', value: { intValue: 1 } }],
      },
      {
        observedTimeUnixNano: '1544712660300000000',
        severityNumber: 'SEVERITY_NUMBER_ERROR2',
        body: { kvlistValue: { values: [{ key: 'k', value: { intValue: 2 } }] } },
        eventName: 'boom',
      },
      { timeUnixNano: '1544712660300000000', severityText: 'warning' },
    ];
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'svc' } }] };
    const { summary, rows } = await load(
      JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] }),
    );
    expect(summary).toMatchObject({ format: 'otlp-json', spans: 0, logs: 3 });
    expect(rows('logs')).toMatchObject([
      {
        severity: 'WARN',
        body: 'careful',
        trace_id: '5b8efff798038103d269b633813fc60c',
        span_id: null,
        service_name: 'svc',
        attributes: { a: '1' },
      },
      { severity: 'ERROR', body: '{"k":2}', trace_id: null, attributes: { 'event.name': 'boom' } },
      { severity: 'WARN', body: null },
    ]);
  });

  it('a sample weight as an attribute', async () => {
    expect((await only(otlp({ 'spanbook.sample_weight': 10 }))).sample_weight).toBe(10);
  });
});
