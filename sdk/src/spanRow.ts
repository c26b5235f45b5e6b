import { column } from '../schema/columns.ts';
import {
  type AttributeValue,
  type Column,
  type LogRecord,
  SPAN_COLUMNS,
  type SpanRecord,
  STORED_TABLES,
} from '../schema/index.ts';
import { isoNanos } from './time.ts';

/** Columns of a Parquet file of spans: the stored ones, and the bodies as JSON text. */
export const PARQUET_SPAN_COLUMNS: readonly Column[] = [
  ...SPAN_COLUMNS,
  column('input_messages', 'VARCHAR', 'Messages sent, system instructions first: JSON text, OTel structure.'),
  column('output_messages', 'VARCHAR', 'Messages received: JSON text, OTel structure.'),
];

/** Columns of a Parquet file of log records. */
export const PARQUET_LOG_COLUMNS: readonly Column[] = STORED_TABLES.logs.filter(
  (c) => c.name !== 'source_file',
);

export type TextMap = Record<string, string>;
type Value = string | bigint | number | boolean | null | TextMap | readonly object[];
export type Row = Readonly<Record<string, Value>>;

/** Bodies have columns of their own. */
const BODIES = new Set(['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.system_instructions']);

type Attributes = Readonly<Record<string, AttributeValue>>;

export function toText(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toTextMap(attributes: Attributes): TextMap {
  const out: TextMap = {};
  for (const [key, value] of Object.entries(attributes)) if (!BODIES.has(key)) out[key] = toText(value);
  return out;
}

function first(attributes: Attributes, ...keys: readonly string[]): AttributeValue | undefined {
  for (const key of keys) {
    const value = attributes[key];
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}

function textOf(attributes: Attributes, ...keys: readonly string[]): string | null {
  const value = first(attributes, ...keys);
  return value === undefined ? null : toText(value);
}

function numberOf(attributes: Attributes, ...keys: readonly string[]): number | null {
  const value = Number(first(attributes, ...keys) ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}

function countOf(attributes: Attributes, ...keys: readonly string[]): bigint | null {
  const value = numberOf(attributes, ...keys);
  return value === null ? null : BigInt(Math.round(value));
}

function sum(...parts: readonly (bigint | null)[]): bigint | null {
  const known = parts.filter((part) => part !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0n);
}

function roleOf(record: SpanRecord, model: string | null): string | null {
  switch (record.kind) {
    case 'LLM':
    case 'EMBEDDING':
    case 'RERANKER':
      return 'call';
    case 'AGENT':
    case 'CHAIN':
      return 'aggregate';
    case 'INTERNAL':
      return model === null ? null : 'call';
    default:
      return null;
  }
}

function finishReason(attributes: Attributes): string | null {
  const reasons = attributes['gen_ai.response.finish_reasons'];
  if (Array.isArray(reasons)) return reasons.length === 0 ? null : toText(reasons[0] ?? null);
  return textOf(attributes, 'gen_ai.response.finish_reasons', 'gen_ai.response.finish_reason');
}

function streaming(attributes: Attributes, timeToFirstToken: number | null): boolean | null {
  const stated = attributes['gen_ai.request.stream'];
  if (typeof stated === 'boolean') return stated;
  return timeToFirstToken === null ? null : true;
}

function inputMessages(attributes: Attributes): string | null {
  const system = attributes['gen_ai.system_instructions'];
  const messages = attributes['gen_ai.input.messages'];
  if (Array.isArray(system) && (Array.isArray(messages) || messages === undefined))
    return JSON.stringify([{ role: 'system', parts: system }, ...(messages ?? [])]);
  return textOf(attributes, 'gen_ai.input.messages');
}

/** A span's columns, from the attributes that OTel's GenAI conventions name; the rest stays in `attributes`. */
export function toSpanRow(record: SpanRecord): Row {
  const a = record.attributes;
  const start = isoNanos(record.start_time);
  const end = record.end_time === null ? null : isoNanos(record.end_time);
  const exception = record.events.find((event) => event.name === 'exception')?.attributes ?? {};
  const isError = record.status === 'ERROR';
  const model = textOf(a, 'gen_ai.response.model', 'gen_ai.request.model');
  const input = countOf(a, 'gen_ai.usage.input_tokens');
  const output = countOf(a, 'gen_ai.usage.output_tokens');
  const firstToken = numberOf(a, 'gen_ai.response.time_to_first_chunk');
  return {
    trace_id: record.trace_id,
    span_id: record.span_id,
    parent_span_id: record.parent_span_id,
    name: record.name,
    service_name: record.service_name,
    kind: record.kind,
    start_time: micros(start),
    end_time: end === null ? null : micros(end),
    start_ns: start,
    duration_ns: end === null ? null : end - start,
    status: record.status,
    error_type: textOf(a, 'error.type') ?? textOf(exception, 'exception.type'),
    error_message: isError ? (record.status_message ?? textOf(exception, 'exception.message')) : null,
    operation: textOf(a, 'gen_ai.operation.name'),
    provider: textOf(a, 'gen_ai.provider.name', 'gen_ai.system'),
    model,
    request_model: textOf(a, 'gen_ai.request.model'),
    input_tokens: input,
    output_tokens: output,
    total_tokens:
      countOf(a, 'gen_ai.usage.total_tokens') ?? (input !== null && output !== null ? input + output : null),
    cache_read_tokens: countOf(a, 'gen_ai.usage.cache_read.input_tokens'),
    cache_write_tokens: countOf(a, 'gen_ai.usage.cache_creation.input_tokens'),
    reasoning_tokens: countOf(a, 'gen_ai.usage.reasoning.output_tokens'),
    audio_tokens: sum(
      countOf(a, 'llm.token_count.prompt_details.audio'),
      countOf(a, 'llm.token_count.completion_details.audio'),
    ),
    role: roleOf(record, model),
    recorded_cost_usd: numberOf(a, 'gen_ai.usage.cost'),
    finish_reason: finishReason(a),
    time_to_first_token_ms: firstToken === null ? null : firstToken * 1000,
    streaming: streaming(a, firstToken),
    session_id: textOf(a, 'session.id', 'gen_ai.conversation.id', 'metadata.session_id'),
    user_id: textOf(a, 'user.id', 'metadata.user_id'),
    attributes: toTextMap(a),
    resource: toTextMap(record.resource),
    events: record.events.map((event) => ({
      name: event.name,
      time: micros(isoNanos(event.time)),
      attributes: toTextMap(event.attributes),
    })),
    links: record.links.map((link) => ({ trace_id: link.trace_id, span_id: link.span_id })),
    sample_weight: record.sample_weight,
    input_messages: inputMessages(a),
    output_messages: textOf(a, 'gen_ai.output.messages'),
  };
}

export function toLogRow(record: LogRecord): Row {
  return {
    time: micros(isoNanos(record.time)),
    severity: record.severity,
    body: record.body,
    trace_id: record.trace_id,
    span_id: record.span_id,
    service_name: record.service_name,
    attributes: toTextMap(record.attributes),
  };
}

/** Floor, so that a start never moves to the next microsecond; BigInt division truncates, which differs before 1970. */
function micros(nanos: bigint): bigint {
  return nanos >= 0n ? nanos / 1000n : -((-nanos + 999n) / 1000n);
}
