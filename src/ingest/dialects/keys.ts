/**
 * The attribute keys of every dialect, by the column they fill. Of several keys for one column the first listed wins.
 * docs/formats.md holds the table and its sources.
 */
import { isObject } from '../rawSpan.ts';
import { type Body, bodyOf } from './bodies.ts';
import {
  langfuseKind,
  mlflowKind,
  operationKind,
  ownKind,
  requestTypeKind,
  requestTypeOperation,
  traceloopKind,
  vercelKind,
} from './kinds.ts';
import { langfuseUsage, mlflowUsage } from './usage.ts';
import {
  costTotal,
  count,
  finishReason,
  flag,
  milliseconds,
  number,
  parseJson,
  providerName,
  seconds,
  text,
  unquoted,
} from './values.ts';

const FIELDS = [
  'kind',
  'model',
  'provider',
  'requestModel',
  'inputTokens',
  'outputTokens',
  'totalTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'reasoningTokens',
  'audioTokens',
  'audioInput',
  'audioOutput',
  'operation',
  'vercel',
  'streaming',
  'errorType',
  'errorMessage',
  'service',
  'cost',
  'finishReason',
  'session',
  'user',
  'timeToFirstToken',
  'firstTokenAt',
  'sampleWeight',
  'toolName',
  'toolCallId',
] as const;
export type Field = (typeof FIELDS)[number];
const INDEX = Object.fromEntries(FIELDS.map((f, i) => [f, i])) as Record<Field, number>;

type Parse = (value: unknown) => unknown;
interface Use {
  readonly field: number;
  readonly rank: number;
  readonly parse: Parse;
}

const PLAIN = new Map<string, Use[]>();
/** How many keys a column has so far: the next one's rank. */
const used = new Map<Field, number>();

function keys(field: Field, ...list: (readonly [Parse, ...string[]])[]): void {
  for (const [parse, ...names] of list)
    for (const name of names) {
      const rank = used.get(field) ?? 0;
      used.set(field, rank + 1);
      const uses = PLAIN.get(name) ?? [];
      uses.push({ field: INDEX[field], rank, parse });
      PLAIN.set(name, uses);
    }
}

const kindBy = (of: (v: string) => unknown) => (v: unknown) => (typeof v === 'string' ? of(v) : undefined);

