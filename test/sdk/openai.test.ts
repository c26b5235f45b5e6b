import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTracer, instrumentOpenAI, type Tracer, type TracerOptions } from '@spanbook/sdk';
import OpenAI, { RateLimitError } from 'openai';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Lines, readLines, type Server, serve, temporaryFolder, wait } from './helpers.ts';

const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 40,
  total_tokens: 140,
  prompt_tokens_details: { cached_tokens: 64, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 16, audio_tokens: 0 },
};
const MESSAGES: OpenAI.ChatCompletionMessageParam[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'What is a span?' },
];

type Body = Record<string, unknown>;
const askedForUsage = (body: Body) =>
  (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage === true;

const chunk = (choices: object[], extra: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt-4o-mini-2024-07-18',
  choices,
  ...extra,
});
const delta = (content: object, finish_reason: string | null = null, index = 0) => ({
  index,
  delta: content,
  finish_reason,
});

/** As the API does: `usage` on every chunk, and a last one without choices, only when asked. */
async function sendChunks(response: ServerResponse, body: Body, chunks: object[], pause = 0): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_7' });
  const usage = askedForUsage(body);
  for (const one of chunks) {
    response.write(`data: ${JSON.stringify(usage ? { ...one, usage: null } : one)}\n\n`);
    if (pause > 0) await wait(pause);
  }
  if (usage) response.write(`data: ${JSON.stringify(chunk([], { usage: USAGE }))}\n\n`);
  response.end('data: [DONE]\n\n');
}

const TEXT_CHUNKS = [
  chunk([delta({ role: 'assistant', content: '' })]),
  chunk([delta({ content: 'A piece ' })]),
  chunk([delta({ content: 'of work.' })]),
  chunk([delta({}, 'stop')]),
];

let server: Server;
let tracer: Tracer;
let file: string;
let answer: (body: Body, response: ServerResponse) => void | Promise<void>;

function setUp(options: Partial<TracerOptions> = {}) {
  file = join(temporaryFolder(), 'app.ndjson');
  tracer = createTracer({ service: 'app', file, ...options });
}
const newClient = () => new OpenAI({ apiKey: 'key', baseURL: server.url, maxRetries: 0 });
const instrumented = () => instrumentOpenAI(newClient(), { tracer });

async function written(): Promise<Lines> {
  await tracer.flush();
  return readLines(file);
}
const PROMPT = { model: 'gpt-4o-mini', messages: MESSAGES };
const NAME = 'chat gpt-4o-mini';

beforeEach(async () => {
  server = await serve((body, response) => answer(body, response));
  answer = (body, response) => {
    if (body.stream === true) return sendChunks(response, body, TEXT_CHUNKS);
    response.writeHead(200, { 'content-type': 'application/json', 'x-request-id': 'req_7' });
    response.end(
      JSON.stringify({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        model: 'gpt-4o-mini-2024-07-18',
        choices: [
          { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'A piece of work.' } },
        ],
        usage: USAGE,
      }),
    );
    return undefined;
  };
  setUp();
});
afterEach(async () => {
  await tracer.shutdown();
  await server.close();
});

