import type { AttributeValue } from '@spanbook/sdk/schema';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import type { Model } from './models.ts';
import { type Scene, SimCrash, type SimError, SimFailure, type SimSpan } from './scene.ts';
import { INCIDENT } from './week.ts';

/** One message in the form of the OTel GenAI conventions. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly parts: readonly Part[];
  readonly finish_reason?: string;
}
export type Part =
  | { readonly type: 'text'; readonly content: string }
  | {
      readonly type: 'tool_call';
      readonly id: string;
      readonly name: string;
      readonly arguments: AttributeValue;
    }
  | { readonly type: 'tool_call_response'; readonly id: string; readonly response: AttributeValue };

export const text = (role: Message['role'], content: string): Message => ({
  role,
  parts: [{ type: 'text', content }],
});

const counted = new Map<string, number>();
/** Tokens of a text by o200k_base, whatever the model: close enough for a simulation. */
export function tokensOf(value: string): number {
  let count = counted.get(value);
  if (count === undefined) {
    count = countTokens(value);
    counted.set(value, count);
  }
  return count;
}
export function tokensOfMessages(messages: readonly Message[]): number {
  let sum = 0;
  for (const message of messages) {
    sum += 4;
    for (const part of message.parts)
      sum += tokensOf(part.type === 'text' ? part.content : JSON.stringify(part));
  }
  return sum;
}

/** Inclusive totals, as the OTel conventions want them: parts are inside. */
export interface Usage {
  input: number;
  output: number;
  cacheRead: number;
  cacheWrite: number;
  reasoning: number;
}
export const NO_USAGE: Readonly<Usage> = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };

export function usageAttributes(usage: Usage): Record<string, AttributeValue> {
  return {
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    ...(usage.cacheRead > 0 && { 'gen_ai.usage.cache_read.input_tokens': usage.cacheRead }),
    ...(usage.cacheWrite > 0 && { 'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite }),
    ...(usage.reasoning > 0 && { 'gen_ai.usage.reasoning.output_tokens': usage.reasoning }),
  };
}

export interface ChatRequest {
  readonly model: Model;
  readonly messages: readonly Message[];
  readonly output: Message;
  readonly stream?: boolean;
  readonly temperature?: number;
  readonly maxTokens?: number;
  /** Input tokens that the sample leaves out of the messages (handbook, page texts). */
  readonly hiddenTokens?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly reasoning?: number;
  /** Attempts before the failure reaches the app. */
  readonly attempts?: number;
  /** The process is killed after the first token. */
  readonly diesDuring?: boolean;
  /** Further attributes of the span. */
  readonly attributes?: Record<string, AttributeValue>;
}

const TIMEOUT_MS = 30_000;

interface Failure extends SimError {
  readonly httpStatus: number | null;
  readonly afterMs: number;
  readonly mayRetry: boolean;
}

function failure(scene: Scene, model: Model): Failure | undefined {
  const { random } = scene;
  const incident = model.provider === 'anthropic' && scene.now >= INCIDENT.from && scene.now < INCIDENT.to;
  if (!random.chance(incident ? 0.62 : model.failureRate)) return undefined;
  const roll = random.next();
  if (incident ? roll < 0.66 : roll < 0.5)
    return {
      type: 'rate_limit_error',
      message: `429 ${model.name}: this request would exceed the rate limit of your organization (input tokens per minute)`,
      httpStatus: 429,
      afterMs: random.spread(240, 0.3),
      mayRetry: true,
    };
  if (incident || roll < 0.75)
    return {
      type: 'overloaded_error',
      message: '503 Service temporarily overloaded, try again later',
      httpStatus: 503,
      afterMs: random.spread(900, 0.5),
      mayRetry: true,
    };
  if (roll < 0.9)
    return {
      type: 'APIConnectionTimeoutError',
      message: 'Request timed out.',
      httpStatus: null,
      afterMs: TIMEOUT_MS + random.int(2, 40),
      mayRetry: true,
    };
  return {
    type: 'invalid_request_error',
    message: '400 messages: text content blocks must be non-empty',
    httpStatus: 400,
    afterMs: random.spread(130, 0.2),
    mayRetry: false,
  };
}

/** A chat with retries: each attempt is a span, as the API counts requests. Returns the usage of the one that worked. */
export function chat(scene: Scene, request: ChatRequest): Usage {
  const attempts = request.attempts ?? 3;
  for (let attempt = 1; ; attempt++) {
    const failed = failure(scene, request.model);
    try {
      return scene.span(`chat ${request.model.name}`, 'LLM', requestAttributes(request, attempt), (span) =>
        answer(scene, span, request, failed),
      );
    } catch (cause) {
      if (!(cause instanceof SimFailure) || failed === undefined) throw cause;
      if (!failed.mayRetry || attempt === attempts) {
        scene.log('ERROR', `${request.model.provider}: giving up after ${attempt} of ${attempts} attempts`, {
          'error.type': failed.type,
          'gen_ai.request.model': request.model.name,
        });
        throw cause;
      }
      const waitMs = Math.round(500 * 2 ** attempt * (0.75 + scene.random.next() / 2));
      scene.event('retry', { attempt, wait_ms: waitMs, 'error.type': failed.type });
      scene.log(
        'WARN',
        `${request.model.provider} answered ${failed.httpStatus ?? 'nothing'}, next attempt in ${waitMs} ms`,
        {
          attempt,
          'error.type': failed.type,
        },
      );
      scene.pass(waitMs, 0);
    }
  }
}

function requestAttributes(request: ChatRequest, attempt: number): Record<string, AttributeValue> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': request.model.provider,
    'gen_ai.request.model': request.model.name,
    ...(request.stream && { 'gen_ai.request.stream': true }),
    ...(request.temperature !== undefined && { 'gen_ai.request.temperature': request.temperature }),
    ...(request.maxTokens !== undefined && { 'gen_ai.request.max_tokens': request.maxTokens }),
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
    'gen_ai.input.messages': JSON.stringify(request.messages),
    ...request.attributes,
  };
}

