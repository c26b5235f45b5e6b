/** The sample files, against figures that native DuckDB computed from them; and Parquet against NDJSON. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Loaded, load, type Row } from './helpers.ts';

const sample = (name: string) => new URL(`../../sample-data/${name}`, import.meta.url);
const file = async (name: string) => load(new Uint8Array(readFileSync(sample(name))));
const COLUMNS = [
  'trace_id',
  'end_time',
  'role',
  'status',
  'sample_weight',
  'price_key',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'reasoning_tokens',
  'total_tokens',
];
const index = JSON.parse(readFileSync(sample('index.json'), 'utf8')) as {
  services: { service: string; logs: number }[];
};
const n = (v: unknown) => Number(v ?? 0);

describe.each(['support-chatbot', 'research-agent', 'doc-extract'])('%s', (service) => {
  let json: Loaded;
  let parquet: Loaded | undefined;
  const expected = (JSON.parse(readFileSync(sample(`expected/${service}.json`), 'utf8')) as { all: Row }).all;

  beforeAll(async () => {
    json = await file(`${service}.ndjson.gz`);
    // One is enough to compare the formats by.
    if (service === 'research-agent') parquet = await file(`${service}.parquet`);
  });

  it('spans, logs, calls, tokens and cost are the expected ones', () => {
    expect(json.summary).toMatchObject({
      format: 'spanbook-ndjson',
      rejects: 0,
      spans: expected.spans,
      logs: index.services.find((s) => s.service === service)?.logs,
    });
    const rows = json.rows('spans', COLUMNS);
    expect(new Set(rows.map((r) => r.trace_id)).size).toBe(expected.traces);
    expect(rows.filter((r) => r.end_time === null)).toHaveLength(n(expected.unfinished_spans));
    const calls = rows.filter((r) => r.role === 'call');
    const sum = (column: string) => calls.reduce((s, r) => s + n(r[column]) * n(r.sample_weight), 0);
    expect(calls.reduce((s, r) => s + n(r.sample_weight), 0)).toBe(expected.requests);
    expect(calls.filter((r) => r.status === 'ERROR').reduce((s, r) => s + n(r.sample_weight), 0)).toBe(
      expected.errors,
    );
    for (const column of [
      'input_tokens',
      'output_tokens',
      'cache_read_tokens',
      'cache_write_tokens',
      'reasoning_tokens',
      'total_tokens',
    ])
      expect(sum(column), column).toBe(expected[column]);
    const prices = new Map(json.rows('prices').map((p) => [p.price_key, p]));
    const cost = calls.reduce((s, r) => {
      const p = prices.get(r.price_key);
      if (p === undefined || r.input_tokens === null) return s;
      const [read, write] = [n(r.cache_read_tokens), n(r.cache_write_tokens)];
      const parts =
        (n(r.input_tokens) - read - write) * n(p.input) +
        read * n(p.cache_read ?? p.input) +
        write * n(p.cache_write ?? p.input) +
        n(r.output_tokens) * n(p.output);
      return s + (parts / 1e6) * n(r.sample_weight);
    }, 0);
    expect(cost).toBeCloseTo(n(expected.cost_usd), 8);
  });

  it('the Parquet file holds the same spans and messages', () => {
    if (parquet === undefined) return;
    expect(parquet.summary).toMatchObject({
      format: 'spanbook-parquet',
      rejects: 0,
      spans: json.summary.spans,
    });
    const byId = (rows: Row[]) =>
      new Map(rows.map((r) => [`${r.trace_id}/${r.span_id}`, { ...r, span_key: 0 }]));
    const ours = byId(json.rows('spans'));
    const differing = [...byId(parquet.rows('spans'))].filter(
      ([id, row]) => JSON.stringify(row, text) !== JSON.stringify(ours.get(id), text),
    );
    expect(differing.slice(0, 3).map(([id, row]) => [row, ours.get(id)])).toEqual([]);
    const contents = (l: Loaded) => new Set(l.rows('contents').map((c) => c.content_id));
    expect(contents(parquet)).toEqual(contents(json));
    expect(parquet.rows('messages')).toHaveLength(json.rows('messages').length);
  });
});

const text = (_: string, v: unknown) =>
  typeof v === 'bigint'
    ? String(v)
    : v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort())
      : v;
