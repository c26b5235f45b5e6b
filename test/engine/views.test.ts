import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataRange } from '../../src/engine/dataRange.ts';
import type { Connection, Engine, Variable } from '../../src/engine/engine.ts';
import { all, call, load, one, PRICES, span, start, T0 } from './support.ts';

const HOUR = 3_600_000;
let engine: Engine;
let connection: Connection;

async function fresh(): Promise<void> {
  ({ engine, connection } = await start());
}

describe('usage is counted once', () => {
  beforeAll(async () => {
    await fresh();
    const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15, model: 'm' };
    const aggregate = { role: 'aggregate', kind: 'AGENT', ...usage };
    const bare = { input_tokens: null, output_tokens: null, total_tokens: null };
    await load(engine, 'a', {
      prices: PRICES,
      spans: [
        // Calls with usage: the aggregate above them repeats it.
        span({ trace_id: 'calls', span_id: '1', ...aggregate }),
        call({ trace_id: 'calls', span_id: '2', parent_span_id: '1' }),
        // No call has usage: the innermost aggregates serve, be they siblings; the outer one does not.
        span({ trace_id: 'agents', span_id: '1', ...aggregate, input_tokens: 20, total_tokens: 30 }),
        span({ trace_id: 'agents', span_id: '2', parent_span_id: '1', kind: 'CHAIN' }),
        span({ trace_id: 'agents', span_id: '3', parent_span_id: '2', ...aggregate }),
        span({ trace_id: 'agents', span_id: '4', parent_span_id: '1', ...aggregate }),
        call({ trace_id: 'agents', span_id: '5', parent_span_id: '3', ...bare, status: 'ERROR' }),
        // Parent links in a circle.
        span({ trace_id: 'circle', span_id: '1', parent_span_id: '2', ...aggregate }),
        span({ trace_id: 'circle', span_id: '2', parent_span_id: '1' }),
        // The outer span of the Vercel AI SDK.
        span({
          trace_id: 'vercel',
          span_id: '1',
          ...aggregate,
          attributes: new Map([['ai.operationId', 'ai.generateText']]),
        }),
      ],
    });
  });
  afterAll(() => engine.close());

  it('by fallback rows where no call has any', async () => {
    const found = await all(
      connection,
      'SELECT trace_id, span_id, total_tokens, is_fallback, status, duration_ms FROM all_llm_calls ORDER BY ALL',
    );
    expect(found).toEqual([
      ['agents', '3', 15n, true, null, null],
      ['agents', '4', 15n, true, null, null],
      ['agents', '5', null, false, 'ERROR', 100],
      ['calls', '2', 1100n, false, 'UNSET', 100],
      ['circle', '1', 15n, true, null, null],
    ]);
  });

  it('in traces too', async () => {
    expect(
      await all(connection, 'SELECT trace_id, total_tokens, call_count, status FROM all_traces ORDER BY ALL'),
    ).toEqual([
      ['agents', 30n, 1n, 'UNSET'],
      ['calls', 1100n, 1n, 'UNSET'],
      ['circle', 15n, 0n, 'UNSET'],
      ['vercel', null, 0n, 'UNSET'],
    ]);
  });

  it('and a later file with a metered call takes the fallback away', async () => {
    await load(engine, 'b', { spans: [call({ trace_id: 'agents', span_id: '9', parent_span_id: '3' })] });
    expect(
      await all(connection, "SELECT span_id FROM all_llm_calls WHERE trace_id = 'agents' ORDER BY 1"),
    ).toEqual([['5'], ['9']]);
    expect(
      (await one(connection, "SELECT total_tokens FROM all_traces WHERE trace_id = 'agents'")).total_tokens,
    ).toBe(1100n);
  });
});