function answer(scene: Scene, span: SimSpan, request: ChatRequest, failed: Failure | undefined): Usage {
  const { random } = scene;
  const { model } = request;
  if (failed !== undefined) {
    scene.pass(failed.afterMs, 0);
    if (failed.httpStatus !== null) span.attributes['http.response.status_code'] = failed.httpStatus;
    throw new SimFailure(failed);
  }
  const reasoning = request.reasoning ?? 0;
  const usage: Usage = {
    input: tokensOfMessages(request.messages) + (request.hiddenTokens ?? 0),
    output: tokensOfMessages([request.output]) + reasoning,
    cacheRead: request.cacheRead ?? 0,
    cacheWrite: request.cacheWrite ?? 0,
    reasoning,
  };
  // Reading the input takes time as well; what is cached is nearly free.
  const reading = (usage.input - usage.cacheRead) / 40;
  const start = scene.now;
  scene.pass(model.firstTokenMs + reading + (reasoning / model.speed) * 1000, 0.42);
  if (request.stream) {
    span.attributes['gen_ai.response.time_to_first_chunk'] = seconds(scene.now - start);
    scene.event('first_token');
  }
  if (request.diesDuring) throw new SimCrash();
  scene.pass(((usage.output - reasoning) / model.speed) * 1000, 0.2);
  Object.assign(span.attributes, {
    'gen_ai.response.model': model.name,
    'gen_ai.response.id': `resp_${random.hex(12)}`,
    'gen_ai.response.finish_reasons': [request.output.finish_reason ?? 'stop'],
    'gen_ai.output.messages': JSON.stringify([request.output]),
    ...usageAttributes(usage),
  });
  return usage;
}

export function embed(scene: Scene, model: Model, input: string): void {
  scene.span(
    `embeddings ${model.name}`,
    'EMBEDDING',
    {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': model.provider,
      'gen_ai.request.model': model.name,
    },
    (span) => {
      if (scene.random.chance(model.failureRate)) {
        scene.pass(60, 0.2);
        span.attributes['http.response.status_code'] = 500;
        throw new SimFailure({
          type: 'server_error',
          message: '500 The server had an error while processing your request',
        });
      }
      scene.pass(model.firstTokenMs, 0.4);
      Object.assign(span.attributes, {
        'gen_ai.response.model': model.name,
        'gen_ai.embeddings.dimension.count': 1536,
        'gen_ai.usage.input_tokens': tokensOf(input),
        // As the API reports it: there is no output.
        'gen_ai.usage.total_tokens': tokensOf(input),
      });
    },
  );
}

export function addUsage(sum: Usage, more: Usage): void {
  sum.input += more.input;
  sum.output += more.output;
  sum.cacheRead += more.cacheRead;
  sum.cacheWrite += more.cacheWrite;
  sum.reasoning += more.reasoning;
}

/** To the microsecond. */
const seconds = (ms: number) => Math.round(ms * 1000) / 1_000_000;