describe('chat.completions.create', () => {
  it('records request, response, usage and messages', async () => {
    const client = instrumented();
    const completion = await client.chat.completions.create({ ...PROMPT, temperature: 0.2, stop: 'END' });
    expect(completion.choices[0]?.message.content).toBe('A piece of work.');
    expect(completion._request_id).toBe('req_7');
    const span = (await written()).span(NAME);
    expect(span).toMatchObject({ kind: 'LLM', status: 'OK', service_name: 'app' });
    expect(span.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.stop_sequences': ['END'],
      'gen_ai.request.stream': false,
      'gen_ai.response.id': 'chatcmpl-1',
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 40,
      'gen_ai.usage.total_tokens': 140,
      'gen_ai.usage.cache_read.input_tokens': 64,
      'gen_ai.usage.reasoning.output_tokens': 16,
      'spanbook.request_id': 'req_7',
      'server.address': '127.0.0.1',
      'gen_ai.input.messages': [
        { role: 'system', parts: [{ type: 'text', content: 'Be brief.' }] },
        { role: 'user', parts: [{ type: 'text', content: 'What is a span?' }] },
      ],
      'gen_ai.output.messages': [
        { role: 'assistant', parts: [{ type: 'text', content: 'A piece of work.' }], finish_reason: 'stop' },
      ],
    });
    expect(JSON.parse(String(span.attributes['spanbook.usage.raw']))).toEqual(USAGE);
  });

  it('sends what the caller wrote, and leaves it alone', async () => {
    const body = Object.freeze({ ...PROMPT, stream: true as const });
    for await (const _ of await instrumented().chat.completions.create(body)) void _;
    expect(body).toEqual({ ...PROMPT, stream: true });
    expect(server.requests[0]?.body).toEqual({ ...body, stream_options: { include_usage: true } });
    await instrumented().chat.completions.create(PROMPT);
    expect(server.requests[1]?.body).toEqual(PROMPT);
  });

  it('is a child of the current span, and the current span while the request runs', async () => {
    await tracer.trace('request', async () => {
      await instrumented().chat.completions.create(PROMPT);
    });
    const { span } = await written();
    expect(span(NAME).parent_span_id).toBe(span('request').span_id);
    expect(span(NAME).trace_id).toBe(span('request').trace_id);
  });

  it('keeps withResponse, asResponse and the promise chain', async () => {
    const client = instrumented();
    const { data, response, request_id } = await client.chat.completions.create(PROMPT).withResponse();
    expect(data.choices[0]?.message.content).toBe('A piece of work.');
    expect(response.status).toBe(200);
    expect(request_id).toBe('req_7');
    const raw = await client.chat.completions.create(PROMPT).asResponse();
    expect(await raw.json()).toMatchObject({ id: 'chatcmpl-1' });
    expect(await client.chat.completions.create(PROMPT).then((c) => c.id)).toBe('chatcmpl-1');
    const { spans } = await written();
    expect(
      spans.map((s) => [s.status, s.attributes['gen_ai.usage.input_tokens'], s.end_time !== null]),
    ).toEqual([
      ['OK', 100, true],
      ['OK', undefined, true],
      ['OK', 100, true],
    ]);
  });

  it('keeps the promise whole when a span function returns it', async () => {
    const client = instrumented();
    const promise = tracer.trace('request', () => client.chat.completions.create(PROMPT));
    const { response } = await promise.withResponse();
    expect(response.status).toBe(200);
    const { span } = await written();
    expect(span('request').end_time).not.toBeNull();
    expect(String(span('request').end_time) >= String(span(NAME).end_time)).toBe(true);
  });

  it('makes one span of parse', async () => {
    const parsed = await instrumented().chat.completions.parse({
      ...PROMPT,
      response_format: { type: 'json_object' },
    });
    expect(parsed.choices[0]?.message).toHaveProperty('parsed');
    const { spans } = await written();
    expect(spans.map((s) => s.attributes['gen_ai.output.type'])).toEqual(['json']);
  });

  it('wraps a client once and in place', async () => {
    const client = newClient();
    const again = instrumentOpenAI(instrumentOpenAI(client, { tracer }), { tracer });
    expect(again).toBe(client);
    expect(again).toBeInstanceOf(OpenAI);
    expect(Object.keys(client.chat.completions)).toEqual(Object.keys(newClient().chat.completions));
    await again.chat.completions.create(PROMPT);
    expect((await written()).spans).toHaveLength(1);
  });

  it('records the variants that the client makes of itself', async () => {
    const variant = instrumented().withOptions({ timeout: 5000 });
    expect(variant).toBeInstanceOf(OpenAI);
    await variant.chat.completions.create(PROMPT);
    expect((await written()).spans).toHaveLength(1);
  });

  it('makes one span of each step of runTools', async () => {
    const plain = answer;
    answer = (body, response) => {
      if ((body.messages as unknown[]).length > 2) return plain(body, response);
      const call = {
        id: 'call_a',
        type: 'function',
        function: { name: 'weather', arguments: '{"city":"Oslo"}' },
      };
      const message = { role: 'assistant', content: null, tool_calls: [call] };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ id: 'c', choices: [{ index: 0, finish_reason: 'tool_calls', message }] }),
      );
      return undefined;
    };
    const runner = instrumented().chat.completions.runTools({
      ...PROMPT,
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather in a city',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: JSON.parse,
            function: ({ city }: { city: string }) =>
              tracer.span('weather', { kind: 'TOOL' }, () => `wet in ${city}`),
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('A piece of work.');
    const { spans } = await written();
    expect(spans.map((s) => s.kind)).toEqual(['LLM', 'TOOL', 'LLM']);
    expect(spans[2]?.attributes['gen_ai.input.messages']).toMatchObject([
      {},
      {},
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'call_a', arguments: { city: 'Oslo' } }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'call_a', response: 'wet in Oslo' }] },
    ]);
  });

  it('leaves out the content when it is told to', async () => {
    setUp({ captureContent: false });
    const stream = await instrumented().chat.completions.create({ ...PROMPT, stream: true });
    for await (const _ of stream) void _;
    const { attributes } = (await written()).span(NAME);
    expect(JSON.stringify(attributes)).not.toMatch(/piece|Be brief|What is a span/);
    expect(attributes['gen_ai.usage.output_tokens']).toBe(40);
  });

  it('describes payloads and keeps long conversations valid', async () => {
    setUp({ maxAttributeBytes: 4096 });
    const image = Buffer.alloc(30_000, 7).toString('base64');
    await instrumented().chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [
        {
          role: 'user',
          content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }],
        },
        ...Array.from({ length: 12 }, () => ({ role: 'user' as const, content: 'ä'.repeat(3000) })),
        { role: 'user', content: 'The last question' },
      ],
    });
    const messages = (await written()).span(NAME).attributes['gen_ai.input.messages'];
    const text = JSON.stringify(messages);
    expect(Array.isArray(messages)).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    expect(text).toContain('The last question');
    expect(text).toContain('[image/png, 30000 bytes, sha256:');
    expect(text).not.toContain('�');
  });
});