describe('cost', () => {
  beforeAll(async () => {
    await fresh();
    await load(engine, 'a', {
      prices: [
        ...PRICES,
        {
          price_key: 'a/full',
          provider: 'a',
          model: 'full',
          input: 3,
          cache_read: 0.3,
          cache_write: 3.75,
          output: 15,
          per_request: 0.01,
        },
        { price_key: 'a/plain', provider: 'a', model: 'plain', input: 2, output: 4 },
      ],
      spans: [
        call({
          trace_id: 't',
          span_id: 'full',
          price_key: 'a/full',
          cache_read_tokens: 300,
          cache_write_tokens: 200,
        }),
        call({
          trace_id: 't',
          span_id: 'plain',
          price_key: 'a/plain',
          cache_read_tokens: 300,
          cache_write_tokens: 200,
        }),
        call({ trace_id: 't', span_id: 'embedding', price_key: 'a/plain', output_tokens: null }),
        call({ trace_id: 't', span_id: 'none', price_key: null }),
        call({
          trace_id: 't',
          span_id: 'unmetered',
          input_tokens: null,
          output_tokens: null,
          total_tokens: null,
        }),
      ],
    });
  });
  afterAll(() => engine.close());

  it('is its parts; cached input without a price of its own is billed as input', async () => {
    const found = await all(
      connection,
      `SELECT span_id, input_cost_usd * 1e6, cache_read_cost_usd * 1e6, cache_write_cost_usd * 1e6,
         output_cost_usd * 1e6, cost_usd * 1e6, is_unpriced, is_unmetered FROM all_llm_calls ORDER BY span_id`,
    );
    const rounded = found.map((r) => r.map((v) => (typeof v === 'number' ? Math.round(v * 1000) / 1000 : v)));
    expect(rounded).toEqual([
      ['embedding', 2000, 0, 0, 0, 2000, false, false],
      ['full', 500 * 3 + 10_000, 90, 750, 1500, 13_840, false, false],
      ['none', null, null, null, null, null, true, false],
      ['plain', 1000, 600, 400, 400, 2400, false, false],
      ['unmetered', null, null, null, null, null, false, true],
    ]);
  });
});

describe('filters', () => {
  beforeAll(async () => {
    await fresh();
    const asked = call({
      trace_id: 't1',
      span_id: '2',
      parent_span_id: '1',
      model: 'small',
      service_name: 'llm',
    });
    await load(engine, 'a', {
      spans: [
        span({ trace_id: 't1', span_id: '1', name: 'chat', attributes: new Map([['user.id', 'Ümit']]) }),
        asked,
        call({
          trace_id: 't1',
          span_id: '3',
          parent_span_id: '1',
          model: 'large',
          status: 'ERROR',
          service_name: 'llm',
        }),
        span({ trace_id: 't2', span_id: '1', name: 'batch', at: HOUR, status: 'ERROR' }),
        call({
          trace_id: 't2',
          span_id: '2',
          parent_span_id: '1',
          model: 'small',
          at: HOUR,
          service_name: 'llm',
        }),
      ],
      messages: [
        {
          span_key: asked.span_key,
          direction: 'input',
          position: 0,
          role: 'user',
          content_id: 1n,
          tool_arguments_id: 2n,
        },
      ],
      contents: [
        { content_id: 1n, text: 'Where is my 100% refund?' },
        { content_id: 2n, text: '{"order":"A_1"}' },
      ],
    });
  });
  afterAll(() => engine.close());

  const seen = async (filters: Record<string, Variable>) => {
    for (const [name, value] of Object.entries(filters))
      await connection.setVariable(`filter_${name}`, value);
    const ids = async (from: string) =>
      (await all(connection, `SELECT concat(trace_id, span_id) FROM ${from} ORDER BY 1`)).map((r) => r[0]);
    const out = {
      spans: await ids('spans'),
      calls: await ids('llm_calls'),
      traces: (await all(connection, 'SELECT trace_id FROM traces ORDER BY 1')).map((r) => r[0]),
      events: (await all(connection, 'SELECT count(*) FROM events'))[0]?.[0],
    };
    for (const name of Object.keys(filters)) await connection.setVariable(`filter_${name}`, null);
    return out;
  };
  const every = {
    spans: ['t11', 't12', 't13', 't21', 't22'],
    calls: ['t12', 't13', 't22'],
    traces: ['t1', 't2'],
  };

  it('none: everything', async () => expect(await seen({})).toMatchObject(every));

  it('time is half-open, by the own start of span and trace', async () => {
    expect(await seen({ from: new Date(T0), to: new Date(T0 + HOUR) })).toMatchObject({
      spans: ['t11', 't12', 't13'],
      calls: ['t12', 't13'],
      traces: ['t1'],
    });
  });

  it('service: spans of it, and traces that have one', async () => {
    expect(await seen({ services: ['llm'] })).toMatchObject({
      spans: every.calls,
      calls: every.calls,
      traces: ['t1', 't2'],
    });
    expect(await seen({ services: [] })).toMatchObject({ spans: [], calls: [], traces: [] });
  });

  it('model and status choose calls, and traces with a call of both; spans stay', async () => {
    expect(await seen({ models: ['small'] })).toMatchObject({ ...every, calls: ['t12', 't22'] });
    expect(await seen({ status: 'ERROR' })).toMatchObject({ ...every, calls: ['t13'], traces: ['t1'] });
    expect(await seen({ status: 'OK' })).toMatchObject({
      ...every,
      calls: ['t12', 't22'],
      traces: ['t1', 't2'],
    });
    expect(await seen({ models: ['small'], status: 'ERROR' })).toMatchObject({
      ...every,
      calls: [],
      traces: [],
    });
  });

  it.each([
    ['BATCH', ['t21'], [], ['t2']],
    ['ümit', ['t11'], [], ['t1']],
    ['100% refund', ['t12'], ['t12'], ['t1']],
    ['a_1', ['t12'], ['t12'], ['t1']],
    ['100_ refund', [], [], []],
  ])('text %s', async (text, spans, calls, traces) => {
    expect(await seen({ text })).toMatchObject({ spans, calls, traces });
  });

  it('a trace shows its whole figures', async () => {
    await connection.setVariable('filter_models', ['large']);
    expect(await all(connection, 'SELECT trace_id, call_count, models, total_tokens FROM traces')).toEqual([
      ['t1', 2n, ['large', 'small'], 2200n],
    ]);
    await connection.setVariable('filter_models', null);
  });
});

