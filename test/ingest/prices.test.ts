import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { createIngest } from '../../src/ingest/index.ts';
import { PriceBook, type PriceRow } from '../../src/ingest/prices.ts';
import { load, ndjson, record } from './helpers.ts';

/** The cost as the engine's view computes it from a row. */
function cost(p: PriceRow, input: number, output: number, cacheRead: number, cacheWrite: number): number {
  const parts =
    (input - cacheRead - cacheWrite) * p.input +
    cacheRead * (p.cache_read ?? p.input) +
    cacheWrite * (p.cache_write ?? p.input) +
    output * p.output;
  return parts / 1e6 + (p.per_request ?? 0);
}

function rowFor(provider: string | null, model: string, at: string, input: number) {
  const book = new PriceBook();
  const key = book.keyFor(provider, model, Date.parse(at), input);
  return { key, row: book.takeNewRows().find((r) => r.price_key === key) };
}

const MODELS: [string, string][] = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4o-mini-2024-07-18'],
  ['openai', 'gpt-5'],
  ['openai', 'o3'],
  ['openai', 'text-embedding-3-small'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['anthropic', 'claude-3-5-haiku-20241022'],
  ['anthropic', 'claude-opus-4-20250514'],
  ['google', 'gemini-2.5-pro'],
  ['google', 'gemini-2.5-flash'],
  ['mistral', 'mistral-large-latest'],
  ['deepseek', 'deepseek-chat'],
  ['groq', 'llama-3.3-70b-versatile'],
];
const TIMES = [
  '2024-06-01T00:00:00Z',
  '2025-10-01T05:00:00Z',
  '2025-10-01T20:00:00Z',
  '2026-03-12T23:59:59Z',
  '2026-03-13T00:00:00Z',
  '2026-11-24T09:30:00Z',
];
const USAGE: [number, number, number, number][] = [
  [1000, 100, 0, 0],
  [10_000, 500, 6000, 3000],
  [200_000, 10, 0, 0],
  [200_001, 1000, 150_000, 10_000],
  [1_000_000, 2000, 0, 900_000],
];

describe('cost from the rows', () => {
  it.each(MODELS)("%s %s: equals the price list's own total, at any time and size", (provider, model) => {
    for (const at of TIMES)
      for (const [input, output, cacheRead, cacheWrite] of USAGE) {
        const { row } = rowFor(provider, model, at, input);
        const expected = calcPrice(
          {
            input_tokens: input,
            output_tokens: output,
            cache_read_tokens: cacheRead,
            cache_write_tokens: cacheWrite,
          },
          model,
          { providerId: provider, timestamp: new Date(at) },
        );
        expect(expected, 'the list knows the model').not.toBeNull();
        expect(row === undefined ? undefined : cost(row, input, output, cacheRead, cacheWrite)).toBeCloseTo(
          expected?.total_price ?? -1,
          10,
        );
      }
  });
});

describe('keys', () => {
  it('are plain where the price depends on nothing', () => {
    expect(rowFor('openai', 'gpt-4o-mini', '2026-01-01', 10).key).toBe('openai/gpt-4o-mini');
  });

  it('name the tier, the date and the time of day where they matter', () => {
    expect(rowFor('google', 'gemini-2.5-pro', '2026-01-01', 200_000).key).toBe('google/gemini-2.5-pro');
    expect(rowFor('google', 'gemini-2.5-pro', '2026-01-01', 200_001)).toMatchObject({
      key: 'google/gemini-2.5-pro#200000',
      row: { tier: 200_000, input: 2.5, output: 15 },
    });
    expect(rowFor('openai', 'o3', '2026-01-01', 10)).toMatchObject({
      key: 'openai/o3@2025-06-10',
      row: { valid_from: '2025-06-10' },
    });
    expect(rowFor('deepseek', 'deepseek-chat', '2025-10-01T05:00:00Z', 10).key).toBe(
      'deepseek/deepseek-chat@00:30-16:30',
    );
  });

  it('each row is handed out once', () => {
    const book = new PriceBook();
    for (let i = 0; i < 3; i++) book.keyFor('openai', 'gpt-4o', 0, 10);
    expect(book.takeNewRows()).toHaveLength(1);
    book.keyFor('openai', 'gpt-4o-2024-08-06', 0, 10);
    expect(book.takeNewRows()).toEqual([]);
  });

  it.each([
    ['azure.ai.openai', 'gpt-4o', 'openai/gpt-4o'],
    ['gcp.vertex_ai', 'gemini-2.5-flash', 'google/gemini-2.5-flash'],
    ['x_ai', 'grok-3', 'x-ai/grok-3'],
    ['mistral_ai', 'mistral-large-latest', 'mistral/mistral-large'],
    ['my-proxy', 'gpt-4o', 'openai/gpt-4o'],
    ['my-proxy', 'openai/gpt-4o', 'openai/gpt-4o'],
    [null, 'gpt-4o', 'openai/gpt-4o'],
  ])('%s %s is %s', (provider, model, key) => {
    expect(rowFor(provider, model, '2026-01-01', 10).key).toBe(key);
  });

  it.each([
    ['ollama', 'gpt-oss:20b'],
    ['vllm', 'mistral-large-latest'],
    ['openai', 'our-fine-tuned-thing'],
    [null, 'nothing-like-it'],
  ])('%s %s has no price', (provider, model) => {
    expect(rowFor(provider, model, '2026-01-01', 10).key).toBeNull();
  });
});

it('every load brings the rows that its spans refer to', async () => {
  const text = ndjson(record());
  for (const ingest of [createIngest(), createIngest()])
    expect((await load(text, {}, ingest)).rows('prices')).toMatchObject([
      { price_key: 'openai/gpt-4o-mini' },
    ]);
  const ingest = createIngest();
  for (let i = 0; i < 2; i++) expect((await load(text, {}, ingest)).rows('prices')).toHaveLength(1);
});