describe('errors', () => {
  const refuse = (_: Body, response: ServerResponse) => {
    response.writeHead(429, { 'content-type': 'application/json', 'x-request-id': 'req_9' });
    response.end(
      JSON.stringify({ error: { message: 'slow down', code: 'rate_limit_exceeded', type: 'requests' } }),
    );
  };

  it('records type, message, status and request id, and rethrows the original', async () => {
    answer = refuse;
    const error = await instrumented()
      .chat.completions.create(PROMPT)
      .then(
        () => undefined,
        (e: unknown) => e,
      );
    expect(error).toBeInstanceOf(RateLimitError);
    const span = (await written()).span(NAME);
    expect(span).toMatchObject({ status: 'ERROR', status_message: '429 slow down' });
    expect(span.attributes).toMatchObject({
      'error.type': 'RateLimitError',
      'http.response.status_code': 429,
      'spanbook.request_id': 'req_9',
      'spanbook.error.code': 'rate_limit_exceeded',
    });
    expect(span.events.map((e) => e.name)).toEqual(['exception']);
  });

  it('leaves a failure that nobody handles unhandled', async () => {
    answer = refuse;
    const seen: unknown[] = [];
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', (error) => seen.push(error));
    try {
      void instrumented().chat.completions.create(PROMPT);
      const plain = newClient();
      void plain.chat.completions.create(PROMPT);
      for (let i = 0; i < 100 && seen.length < 2; i++) await wait(10);
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const other of others) process.on('unhandledRejection', other);
    }
    expect(seen.map((e) => e instanceof RateLimitError)).toEqual([true, true]);
    expect((await written()).span(NAME).status).toBe('ERROR');
  });

  it('records an error in the middle of a stream once', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: ${JSON.stringify(TEXT_CHUNKS[1])}\n\n`);
      response.end(`data: ${JSON.stringify({ error: { message: 'overloaded', code: 'server_error' } })}\n\n`);
    };
    const stream = await instrumented().chat.completions.create({ ...PROMPT, stream: true });
    const read = async () => {
      for await (const _ of stream) void _;
    };
    await expect(read()).rejects.toThrow('overloaded');
    await expect(read()).rejects.toThrow('consumed stream');
    const span = (await written()).span(NAME);
    expect(span.status).toBe('ERROR');
    expect(span.status_message).toContain('overloaded');
    expect(span.events.filter((e) => e.name === 'exception')).toHaveLength(1);
    expect(JSON.stringify(span.attributes['gen_ai.output.messages'])).toContain('A piece ');
  });

  it('does not touch arguments that are not a request', async () => {
    const client = instrumented();
    // What the client itself does with them is its business.
    const call = () =>
      client.chat.completions.create(undefined as unknown as OpenAI.ChatCompletionCreateParams);
    expect(call).toThrow(TypeError);
    expect((await written()).spans).toEqual([]);
  });
});

describe('streaming', () => {
  const open = () => instrumented().chat.completions.create({ ...PROMPT, stream: true });

  it('hides the usage that the caller did not ask for, and records it', async () => {
    const seen: OpenAI.ChatCompletionChunk[] = [];
    for await (const one of await open()) seen.push(one);
    expect(seen).toEqual(TEXT_CHUNKS);
    const span = (await written()).span(NAME);
    expect(span.status).toBe('OK');
    expect(span.attributes).toMatchObject({
      'gen_ai.request.stream': true,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.cache_read.input_tokens': 64,
      'gen_ai.output.messages': [
        { role: 'assistant', parts: [{ type: 'text', content: 'A piece of work.' }], finish_reason: 'stop' },
      ],
    });
    const seconds = span.attributes['gen_ai.response.time_to_first_chunk'];
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThan(20);
    expect(span.events.map((e) => e.name)).toEqual(['first_token']);
  });

  it('shows the usage to a caller who asked', async () => {
    const client = instrumented();
    const seen: OpenAI.ChatCompletionChunk[] = [];
    const stream = await client.chat.completions.create({
      ...PROMPT,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const one of stream) seen.push(one);
    expect(seen).toHaveLength(TEXT_CHUNKS.length + 1);
    expect(seen.at(-1)?.usage).toEqual(USAGE);
    expect(seen[0]).toHaveProperty('usage', null);
  });

  it('does not ask when it is told not to; tokens are then absent, not 0', async () => {
    const client = instrumentOpenAI(newClient(), { tracer, includeUsage: false });
    for await (const _ of await client.chat.completions.create({ ...PROMPT, stream: true })) void _;
    expect(server.requests[0]?.body).not.toHaveProperty('stream_options');
    expect((await written()).span(NAME).attributes).not.toHaveProperty('gen_ai.usage.input_tokens');
  });

  it('puts tool calls together by index, for every choice', async () => {
    const call = (index: number, id: string | undefined, name: string | undefined, args: string) => ({
      tool_calls: [{ index, id, function: { name, arguments: args } }],
    });
    answer = (body, response) =>
      sendChunks(response, body, [
        chunk([delta({ role: 'assistant', content: null })]),
        chunk([delta(call(0, 'call_a', 'weather', ''))]),
        chunk([delta(call(1, 'call_b', 'time', '{"zone":'))]),
        chunk([delta(call(0, undefined, undefined, '{"city":"Oslo"}'))]),
        chunk([delta({ content: 'second' }, null, 1)]),
        chunk([delta(call(1, undefined, undefined, '"UTC"}'))]),
        chunk([delta({}, 'tool_calls'), delta({}, 'stop', 1)]),
      ]);
    for await (const _ of await open()) void _;
    const { attributes } = (await written()).span(NAME);
    expect(attributes['gen_ai.response.finish_reasons']).toEqual(['tool_calls', 'stop']);
    expect(attributes['gen_ai.output.messages']).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'tool_call', id: 'call_a', name: 'weather', arguments: { city: 'Oslo' } },
          { type: 'tool_call', id: 'call_b', name: 'time', arguments: { zone: 'UTC' } },
        ],
        finish_reason: 'tool_calls',
      },
      { role: 'assistant', parts: [{ type: 'text', content: 'second' }], finish_reason: 'stop' },
    ]);
  });

  it('ends once when the caller breaks', async () => {
    answer = (body, response) => sendChunks(response, body, TEXT_CHUNKS, 20);
    const stream = await open();
    for await (const one of stream) if (one.choices[0]?.delta.content === 'A piece ') break;
    expect(stream.controller.signal.aborted).toBe(true);
    const span = (await written()).span(NAME);
    expect(span.status).toBe('UNSET');
    expect(span.attributes['spanbook.stream.end']).toBe('break');
    expect(JSON.stringify(span.attributes['gen_ai.output.messages'])).toContain('A piece ');
  });

  it('ends once when the caller aborts, while reading and while not', async () => {
    answer = (body, response) => sendChunks(response, body, TEXT_CHUNKS, 20);
    const reading = await open();
    for await (const one of reading)
      if (one.choices[0]?.delta.content === 'A piece ') reading.controller.abort();
    const idle = await open();
    idle.controller.abort();
    const { spans } = await written();
    expect(spans.map((s) => s.attributes['spanbook.stream.end'])).toEqual(['abort', 'abort']);
    expect(spans.every((s) => s.end_time !== null)).toBe(true);
  });

  it('ends when a stream that nobody reads is thrown away', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    await (async () => {
      await open();
    })();
    let lines = await written();
    for (let i = 0; i < 100 && lines.spans.length === 0; i++) {
      gc();
      await wait(10);
      lines = await written();
    }
    expect(lines.span(NAME).attributes['spanbook.stream.end']).toBe('unread');
  });

  it('outlives its promise while it is read', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    answer = (body, response) => sendChunks(response, body, TEXT_CHUNKS, 15);
    for await (const _ of await open()) {
      gc();
      await wait(1);
    }
    expect((await written()).span(NAME).attributes).not.toHaveProperty('spanbook.stream.end');
  });

  it('keeps tee and toReadableStream', async () => {
    const [left, right] = (await open()).tee();
    const read = async (stream: AsyncIterable<OpenAI.ChatCompletionChunk>) => {
      let text = '';
      for await (const one of stream) text += one.choices[0]?.delta.content ?? '';
      return text;
    };
    expect(await Promise.all([read(left), read(right)])).toEqual(['A piece of work.', 'A piece of work.']);
    const lines = await new Response((await open()).toReadableStream()).text();
    expect(lines.trim().split('\n')).toHaveLength(TEXT_CHUNKS.length);
    const { spans } = await written();
    expect(spans.map((s) => s.attributes['gen_ai.usage.output_tokens'])).toEqual([40, 40]);
  });

  it('keeps chat.completions.stream with its events', async () => {
    const runner = instrumented().chat.completions.stream(PROMPT);
    const contents: string[] = [];
    runner.on('content', (text) => contents.push(text));
    const final = await runner.finalChatCompletion();
    expect(contents).toEqual(['A piece ', 'of work.']);
    expect(final.choices[0]?.message.content).toBe('A piece of work.');
    expect((await written()).spans).toHaveLength(1);
  });

  it('keeps a trace open until the stream that it returns is read', async () => {
    answer = (body, response) => sendChunks(response, body, TEXT_CHUNKS, 5);
    const stream = await tracer.trace('request', async () => open());
    expect((await written()).spans).toEqual([]);
    for await (const _ of stream) void _;
    const { span } = await written();
    expect(span(NAME).parent_span_id).toBe(span('request').span_id);
    expect(String(span('request').end_time) >= String(span(NAME).end_time)).toBe(true);
  });
});