describe('traces', () => {
  beforeAll(async () => {
    await fresh();
    await load(engine, 'a', {
      spans: [
        span({ trace_id: 'open', span_id: '1', ms: null, session_id: 's1' }),
        call({
          trace_id: 'open',
          span_id: '2',
          parent_span_id: '1',
          input: 'hi',
          output: 'hello',
          status: 'ERROR',
        }),
        call({
          trace_id: 'orphans',
          span_id: '2',
          parent_span_id: 'elsewhere',
          at: 10,
          ms: 20,
          status: 'ERROR',
          session_id: 's1',
        }),
        span({ trace_id: 'orphans', span_id: '3', parent_span_id: '2', at: 15, ms: 50, status: 'OK' }),
        span({
          trace_id: 'rooted',
          span_id: '2',
          parent_span_id: '1',
          at: -5,
          status: 'ERROR',
          user_id: 'u',
        }),
        span({
          trace_id: 'rooted',
          span_id: '1',
          name: 'root',
          status: 'OK',
          attributes: new Map([
            ['metadata.user_id', 'u1'],
            ['ai.telemetry.metadata.plan', 'pro'],
            ['other', 'x'],
          ]),
        }),
      ],
    });
  });
  afterAll(() => engine.close());

  it('take name, status and end from the root, where there is one', async () => {
    const found = await all(
      connection,
      'SELECT trace_id, name, status, duration_ms, end_time IS NULL, error_count, input, output, user_id FROM all_traces ORDER BY ALL',
    );
    expect(found).toEqual([
      ['open', 'span', 'UNSET', null, true, 1n, 'hi', 'hello', null],
      ['orphans', 'span', 'ERROR', 55, false, 1n, null, null, null],
      ['rooted', 'root', 'OK', 105, false, 1n, null, null, 'u'],
    ]);
    expect(
      (await one(connection, "SELECT metadata FROM all_traces WHERE trace_id = 'rooted'")).metadata,
    ).toEqual(
      new Map([
        ['user_id', 'u1'],
        ['plan', 'pro'],
      ]),
    );
  });

  it('add up to sessions', async () => {
    expect(
      await all(connection, 'SELECT session_id, trace_count, call_count, error_trace_count FROM sessions'),
    ).toEqual([['s1', 2n, 2n, 1n]]);
  });
});

