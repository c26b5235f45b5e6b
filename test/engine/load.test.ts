import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/createEngine.ts';
import { createNodeDriver } from '../../src/engine/duckdbNode.ts';
import type { Connection, Engine } from '../../src/engine/engine.ts';
import { all, batch, call, load, one, PRICES, span, start } from './support.ts';

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
});
afterEach(async () => {
  for (const [file] of await all(connection, 'SELECT source_file FROM files'))
    await engine.removeFile(String(file));
});
afterAll(() => engine.close());

const spans = () =>
  all(connection, 'SELECT trace_id, span_id, end_time IS NOT NULL FROM all_spans ORDER BY ALL');
const count = async (from: string) => (await one(connection, `SELECT count(*) AS n FROM ${from}`)).n;

describe('the same span twice', () => {
  it('counts once within a file, and the finished one wins', async () => {
    const loaded = await load(engine, 'a', {
      spans: [
        span({ trace_id: 't', span_id: '1', ms: null }),
        span({ trace_id: 't', span_id: '1', ms: 5 }),
        span({ trace_id: 't', span_id: '1', ms: 5 }),
        span({ trace_id: 't', span_id: '2', ms: null }),
      ],
    });
    expect(loaded).toMatchObject({ sourceFile: 'a', spans: 4, duplicates: 2 });
    expect(await spans()).toEqual([
      ['t', '1', true],
      ['t', '2', false],
    ]);
  });

  it('counts once across files; a finished span replaces its snapshot, never the other way round', async () => {
    await load(engine, 'a', {
      spans: [
        span({ trace_id: 't', span_id: '1', ms: null, name: 'snapshot' }),
        span({ trace_id: 't', span_id: '2' }),
      ],
    });
    const second = await load(engine, 'b', {
      spans: [
        span({ trace_id: 't', span_id: '1', name: 'finished', at: -1 }),
        span({ trace_id: 't', span_id: '2', ms: null }),
        span({ trace_id: 't', span_id: '3' }),
      ],
    });
    expect(second.duplicates).toBe(2);
    expect(await spans()).toEqual([
      ['t', '1', true],
      ['t', '2', true],
      ['t', '3', true],
    ]);
    expect(await all(connection, 'SELECT name, span_count FROM all_traces')).toEqual([['finished', 3n]]);
  });

  it('never drops spans without ids', async () => {
    const nameless = () => [
      span({ trace_id: '', span_id: '' }),
      span({ trace_id: '0'.repeat(32), span_id: '0'.repeat(16) }),
      span({ trace_id: 't', span_id: '0000' }),
    ];
    await load(engine, 'a', { spans: [...nameless(), ...nameless()] });
    const again = await load(engine, 'b', { spans: nameless() });
    expect(again.duplicates).toBe(0);
    expect(await count('all_spans')).toBe(9n);
  });
});

describe('messages', () => {
  const message = (span_key: bigint, content_id: bigint, position = 0) => ({
    span_key,
    direction: 'input',
    position,
    role: 'user',
    content_id,
  });

  it('store each body once, and those of dropped spans not at all', async () => {
    const a = span({ trace_id: 't', span_id: '1' });
    const b = span({ trace_id: 't', span_id: '2' });
    const twin = span({ trace_id: 't', span_id: '1' });
    await load(engine, 'a', {
      spans: [a, b],
      messages: [message(a.span_key, 7n), message(b.span_key, 7n), message(b.span_key, 8n, 1)],
      contents: [
        { content_id: 7n, text: 'hello' },
        { content_id: 7n, text: 'hello' },
        { content_id: 8n, text: 'there' },
      ],
    });
    await load(engine, 'b', {
      spans: [twin],
      messages: [message(twin.span_key, 7n), message(twin.span_key, 9n)],
      contents: [
        { content_id: 7n, text: 'hello' },
        { content_id: 9n, text: 'only in the twin' },
      ],
    });
    expect(await all(connection, 'SELECT span_id, content FROM messages ORDER BY ALL')).toEqual([
      ['1', 'hello'],
      ['2', 'hello'],
      ['2', 'there'],
    ]);
    expect(await all(connection, 'SELECT content_id, text FROM contents ORDER BY ALL')).toEqual([
      [7n, 'hello'],
      [8n, 'there'],
    ]);
  });
});

