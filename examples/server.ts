/**
 * An OpenAI-compatible server on loopback, so that the example runs without a key: real HTTP, SSE, usage counted
 * by the models' own tokenizer. Its answers are sentences picked from the prompt, no language model's.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode, encode } from 'gpt-tokenizer/encoding/o200k_base';
import { z } from 'zod';
import { cosine, hashEmbedding } from './embedding.ts';

/** What goes wrong with the n-th chat request (from 1; the client's retries do not count). */
export type Fault = 'rate_limit' | 'stall';

export interface ServerOptions {
  readonly faults?: ReadonlyMap<number, Fault>;
  /** ms until the answer begins. Default 120. */
  readonly firstTokenMs?: number;
  /** ms between two streamed tokens. Default 4. */
  readonly tokenMs?: number;
}

export interface ExampleServer {
  /** Ends in `/v1`. */
  readonly baseURL: string;
  close(): Promise<void>;
}

const ChatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
});
type ChatRequest = z.infer<typeof ChatRequest>;

const EmbeddingRequest = z.object({
  model: z.string(),
  input: z.union([z.string(), z.array(z.string())]),
  encoding_format: z.enum(['float', 'base64']).default('float'),
});

export async function startServer(options: ServerOptions = {}): Promise<ExampleServer> {
  let chats = 0;
  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (!response.headersSent) sendError(response, 400, 'invalid_request_error', String(error));
      else response.destroy();
    });
  });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = JSON.parse(await readBody(request));
    if (request.url === '/v1/embeddings') return embeddings(response, EmbeddingRequest.parse(body));
    if (request.url !== '/v1/chat/completions')
      return sendError(response, 404, 'invalid_request_error', `no such route: ${request.url}`);
    const isRetry = Number(request.headers['x-stainless-retry-count'] ?? 0) > 0;
    const fault = isRetry ? undefined : options.faults?.get(++chats);
    if (fault === 'stall') return; // The client gives up and closes the connection.
    if (fault === 'rate_limit') {
      response.setHeader('retry-after-ms', '150');
      return sendError(
        response,
        429,
        'rate_limit_exceeded',
        'Rate limit reached for requests per minute. Try again in 150 ms.',
      );
    }
    return chat(response, ChatRequest.parse(body), options);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { baseURL: `http://127.0.0.1:${port}/v1`, close: () => close(server) };
}

async function chat(response: ServerResponse, request: ChatRequest, options: ServerOptions): Promise<void> {
  const { firstTokenMs = 120, tokenMs = 4 } = options;
  const all = encode(reply(request));
  const limit = request.max_completion_tokens ?? all.length;
  const tokens = all.slice(0, limit);
  const finish_reason = all.length > limit ? 'length' : 'stop';
  const base = {
    id: `chatcmpl-${crypto.randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    model: request.model,
  };
  const prompt_tokens = promptTokens(request);
  const usage = {
    prompt_tokens,
    completion_tokens: tokens.length,
    total_tokens: prompt_tokens + tokens.length,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
  await sleep(firstTokenMs);
  if (!request.stream) {
    await sleep(tokens.length * tokenMs);
    const message = { role: 'assistant', content: decode(tokens), refusal: null };
    const choices = [{ index: 0, message, logprobs: null, finish_reason }];
    return sendJson(response, 200, { ...base, object: 'chat.completion', choices, usage });
  }
  const includeUsage = request.stream_options?.include_usage === true;
  const send = (choices: unknown[], chunkUsage: typeof usage | null = null) =>
    response.write(
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, ...(includeUsage && { usage: chunkUsage }) })}\n\n`,
    );
  const choice = (delta: object, reason: string | null = null) => [
    { index: 0, delta, logprobs: null, finish_reason: reason },
  ];
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  send(choice({ role: 'assistant', content: '' }));
  for (const token of tokens) {
    if (response.destroyed) return;
    send(choice({ content: decode([token]) }));
    await sleep(tokenMs);
  }
  send(choice({}, finish_reason));
  if (includeUsage) send([], usage);
  response.end('data: [DONE]\n\n');
}

/** The sentences of the system message's sources that are nearest to the question, with their source's id. */
function reply(request: ChatRequest): string {
  const question = request.messages.findLast((m) => m.role === 'user')?.content ?? '';
  const asked = hashEmbedding(question);
  const sources =
    request.messages.findLast((m) => m.role === 'system')?.content.matchAll(/^\[([^\]]+)\] (.+)$/gm) ?? [];
  const sentences = [...sources].flatMap(([, id = '', body = '']) =>
    body.split(/(?<=\.)\s+(?=[A-Z])/).map((sentence) => ({
      text: `${sentence.trim()} [${id}]`,
      score: cosine(asked, hashEmbedding(sentence)),
    })),
  );
  const best = Math.max(...sentences.map((s) => s.score));
  // No sentence has a word of the question: -Infinity without sources.
  if (best < 0.1)
    return 'I cannot answer that from the policies that I have. Shall I pass it on to a colleague?';
  return sentences
    .filter((s) => s.score >= 0.6 * best)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map((s) => s.text)
    .join(' ');
}

/** OpenAI's rule for chat models: 3 tokens a message, and 3 that prime the reply. */
function promptTokens(request: ChatRequest): number {
  return request.messages.reduce((sum, m) => sum + 3 + encode(m.role).length + encode(m.content).length, 3);
}

function embeddings(response: ServerResponse, request: z.infer<typeof EmbeddingRequest>): void {
  const inputs = [request.input].flat();
  const data = inputs.map((input, index) => {
    const vector = hashEmbedding(input);
    const embedding =
      request.encoding_format === 'base64'
        ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64')
        : [...vector];
    return { object: 'embedding', index, embedding };
  });
  const tokens = inputs.reduce((sum, input) => sum + encode(input).length, 0);
  sendJson(response, 200, {
    object: 'list',
    data,
    model: request.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, status, { error: { message, type: code, param: null, code } });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-request-id': `req_${crypto.randomUUID()}`,
  });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Also ends connections that are kept alive or stalled. */
function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