describe('weights', () => {
  beforeAll(async () => {
    await fresh();
    await load(engine, 'a', {
      spans: [1, 2, 3, 4].map((i) => call({ trace_id: 't', span_id: `${i}`, ms: i * 10 })),
    });
  });
  afterAll(() => engine.close());
  const figures = `SELECT wavg(duration_ms, sample_weight) AS mean, wquantile(duration_ms, sample_weight, 0.5) AS p50,
    wquantile(duration_ms, sample_weight, 0.95) AS p95 FROM all_llm_calls`;

  it('of 1 are plain figures', async () => {
    expect(await one(connection, figures)).toEqual({ mean: 25, p50: 25, p95: expect.closeTo(38.5, 9) });
  });

  it('count a span as often as it stands for', async () => {
    await load(engine, 'b', {
      spans: [
        call({ trace_id: 'u', span_id: '1', ms: 100, sample_weight: 6 }),
        call({ trace_id: 'u', span_id: '2', ms: null, sample_weight: 50 }),
      ],
    });
    const expanded = [10, 20, 30, 40, ...Array.from({ length: 6 }, () => 100)];
    const plain = await one(
      connection,
      `SELECT avg(x) AS mean, quantile_cont(x, 0.5) AS p50, quantile_cont(x, 0.95) AS p95 FROM (SELECT unnest([${expanded}]::DOUBLE[]) AS x)`,
    );
    expect(await one(connection, figures)).toEqual(plain);
    for (const p of [0, 0.1, 0.3, 0.33, 0.35, 0.4, 0.5, 1]) {
      const both = await one(
        connection,
        `SELECT (SELECT wquantile(duration_ms, sample_weight, ${p}) FROM all_llm_calls) AS weighted,
          (SELECT quantile_cont(x, ${p}) FROM (SELECT unnest([${expanded}]::DOUBLE[]) AS x)) AS plain`,
      );
      expect(both.weighted).toBeCloseTo(Number(both.plain), 9);
    }
    expect((await one(connection, `${figures} WHERE false`)).p50).toBeNull();
    // Groups of several sizes at once: each has its own position in its own list.
    const groups = `FROM (SELECT i % 7 AS g, (i * 37 % 101)::DOUBLE AS x, 1 + i % 3 AS w FROM range(200) t(i) WHERE i % 7 * i < 500)`;
    expect(
      await all(
        connection,
        `SELECT g, round(wquantile(x, w, 0.95), 9) ${groups} GROUP BY ROLLUP (g) ORDER BY g`,
      ),
    ).toEqual(
      await all(
        connection,
        `SELECT g, round(quantile_cont(x, 0.95), 9) FROM (SELECT g, x, unnest(range(w)) ${groups}) GROUP BY ROLLUP (g) ORDER BY g`,
      ),
    );
    await engine.removeFile('b');
    expect((await one(connection, figures)).p50).toBe(25);
  });
});

describe('time', () => {
  beforeAll(fresh);
  afterAll(() => engine.close());

  it('range of no data is none', async () => expect(await dataRange(connection)).toBeUndefined());

  it('range is not moved by a clock far ahead, but by data after a pause', async () => {
    const many = (name: string, at: number, n: number) =>
      load(engine, name, {
        spans: Array.from({ length: n }, (_, i) => span({ trace_id: name, span_id: `${i + 1}`, at: at + i })),
      });
    await many('a', 0, 1500);
    await load(engine, 'stray', { spans: [span({ trace_id: 'x', span_id: '1', at: 400 * 24 * HOUR })] });
    expect(await dataRange(connection, T0)).toEqual({ from: T0, to: T0 + 1499, beyond: 1 });
    await many('b', 10 * 24 * HOUR, 100);
    expect(await dataRange(connection, T0)).toEqual({ from: T0, to: T0 + 10 * 24 * HOUR + 99, beyond: 1 });
    // Seen from later it is no clock ahead of ours: a single trace after a pause is data.
    const later = T0 + 500 * 24 * HOUR;
    expect(await dataRange(connection, later)).toEqual({ from: T0, to: T0 + 400 * 24 * HOUR, beyond: 0 });
  });

  it.each(['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'])(
    'local(ts) in %s',
    async (zone) => {
      await engine.setTimeZone(zone);
      const format = new Intl.DateTimeFormat('sv-SE', {
        timeZone: zone,
        dateStyle: 'short',
        timeStyle: 'medium',
      });
      const times = [-20, 0, 24, 24 * 100, 24 * 131 + 16, 24 * 200, 24 * 341].map((h) => T0 + h * HOUR);
      for (const at of times) {
        const shown = await one(
          connection,
          `SELECT strftime(local(make_timestamp(${at * 1000})), '%Y-%m-%d %H:%M:%S') AS t`,
        );
        expect(shown.t).toBe(format.format(at));
      }
    },
  );

  it('an unknown zone is refused', async () => {
    await expect(engine.setTimeZone('Mars/Base')).rejects.toThrow(RangeError);
  });
});