describe('logs', () => {
  it('are not doubled by the file that is loaded twice, and equal ones of a file are kept', async () => {
    const log = {
      time: Date.UTC(2026, 10, 24),
      severity: 'INFO',
      body: 'tick',
      attributes: new Map([['a', '1']]),
    };
    await load(engine, 'a', { logs: [log, log, { ...log, body: 'tock' }] });
    expect(await count('all_logs')).toBe(3n);
    const again = await load(engine, 'a', { logs: [log, log, { ...log, body: 'tack' }] });
    expect(again).toMatchObject({ sourceFile: 'a (2)', logs: 3 });
    expect(await all(connection, 'SELECT body, count(*) FROM all_logs GROUP BY body ORDER BY body')).toEqual([
      ['tack', 1n],
      ['tick', 2n],
      ['tock', 1n],
    ]);
  });
});

describe('files that are committed together', () => {
  const HUGE = 2n ** 62n;
  const bad = (n: string) => call({ trace_id: 'bad', span_id: n, input_tokens: HUGE, total_tokens: HUGE });

  it('are taken in their order; the one at fault fails alone', async () => {
    const names = ['a', 'b', 'c'];
    const files = await Promise.all(names.map((name) => engine.beginFile(name)));
    const rows = [
      [span({ trace_id: 't', span_id: '1', name: 'first' }), span({ trace_id: 't', span_id: '2', ms: null })],
      // Their sum is no BIGINT.
      [bad('1'), bad('2')],
      [span({ trace_id: 't', span_id: '1', name: 'late' }), span({ trace_id: 't', span_id: '2', at: 9 })],
    ];
    for (const [i, file] of files.entries()) await file.append(batch('spans', rows[i] ?? []));
    const summary = { format: 'spanbook-ndjson', bytes: 1, loadMs: 1 };
    const settled = await Promise.allSettled(files.map((file) => file.commit(summary)));
    expect(settled.map((s) => (s.status === 'fulfilled' ? s.value.duplicates : 'failed'))).toEqual([
      0,
      'failed',
      2,
    ]);
    expect(await all(connection, 'SELECT source_file, spans FROM files ORDER BY ALL')).toEqual([
      ['a', 2n],
      ['c', 2n],
    ]);
    expect(await all(connection, 'SELECT span_id, name, source_file FROM all_spans ORDER BY ALL')).toEqual([
      ['1', 'first', 'a'],
      ['2', 'span', 'c'],
    ]);
    expect(await all(connection, 'SELECT trace_id, name, span_count FROM all_traces')).toEqual([
      ['t', 'first', 2n],
    ]);
    // The name of a file that failed is free again.
    expect((await load(engine, 'b', {})).sourceFile).toBe('b');
  });
});

describe('a file larger than what is staged uncompressed', () => {
  it('is there whole, once, and leaves no staging table', async () => {
    const small = await createEngine(await createNodeDriver(), { stagedBytes: 1, looseBytes: 1 });
    try {
      const frame = await small.connect('nb1');
      const file = await small.beginFile('a');
      const ids = Array.from({ length: 5 }, (_, i) => String(i + 1));
      for (const id of ids) await file.append(batch('spans', [span({ trace_id: 't', span_id: id })]));
      await file.append(batch('spans', [span({ trace_id: 't', span_id: '1', ms: null })]));
      await file.append(batch('logs', [{ time: 0, body: 'tick' }]));
      const loaded = await file.commit({ format: 'spanbook-ndjson', bytes: 1, loadMs: 1 });
      expect(loaded).toMatchObject({ spans: 6, duplicates: 1, logs: 1 });
      expect(await all(frame, 'SELECT span_id FROM all_spans ORDER BY ALL')).toEqual(ids.map((id) => [id]));
      expect(await all(frame, 'SELECT span_count FROM all_traces')).toEqual([[5n]]);
      const cancelled = await small.beginFile('b');
      await cancelled.append(batch('spans', [span({ trace_id: 'u', span_id: '1' })]));
      await cancelled.abort();
      expect(await all(frame, "FROM duckdb_tables() WHERE table_name LIKE '%stage%'")).toEqual([]);
    } finally {
      await small.close();
    }
  });
});

describe('compact', () => {
  it('keeps every row, in less memory', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => span({ trace_id: `t${i % 99}`, span_id: `${i}` }));
    await load(engine, 'a', { spans: rows });
    const sum = 'SELECT count(*), sum(start_ns), count(DISTINCT span_id) FROM all_spans';
    const [before, loose] = [await all(connection, sum), (await engine.memory()).usedBytes];
    await engine.compact();
    expect(await all(connection, sum)).toEqual(before);
    expect((await engine.memory()).usedBytes).toBeLessThan(loose / 2);
  });
});

