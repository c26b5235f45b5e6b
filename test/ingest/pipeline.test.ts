import { constants, gunzipSync } from 'node:zlib';
import type { StoredBatch } from '@spanbook/sdk/schema';
import { tableFromIPC } from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { createIngest } from '../../src/ingest/index.ts';
import { decode, gz, load, ndjson, type Row, record } from './helpers.ts';

const spans = (n: number) =>
  Array.from({ length: n }, (_, i) =>
    record({ span_id: String(i), attributes: { text: 'é'.repeat(i % 50) } }),
  );

/** 500 lines; every 37th is broken, and the last one is cut. */
function bad(): { text: string; lines: number[]; good: number } {
  const lines: number[] = [];
  let good = 0;
  const text = spans(500)
    .map((r, i) => {
      const line = JSON.stringify(r);
      if (i === 499) {
        lines.push(500);
        return line.slice(0, 100);
      }
      if (i % 37 === 5) {
        lines.push(i + 1);
        return i % 2 === 0 ? line.replace('"trace_id"', '"trace"') : line.slice(1);
      }
      good++;
      return line;
    })
    .join('\n');
  return { text, lines, good };
}

describe('a file in pieces', () => {
  it.each([300, 5000, 1 << 20])('of %i bytes: every line once, rejects by their line', async (chunkBytes) => {
    const { text, lines, good } = bad();
    for (const content of [text, gz(text)]) {
      const { summary, rows } = await load(content, { chunkBytes });
      expect(summary).toMatchObject({ spans: good, rejects: lines.length });
      expect(rows('spans')).toHaveLength(good);
      expect(new Set(rows('spans').map((r) => r.span_id)).size).toBe(good);
      expect(new Set(rows('spans').map((r) => r.span_key)).size).toBe(good);
      const rejects = rows('rejects');
      expect(rejects.map((r) => Number(r.line)).sort((a, b) => a - b)).toEqual(lines);
      expect(rejects.find((r) => r.line === 500n)?.reason).toMatch(/^cut off in the middle of a record/);
      const sixth = rejects.find((r) => r.line === 6n);
      expect(sixth?.reason).toMatch(/^not valid JSON/);
      expect(sixth?.text).toBe(JSON.stringify(spans(6)[5]).slice(1));
    }
  });

  it('a broken line that is not the last is not called cut off', async () => {
    const { rows } = await load(`${ndjson(record())}{"trace_id":"x",\n${ndjson(record())}`, {
      chunkBytes: 50,
    });
    expect(rows('rejects')).toMatchObject([{ line: 2n, reason: expect.stringMatching(/^not valid JSON/) }]);
  });

  it('a reject keeps at most 2,000 characters', async () => {
    const { rows } = await load(`${ndjson(record())}{"name":"${'x'.repeat(5000)}"\n`);
    expect(String(rows('rejects')[0]?.text)).toHaveLength(2000);
  });

  it.each([0.3, 0.5, 0.99])(
    'a gzip stream that breaks off at %d of its length: what came before, and a note',
    async (share) => {
      const records = spans(5000).map((r, i) => ({ ...r, attributes: { noise: String(Math.sin(i)) } }));
      const whole = gz(ndjson(...records));
      const cut = whole.slice(0, Math.floor(whole.length * share));
      const lines = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString().split('\n');
      for (const chunkBytes of [10_000, 1 << 20]) {
        const { summary, rows } = await load(cut, { chunkBytes });
        // The last line has no end.
        expect(summary.spans).toBe(lines.length - 1);
        expect(summary.notes.join()).toMatch(/gzip stream breaks off/);
        expect(rows('rejects').map((r) => r.line)).toEqual([BigInt(lines.length)]);
      }
    },
  );

  it('a gzip of several members', async () => {
    const a = gz(ndjson(record()));
    const b = gz(ndjson(record(), record()));
    expect((await load(new Blob([a, b]))).summary.spans).toBe(3);
  });

  it('pretty-printed records: rejects by the line they begin on', async () => {
    const pretty = (r: Row) => JSON.stringify(r, null, 2);
    const first = pretty(record());
    const text = `${first}\n${pretty(record({ name: 7 }))}\n${pretty(record()).slice(0, 60)}`;
    const { summary, rows } = await load(text);
    const height = first.split('\n').length;
    expect(summary).toMatchObject({ spans: 1, rejects: 2 });
    expect(rows('rejects')).toMatchObject([
      { line: BigInt(height + 1), reason: 'name is 7; expected text' },
      { line: BigInt(2 * height + 1), reason: expect.stringMatching(/^cut off/) },
    ]);
  });
});

