/** What a call used, in our names. Counts are tokens. */
export interface LlmUsage {
  /** The model asked for. */
  readonly model?: string;
  /** The model that answered, where it differs. */
  readonly responseModel?: string;
  /** Who served it: openai, anthropic, … */
  readonly provider?: string;
  /** `gen_ai.operation.name`; default chat. */
  readonly operation?: string;
  /** All input tokens, cached ones included (see `normalizeUsage` for sources that exclude them). */
  readonly inputTokens?: number;
  /** All output tokens, reasoning included. */
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  readonly audioInputTokens?: number;
  readonly audioOutputTokens?: number;
  /** What the provider says the call cost, in USD. The workbench computes its own beside it. */
  readonly costUsd?: number;
  readonly finishReason?: string | readonly string[];
  /** From the request to the first streamed chunk, in ms. */
  readonly timeToFirstTokenMs?: number;
  readonly streaming?: boolean;
  /** The provider's usage object as it came; kept whole in `spanbook.usage.raw`. */
  readonly raw?: unknown;
}

const count = (n: number | undefined): number | undefined =>
  n !== undefined && Number.isFinite(n) && n >= 0 ? n : undefined;

/**
 * Inclusive totals: parts never exceed their total. Where they do, the source counted exclusively (Anthropic's
 * `input_tokens` leaves out the cache), and the parts are added.
 */
export function normalizeUsage(usage: LlmUsage): LlmUsage {
  let inputTokens = count(usage.inputTokens);
  let outputTokens = count(usage.outputTokens);
  const cacheReadTokens = count(usage.cacheReadTokens);
  const cacheWriteTokens = count(usage.cacheWriteTokens);
  const reasoningTokens = count(usage.reasoningTokens);
  const cached = (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
  if (inputTokens !== undefined && cached > inputTokens) inputTokens += cached;
  if (outputTokens !== undefined && (reasoningTokens ?? 0) > outputTokens)
    outputTokens += reasoningTokens ?? 0;
  return {
    ...usage,
    inputTokens,
    outputTokens,
    totalTokens: count(usage.totalTokens),
    cacheReadTokens,
    cacheWriteTokens,
    reasoningTokens,
    audioInputTokens: count(usage.audioInputTokens),
    audioOutputTokens: count(usage.audioOutputTokens),
  };
}

/** The usage as attributes, in the names of OTel's GenAI conventions; what is not known is left out. */
export function usageAttributes(given: LlmUsage): Record<string, unknown> {
  const usage = normalizeUsage(given);
  const reasons = typeof usage.finishReason === 'string' ? [usage.finishReason] : usage.finishReason;
  const seconds = usage.timeToFirstTokenMs === undefined ? undefined : usage.timeToFirstTokenMs / 1000;
  const all = {
    'gen_ai.operation.name': usage.operation,
    'gen_ai.provider.name': usage.provider,
    'gen_ai.request.model': usage.model,
    'gen_ai.response.model': usage.responseModel,
    'gen_ai.request.stream': usage.streaming,
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.total_tokens': usage.totalTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheReadTokens,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWriteTokens,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoningTokens,
    // OTel has no name for audio tokens yet; these are OpenInference's.
    'llm.token_count.prompt_details.audio': usage.audioInputTokens,
    'llm.token_count.completion_details.audio': usage.audioOutputTokens,
    'gen_ai.usage.cost': usage.costUsd,
    'gen_ai.response.finish_reasons': reasons,
    'gen_ai.response.time_to_first_chunk': seconds,
    'spanbook.usage.raw': usage.raw,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
