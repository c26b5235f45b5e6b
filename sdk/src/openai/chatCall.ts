import { boundedJson, messagesJson } from '../messagesJson.ts';
import type { OtelSpanHandle } from '../span.ts';
import { usageAttributes } from '../usage.ts';
import { inputMessages, outputMessages } from './messages.ts';
import type { ChatBody, ChatCompletion, ChatUsage } from './shapes.ts';

export interface CaptureSettings {
  readonly captureContent: boolean;
  readonly maxAttributeBytes: number;
}

/** How a call's span came to its end, where it was not simply complete. */
export type CallEnd = 'completed' | 'break' | 'abort' | 'unread' | 'raw';

/** What a request asks for, in OTel GenAI's names. */
export function requestAttributes(body: ChatBody, settings: CaptureSettings): Record<string, unknown> {
  const { captureContent, maxAttributeBytes } = settings;
  const format = (body.response_format as { type?: string } | undefined)?.type;
  const stop = body.stop;
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': body.model,
    'gen_ai.request.stream': body.stream === true,
    'gen_ai.request.temperature': body.temperature,
    'gen_ai.request.top_p': body.top_p,
    'gen_ai.request.max_tokens': body.max_completion_tokens ?? body.max_tokens,
    'gen_ai.request.frequency_penalty': body.frequency_penalty,
    'gen_ai.request.presence_penalty': body.presence_penalty,
    'gen_ai.request.seed': body.seed,
    'gen_ai.request.choice.count': body.n === 1 ? undefined : body.n,
    'gen_ai.request.stop_sequences': typeof stop === 'string' ? [stop] : stop,
    'gen_ai.request.reasoning.level': body.reasoning_effort,
    'gen_ai.output.type': format === undefined ? undefined : format === 'text' ? 'text' : 'json',
    'openai.request.service_tier': body.service_tier,
    ...(captureContent && Array.isArray(body.messages)
      ? { 'gen_ai.input.messages': messagesJson(inputMessages(body.messages), maxAttributeBytes) }
      : {}),
    ...(captureContent && Array.isArray(body.tools)
      ? { 'gen_ai.tool.definitions': boundedJson(body.tools, maxAttributeBytes) }
      : {}),
  };
}

/** OpenAI counts inclusively: cached tokens are part of the prompt's, reasoning of the completion's. */
function chatUsageAttributes(usage: ChatUsage): Record<string, unknown> {
  const prompt = usage.prompt_tokens_details;
  const completion = usage.completion_tokens_details;
  return usageAttributes({
    inputTokens: usage.prompt_tokens,
    outputTokens: usage.completion_tokens,
    totalTokens: usage.total_tokens,
    cacheReadTokens: prompt?.cached_tokens,
    cacheWriteTokens: prompt?.cache_write_tokens,
    reasoningTokens: completion?.reasoning_tokens,
    audioInputTokens: prompt?.audio_tokens,
    audioOutputTokens: completion?.audio_tokens,
    raw: usage,
  });
}

function responseAttributes(completion: ChatCompletion, settings: CaptureSettings): Record<string, unknown> {
  const choices = completion.choices ?? [];
  const reasons = choices.flatMap((choice) => choice.finish_reason ?? []);
  return {
    'gen_ai.response.id': completion.id,
    'gen_ai.response.model': completion.model,
    'gen_ai.response.finish_reasons': reasons.length === 0 ? undefined : reasons,
    'openai.response.service_tier': completion.service_tier,
    'openai.response.system_fingerprint': completion.system_fingerprint,
    'spanbook.request_id': completion._request_id,
    ...(completion.usage ? chatUsageAttributes(completion.usage) : {}),
    ...(settings.captureContent && choices.length > 0
      ? { 'gen_ai.output.messages': messagesJson(outputMessages(choices), settings.maxAttributeBytes) }
      : {}),
  };
}

/** One request and its span, which ends exactly once. Nothing here throws. */
export class ChatCall {
  readonly span: OtelSpanHandle;
  /** Settles as the call does; nobody has to handle it. */
  readonly settled: Promise<void>;
  /** The host asked for the parsed response. */
  parsing = false;
  readonly #settings: CaptureSettings;
  readonly #started = performance.now();
  #settle: (error?: { readonly error: unknown }) => void = () => undefined;
  #ended = false;
  #partial: (() => ChatCompletion) | undefined;

  constructor(span: OtelSpanHandle, settings: CaptureSettings) {
    this.span = span;
    this.#settings = settings;
    this.settled = new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure.error));
    });
    this.settled.catch(() => undefined);
  }

  /** Where to find what a stream has brought, whenever the call ends. */
  streams(partial: () => ChatCompletion): void {
    this.#partial = partial;
  }

  requestId(id: string | null | undefined): void {
    if (id) this.span.setAttribute('spanbook.request_id', id);
  }

  firstToken(): void {
    this.span.addEvent('first_token');
    this.span.setAttribute('gen_ai.response.time_to_first_chunk', (performance.now() - this.#started) / 1000);
  }

  complete(completion: ChatCompletion): void {
    this.#end(completion, () => this.span.end());
  }

  /** The stream ended, or was left. What came so far is recorded; leaving it is no error of the call. */
  finish(end: CallEnd): void {
    this.#end(this.#partial?.(), () => {
      if (end === 'completed' || end === 'raw') this.span.end();
      else {
        this.span.setAttribute('spanbook.stream.end', end);
        this.span.endUnset();
      }
    });
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.#end(
      this.#partial?.(),
      () => {
        this.span.recordException(error);
        this.span.end();
      },
      { error },
    );
  }

  #end(completion: ChatCompletion | undefined, end: () => void, failure?: { readonly error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    try {
      if (completion !== undefined) this.span.setAttributes(responseAttributes(completion, this.#settings));
    } catch {
      // A response of an unknown shape: the span still ends.
    }
    end();
    this.#settle(failure);
  }
}
