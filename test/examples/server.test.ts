import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import OpenAI from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ExampleServer, type Fault, startServer } from '../../examples/server.ts';

const SOURCES =
  'Answer from the sources.\n[P-07] Goods may be returned within 30 days of delivery. Any box will do.\n[P-12] A pick-up can be booked until 11:00.';
const messages: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: SOURCES },
  { role: 'user', content: 'Within how many days may goods be returned?' },
];
const model = 'gpt-4o-mini';

describe('the example server, through the openai client', () => {
  let server: ExampleServer;
  let openai: OpenAI;
  beforeEach(async () => {
    const faults = new Map<number, Fault>([
      [2, 'rate_limit'],
      [3, 'stall'],
    ]);
    server = await startServer({ faults, firstTokenMs: 1, tokenMs: 0 });
    openai = new OpenAI({ baseURL: server.baseURL, apiKey: 'none', maxRetries: 0 });
  });
  afterEach(() => server.close());

  it('answers from the sources, with usage by the tokenizer', async () => {
    const answer = await openai.chat.completions.create({ model, messages });
    const text = answer.choices[0]?.message.content ?? '';
    expect(text).toMatch(/^Goods may be returned within 30 days of delivery. \[P-07\]/);
    expect(answer.choices[0]?.finish_reason).toBe('stop');
    expect(answer.usage?.completion_tokens).toBe(encode(text).length);
    const contents = messages.reduce((sum, m) => sum + encode(String(m.content)).length, 0);
    // Two messages: 3 tokens each, 1 for each role, 3 that prime the reply.
    expect(answer.usage?.prompt_tokens).toBe(contents + 11);
  });

  it('streams the same text, and usage only if asked', async () => {
    const read = async (include_usage: boolean) => {
      const stream = await openai.chat.completions.create({
        model,
        messages,
        stream: true,
        stream_options: { include_usage },
      });
      const chunks: OpenAI.ChatCompletionChunk[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      return chunks;
    };
    const chunks = await read(true);
    expect(chunks.flatMap((c) => c.choices.map((x) => x.delta.content ?? '')).join('')).toContain(
      '30 days of delivery. [P-07]',
    );
    expect(chunks.at(-1)?.usage?.total_tokens).toBeGreaterThan(50);
    expect(chunks.at(-1)?.choices).toEqual([]);
    const retried = new OpenAI({ baseURL: server.baseURL, apiKey: 'none', maxRetries: 1 });
    openai = retried; // Request 2 is refused once; the client's retry is not counted.
    expect((await read(false)).some((c) => c.usage != null)).toBe(false);
  });

  it('cuts at max_completion_tokens', async () => {
    const answer = await openai.chat.completions.create({ model, messages, max_completion_tokens: 4 });
    expect(answer.choices[0]?.finish_reason).toBe('length');
    expect(answer.usage?.completion_tokens).toBe(4);
  });

  it('refuses and stalls when told to, and answers the retries', async () => {
    const ask = (options?: OpenAI.RequestOptions) =>
      openai.chat.completions.create({ model, messages }, options);
    await ask();
    await expect(ask()).rejects.toBeInstanceOf(OpenAI.RateLimitError);
    await expect(ask({ timeout: 50 })).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await expect(ask()).resolves.toHaveProperty('choices');
  });

  it('embeds in both encodings to the same vector', async () => {
    const input = ['a late parcel', 'the parcel is late'];
    const packed = await openai.embeddings.create({ model: 'text-embedding-3-small', input });
    const plain = await openai.embeddings.create({
      model: 'text-embedding-3-small',
      input,
      encoding_format: 'float',
    });
    expect(packed.data.map((d) => [...d.embedding])).toEqual(plain.data.map((d) => d.embedding));
    expect(packed.data[0]?.embedding).toEqual(packed.data[1]?.embedding);
    expect(packed.usage.prompt_tokens).toBe(input.reduce((sum, i) => sum + encode(i).length, 0));
  });

  it('says what it does not serve, and what it cannot read', async () => {
    await expect(openai.moderations.create({ input: 'x' })).rejects.toThrow('404');
    await expect(
      openai.chat.completions.create({ model, messages: [{ role: 'user', content: [] }] }),
    ).rejects.toThrow('400');
  });
});
