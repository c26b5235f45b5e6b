/**
 * The parts of the `openai` package's objects that are read here, by shape: the SDK does not depend on the
 * package, and compatible servers leave out or add what they like, so everything is optional.
 */
export interface ChatClient {
  chat: { completions: { create: (...args: never[]) => unknown } };
}

export interface ChatBody {
  readonly model?: string;
  readonly messages?: readonly ChatMessage[];
  readonly stream?: boolean | null;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly tools?: unknown;
  readonly [key: string]: unknown;
}

export interface ToolCall {
  readonly index?: number;
  readonly id?: string;
  readonly type?: string;
  readonly function?: { readonly name?: string; readonly arguments?: string };
  readonly custom?: { readonly name?: string; readonly input?: string };
}

export interface ChatMessage {
  readonly role?: string;
  readonly content?: string | readonly ContentPart[] | null;
  readonly refusal?: string | null;
  /** Not OpenAI's own; several compatible servers put the reasoning there. */
  readonly reasoning_content?: string | null;
  readonly reasoning?: string | null;
  readonly tool_calls?: readonly ToolCall[] | null;
  readonly function_call?: { readonly name?: string; readonly arguments?: string } | null;
  readonly tool_call_id?: string;
  readonly name?: string;
  readonly audio?: { readonly id?: string; readonly data?: string; readonly transcript?: string } | null;
}

export interface ContentPart {
  readonly type?: string;
  readonly text?: string;
  readonly refusal?: string;
  readonly image_url?: { readonly url?: string };
  readonly input_audio?: { readonly data?: string; readonly format?: string };
  readonly file?: { readonly file_data?: string; readonly file_id?: string; readonly filename?: string };
}

export interface ChatUsage {
  readonly prompt_tokens?: number;
  readonly completion_tokens?: number;
  readonly total_tokens?: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
    readonly audio_tokens?: number;
  } | null;
  readonly completion_tokens_details?: {
    readonly reasoning_tokens?: number;
    readonly audio_tokens?: number;
  } | null;
}

export interface ChatChoice {
  readonly index?: number;
  readonly finish_reason?: string | null;
  readonly message?: ChatMessage;
  readonly delta?: ChatMessage;
}

/** A completion, or one chunk of a streamed one. */
export interface ChatCompletion {
  readonly id?: string;
  readonly model?: string;
  readonly choices?: readonly ChatChoice[];
  readonly usage?: ChatUsage | null;
  readonly service_tier?: string | null;
  readonly system_fingerprint?: string | null;
  readonly _request_id?: string | null;
}