describe('delivery', () => {
  it('one call at a time, bodies and prices before what refers to them', async () => {
    let busy = 0;
    const tables: string[] = [];
    const text = ndjson(
      ...spans(200).map((r) => ({
        ...r,
        attributes: { 'gen_ai.request.model': 'gpt-4o', 'input.value': 'q' },
      })),
    );
    await load(text, {
      chunkBytes: 4000,
      onBatches: async (batches) => {
        expect(++busy).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy--;
        tables.push(...batches.map((b: StoredBatch) => b.table));
      },
    });
    expect(tables.filter((t) => t === 'prices')).toHaveLength(1);
    expect(tables.slice(0, 4)).toEqual(['prices', 'contents', 'messages', 'spans']);
    expect(tables.length).toBeGreaterThan(20);
  });

  it('keys are unique across files of one ingest', async () => {
    const ingest = createIngest();
    const a = await load(ndjson(...spans(10)), {}, ingest);
    const b = await load(ndjson(...spans(10)), {}, ingest);
    const keys = [...a.rows('spans'), ...b.rows('spans')].map((r) => r.span_key);
    expect(new Set(keys).size).toBe(20);
  });

  it('progress ends at the whole file', async () => {
    const seen: { bytes: number; spans: number; rejects: number }[] = [];
    const { text, lines, good } = bad();
    await load(text, { chunkBytes: 1000, onProgress: (p) => seen.push(p) });
    expect(seen.at(-1)).toEqual({
      bytes: Buffer.byteLength(text),
      totalBytes: Buffer.byteLength(text),
      spans: good,
      logs: 0,
      rejects: lines.length,
    });
    expect(seen.every((p, i) => i === 0 || p.bytes >= (seen[i - 1]?.bytes ?? 0))).toBe(true);
  });

  it('an abort stops it, with its reason', async () => {
    const abort = new AbortController();
    let calls = 0;
    const failure = load(ndjson(...spans(500)), {
      chunkBytes: 1000,
      signal: abort.signal,
      onBatches: async () => {
        if (++calls === 3) abort.abort(new Error('enough'));
      },
    });
    await expect(failure).rejects.toThrow('enough');
    const after = calls;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(calls).toBe(after);
  });

  it("the engine's failure is the load's", async () => {
    let calls = 0;
    const failure = load(ndjson(...spans(500)), {
      chunkBytes: 1000,
      onBatches: async () => {
        calls++;
        throw new Error('Out of Memory Error');
      },
    });
    await expect(failure).rejects.toThrow('Out of Memory Error');
    expect(calls).toBe(1);
  });

  it('closes a batch where one record holds very many spans', async () => {
    const list = Array.from({ length: 50_001 }, (_, i) => ({
      traceId: 'a',
      spanId: i.toString(16),
      name: 'n',
      startTimeUnixNano: '1764000000000000000',
    }));
    const { batches, summary } = await load(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: list }] }] }),
    );
    expect(summary.spans).toBe(50_001);
    expect(batches.filter((b) => b.table === 'spans').map((b) => b.rows)).toEqual([50_000, 1]);
    expect(new Set(decode(batches, 'spans').map((r) => r.span_key)).size).toBe(50_001);
  });
});

describe('a load that fails', () => {
  it('delivers nothing more, and waits for the call under way', async () => {
    let under = 0;
    let calls = 0;
    const abort = new AbortController();
    const failure = load(ndjson(...spans(500)), {
      chunkBytes: 1000,
      signal: abort.signal,
      onBatches: async () => {
        calls++;
        under++;
        abort.abort(new Error('enough'));
        await new Promise((resolve) => setTimeout(resolve, 20));
        under--;
      },
    });
    await expect(failure).rejects.toThrow('enough');
    expect(under).toBe(0);
    expect(calls).toBe(1);
  });

  it('does not begin when it is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('no'));
    await expect(load(ndjson(record()), { signal })).rejects.toThrow('no');
  });
});

describe('odd records', () => {
  it("Logfire's placeholders are left out, and said", async () => {
    const { summary } = await load(
      ndjson(record(), record({ attributes: { 'logfire.span_type': 'pending_span' } })),
    );
    expect(summary.spans).toBe(1);
    expect(summary.notes.join()).toMatch(/Logfire pending_span/);
  });

  it('keys that are special in JavaScript are keys like any other', async () => {
    const line = `{"trace_id":"t","span_id":"s","name":"n","start_time":"2026-11-24T09:30:00Z","attributes":{"constructor":"c","toString":"t"},"__proto__":{"a":1},"hasOwnProperty":1}\n`;
    const { summary, batches } = await load(line);
    expect(summary).toMatchObject({ spans: 1, rejects: 0 });
    const ipc = batches.find((b) => b.table === 'spans')?.ipc ?? new Uint8Array();
    expect([...(tableFromIPC(ipc).getChild('attributes')?.get(0) ?? [])]).toEqual([
      ['constructor', 'c'],
      ['toString', 't'],
      ['__proto__', '{"a":1}'],
      ['hasOwnProperty', '1'],
    ]);
  });

  it('a MAP holds each key once, wherever it came from', async () => {
    const { span } = await load(
      ndjson(
        record({
          tenant: 'top',
          attributes: {
            tenant: 'own',
            'langfuse.trace.metadata.plan': 'a',
            'ai.telemetry.metadata.plan': 'b',
            'metadata.team': 'x',
            metadata: '{"team":"y"}',
          },
        }),
      ),
    );
    expect(span().attributes).toMatchObject({ tenant: 'own', 'metadata.plan': 'a', 'metadata.team': 'x' });
    const { batches } = await load(ndjson(record({ tenant: 'top', attributes: { tenant: 'own' } })));
    const ipc = batches.find((b) => b.table === 'spans')?.ipc ?? new Uint8Array();
    expect([...(tableFromIPC(ipc).getChild('attributes')?.get(0) ?? [])]).toEqual([['tenant', 'own']]);
  });

  it("a resource's keys fill only what the span leaves open", async () => {
    const { span } = await load(
      ndjson(
        record({
          resource: { 'session.id': 'from resource', 'llm.user': 'u' },
          attributes: { 'metadata.session_id': 'own' },
        }),
      ),
    );
    expect(span()).toMatchObject({ session_id: 'own', user_id: 'u' });
  });
});