keys(
  'kind',
  [kindBy(langfuseKind), 'langfuse.observation.type'],
  [kindBy(ownKind), 'openinference.span.kind'],
  [kindBy(operationKind), 'gen_ai.operation.name'],
  [kindBy(vercelKind), 'ai.operationId', 'operation.name'],
  [kindBy(mlflowKind), 'mlflow.spanType'],
  [kindBy(traceloopKind), 'traceloop.span.kind'],
  [kindBy(requestTypeKind), 'llm.request.type'],
);
keys(
  'model',
  [
    text,
    'langfuse.observation.model.name',
    'gen_ai.response.model',
    'llm.response.model_name',
    'ai.response.model',
  ],
  [text, 'gen_ai.request.model', 'llm.request.model_name', 'llm.model_name', 'llm.model', 'ai.model.id'],
  [unquoted, 'mlflow.llm.model'],
  [text, 'embedding.model_name', 'reranker.model_name'],
);
keys(
  'provider',
  [providerName, 'gen_ai.provider.name', 'gen_ai.system', 'llm.provider', 'llm.system', 'ai.model.provider'],
  [(v) => providerName(unquoted(v)), 'mlflow.llm.provider'],
);
keys('requestModel', [text, 'gen_ai.request.model', 'llm.request.model_name', 'ai.model.id']);
keys(
  'inputTokens',
  [langfuseUsage('input'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens', 'llm.token_count.prompt'],
  [count, 'ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
  [mlflowUsage('input_tokens'), 'mlflow.chat.tokenUsage'],
  [count, 'llm.usage.prompt_tokens', 'llm.prompt_tokens'],
);
keys(
  'outputTokens',
  [langfuseUsage('output'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens', 'llm.token_count.completion'],
  [count, 'ai.usage.outputTokens', 'ai.usage.completionTokens'],
  [mlflowUsage('output_tokens'), 'mlflow.chat.tokenUsage'],
  [count, 'llm.usage.completion_tokens', 'llm.completion_tokens'],
);
keys(
  'cacheReadTokens',
  [langfuseUsage('cacheRead'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens'],
  [count, 'gen_ai.usage.details.cache_read_tokens', 'gen_ai.usage.input_tokens.cached'],
  [count, 'llm.token_count.prompt_details.cache_read'],
  [count, 'ai.usage.inputTokenDetails.cacheReadTokens', 'ai.usage.cachedInputTokens'],
  [mlflowUsage('cache_read_input_tokens'), 'mlflow.chat.tokenUsage'],
);
keys(
  'cacheWriteTokens',
  [langfuseUsage('cacheWrite'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.cache_write.input_tokens', 'gen_ai.usage.cache_creation.input_tokens'],
  [count, 'gen_ai.usage.cache_creation_input_tokens', 'gen_ai.usage.details.cache_write_tokens'],
  [count, 'llm.token_count.prompt_details.cache_write', 'ai.usage.inputTokenDetails.cacheWriteTokens'],
  [mlflowUsage('cache_creation_input_tokens'), 'mlflow.chat.tokenUsage'],
);
keys(
  'reasoningTokens',
  [langfuseUsage('reasoning'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.reasoning.output_tokens', 'gen_ai.usage.reasoning_tokens'],
  [count, 'gen_ai.usage.details.thoughts_tokens', 'llm.token_count.completion_details.reasoning'],
  [
    count,
    'ai.usage.outputTokenDetails.reasoningTokens',
    'ai.usage.reasoningTokens',
    'llm.usage.reasoning_tokens',
  ],
);
keys(
  'totalTokens',
  [langfuseUsage('total'), 'langfuse.observation.usage_details'],
  [
    count,
    'gen_ai.usage.total_tokens',
    'llm.token_count.total',
    'ai.usage.totalTokens',
    'llm.usage.total_tokens',
  ],
  [mlflowUsage('total_tokens'), 'mlflow.chat.tokenUsage'],
);
keys(
  'audioTokens',
  [langfuseUsage('audio'), 'langfuse.observation.usage_details'],
  [count, 'gen_ai.usage.audio_tokens'],
);
keys('audioInput', [count, 'llm.token_count.prompt_details.audio', 'gen_ai.usage.audio.input_tokens']);
keys('audioOutput', [count, 'llm.token_count.completion_details.audio', 'gen_ai.usage.audio.output_tokens']);
keys('operation', [text, 'gen_ai.operation.name'], [kindBy(requestTypeOperation), 'llm.request.type']);
keys('vercel', [
  (v) => (typeof v === 'string' && v.startsWith('ai.') ? v.split(' ')[0] : undefined),
  'ai.operationId',
  'operation.name',
]);
keys('streaming', [flag, 'gen_ai.request.stream', 'llm.is_streaming']);
keys('errorType', [text, 'error.type']);
keys('errorMessage', [text, 'error.message', 'error_message']);
keys('service', [text, 'openinference.project.name', 'langfuse.environment']);
keys(
  'cost',
  [costTotal, 'langfuse.observation.cost_details'],
  [
    number,
    'gen_ai.usage.cost',
    'gen_ai.usage.total_cost',
    'llm.cost.total',
    'llm.cost_usd',
    'operation.cost',
  ],
  [costTotal, 'mlflow.llm.cost'],
);
keys('finishReason', [
  finishReason,
  'gen_ai.response.finish_reasons',
  'llm.finish_reason',
  'ai.response.finishReason',
  'llm.response.finish_reason',
  'llm.response.stop_reason',
  'gen_ai.response.finish_reason',
]);
keys(
  'session',
  [text, 'langfuse.session.id', 'session.id', 'gen_ai.conversation.id', 'metadata.session_id'],
  [text, 'ai.telemetry.metadata.sessionId', 'traceloop.association.properties.session_id'],
  [unquoted, 'mlflow.trace.session'],
);
keys(
  'user',
  [
    text,
    'langfuse.user.id',
    'user.id',
    'metadata.user_id',
    'ai.telemetry.metadata.userId',
    'llm.user',
    'gen_ai.user',
  ],
  [unquoted, 'mlflow.trace.user'],
);
keys(
  'timeToFirstToken',
  [seconds, 'gen_ai.response.time_to_first_chunk', 'gen_ai.client.operation.time_to_first_chunk'],
  [milliseconds, 'ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'],
);
keys('firstTokenAt', [unquoted, 'langfuse.observation.completion_start_time']);
keys('sampleWeight', [number, 'spanbook.sample_weight']);
keys('toolName', [text, 'gen_ai.tool.name', 'ai.toolCall.name', 'tool.name', 'tool_call.function.name']);
keys('toolCallId', [text, 'gen_ai.tool.call.id', 'ai.toolCall.id', 'tool_call.id', 'tool.id']);

export interface KeyInfo {
  readonly uses: readonly Use[];
  /** Where the value is a message body, which of them. */
  readonly body: Body | undefined;
  /** Key under which a dialect's metadata is found beside its own name: `metadata.<name>`. */
  readonly metadata: string | undefined;
}

const METADATA = ['langfuse.trace.metadata.', 'ai.telemetry.metadata.', 'mlflow.traceTag.'];
const NONE: readonly Use[] = [];
const known = new Map<string, KeyInfo>();

/** What a key means. Files hold few distinct keys, each many times: the answer is kept. */
export function keyInfo(key: string): KeyInfo {
  let info = known.get(key);
  if (info === undefined) {
    const prefix = METADATA.find((p) => key.startsWith(p));
    info = {
      uses: PLAIN.get(key) ?? NONE,
      body: bodyOf(key),
      metadata: prefix === undefined ? undefined : `metadata.${key.slice(prefix.length)}`,
    };
    if (known.size > 50_000) known.clear();
    known.set(key, info);
  }
  return info;
}

/** The best value found so far for each column of one span. */
export class Fields {
  private readonly ranks = new Uint8Array(FIELDS.length).fill(255);
  private readonly values: unknown[] = new Array(FIELDS.length).fill(undefined);

  clear(): void {
    this.ranks.fill(255);
  }

  take(uses: readonly Use[], value: unknown): void {
    for (const use of uses) {
      if (use.rank >= (this.ranks[use.field] ?? 255)) continue;
      const parsed = use.parse(value);
      if (parsed === undefined) continue;
      this.ranks[use.field] = use.rank;
      this.values[use.field] = parsed;
    }
  }

  /** From the span's resource: only where the span itself says nothing. */
  takeMissing(uses: readonly Use[], value: unknown): void {
    for (const use of uses) if (this.ranks[use.field] === 255) this.take([use], value);
  }

  /** A value for a column that no attribute filled. */
  fallback(field: Field, value: unknown): void {
    const i = INDEX[field];
    if (this.ranks[i] !== 255) return;
    this.ranks[i] = 254;
    this.values[i] = value;
  }

  private get(field: Field): unknown {
    const i = INDEX[field];
    return this.ranks[i] === 255 ? undefined : this.values[i];
  }

  number(field: Field): number | null {
    const v = this.get(field);
    return typeof v === 'number' ? v : null;
  }

  text(field: Field): string | null {
    const v = this.get(field);
    return typeof v === 'string' ? v : null;
  }

  boolean(field: Field): boolean | null {
    const v = this.get(field);
    return typeof v === 'boolean' ? v : null;
  }
}

/** OpenInference's `metadata`, a JSON object, as `metadata.<name>` entries. */
export function metadataEntries(value: unknown): [string, unknown][] {
  const parsed = typeof value === 'string' ? parseJson(value) : value;
  return isObject(parsed) ? Object.entries(parsed).map(([k, v]) => [`metadata.${k}`, v]) : [];
}