describe('a file', () => {
  it('changes nothing before commit, and leaves nothing after abort', async () => {
    const file = await engine.beginFile('a');
    await file.append(batch('spans', [span({ trace_id: 't', span_id: '1' })]));
    expect(await count('all_spans')).toBe(0n);
    await file.abort();
    expect(await count('all_spans')).toBe(0n);
    expect(
      await all(connection, "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'stage%'"),
    ).toEqual([]);
    await expect(file.append(batch('spans', [span({ trace_id: 't', span_id: '1' })]))).rejects.toThrow(
      'over',
    );
    const next = await engine.beginFile('a');
    expect(next.sourceFile).toBe('a');
    await next.abort();
  });

  it('that fails to commit leaves everything as it was', async () => {
    await load(engine, 'a', { spans: [span({ trace_id: 't', span_id: '1' })] });
    const file = await engine.beginFile('b');
    const broken = span({ trace_id: 't', span_id: '2' });
    await file.append(batch('spans', [broken]));
    await file.append(batch('rejects', [{ line: 1n, reason: 'x', source_file: 'b' }]));
    // Bytes beyond BIGINT: the row in `files` cannot be written, at the very end.
    await expect(file.commit({ format: 'x', bytes: 1e30, loadMs: 1 })).rejects.toThrow();
    expect(await count('all_spans')).toBe(1n);
    expect(await count('rejects')).toBe(0n);
    expect(await all(connection, 'SELECT source_file FROM files')).toEqual([['a']]);
  });

  it('is removed from every table, and its traces with it', async () => {
    const a = call({ trace_id: 't1', span_id: '1' });
    const message = { span_key: a.span_key, direction: 'input', position: 0, role: 'user', content_id: 1n };
    await load(engine, 'a', { spans: [a], messages: [message], contents: [{ content_id: 1n, text: 'x' }] });
    await load(engine, 'b', {
      spans: [call({ trace_id: 't1', span_id: '2' }), span({ trace_id: 't2', span_id: '3' })],
    });
    await engine.removeFile('a');
    expect(
      await all(connection, 'SELECT trace_id, span_count, call_count FROM all_traces ORDER BY ALL'),
    ).toEqual([
      ['t1', 1n, 1n],
      ['t2', 1n, 0n],
    ]);
    for (const table of ['messages', 'contents']) expect(await count(table)).toBe(0n);
    expect(await all(connection, 'SELECT source_file, spans FROM files')).toEqual([['b', 2n]]);
  });

  it('may be loaded beside another', async () => {
    const files = await Promise.all(['a', 'a'].map((name) => engine.beginFile(name)));
    await Promise.all(
      files.map((f, i) =>
        f.append(
          batch('spans', [span({ trace_id: 't', span_id: `${i}` }), span({ trace_id: 't', span_id: 'x' })]),
        ),
      ),
    );
    const loaded = await Promise.all(files.map((f) => f.commit({ format: 'x', bytes: 1, loadMs: 1 })));
    expect(loaded.map((l) => [l.sourceFile, l.duplicates])).toEqual([
      ['a', 0],
      ['a (2)', 1],
    ]);
    expect(await all(connection, 'SELECT span_count FROM all_traces')).toEqual([[3n]]);
  });
});

describe('prices', () => {
  it('are merged by key; an override changes the cost of spans and traces at once', async () => {
    await load(engine, 'a', { prices: PRICES, spans: [call({ trace_id: 't', span_id: '1' })] });
    await load(engine, 'b', {
      prices: [
        { ...PRICES[0], input: 99 },
        { ...PRICES[0], price_key: 'other' },
      ],
    });
    const cost =
      'SELECT c.cost_usd AS of_call, t.cost_usd AS of_trace FROM all_llm_calls c JOIN all_traces t USING (trace_id)';
    expect(await count('prices')).toBe(2n);
    const before = await one(connection, cost);
    expect(before.of_call).toBeCloseTo((1000 * 0.15 + 100 * 0.6) / 1e6, 12);
    expect(before.of_trace).toBe(before.of_call);
    await engine.setPrices([
      {
        priceKey: 'openai/gpt-4o-mini',
        provider: 'openai',
        model: 'gpt-4o-mini',
        input: 1,
        cacheRead: null,
        cacheWrite: null,
        output: 2,
        perRequest: 0.5,
      },
    ]);
    const after = await one(connection, cost);
    expect(after.of_call).toBeCloseTo(0.5 + (1000 + 200) / 1e6, 12);
    expect(after.of_trace).toBe(after.of_call);
    expect(await count('prices')).toBe(2n);
  });
});
