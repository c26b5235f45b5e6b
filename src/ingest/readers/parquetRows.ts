/** Rows of Parquet as our SDK writes it: columns of SPAN_COLUMNS and the bodies as JSON text; or of the table `logs`. */
import { SPAN_KINDS, type SpanKind } from '@spanbook/sdk/schema';
import { type FileMetaData, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { Field } from '../dialects/keys.ts';
import { type Attributes, isObject, type RawEvent, type RawSpan, type Sink } from '../rawSpan.ts';
import { parseTime, type Time } from '../time.ts';
import { asyncBuffer } from './parquetFile.ts';
import { parentOf, toStatus } from './spanRecord.ts';

/** Nothing is lost on the way: instants stay integers. */
const parsers = {
  timestampFromMicroseconds: (v: bigint) => ({ us: Number(v), ns: 0 }),
  timestampFromMilliseconds: (v: bigint) => ({ us: Number(v) * 1000, ns: 0 }),
  timestampFromNanoseconds: fromNanoseconds,
};

function fromNanoseconds(ns: bigint): Time {
  let us = ns / 1000n;
  if (ns < 0n && us * 1000n !== ns) us -= 1n;
  return { us: Number(us), ns: Number(ns - us * 1000n) };
}

function timeOf(v: unknown): Time | undefined {
  if (isObject(v) && typeof v.us === 'number' && typeof v.ns === 'number') return { us: v.us, ns: v.ns };
  if (typeof v === 'bigint') return fromNanoseconds(v);
  return parseTime(v);
}

function after(start: Time, ns: bigint): Time {
  return fromNanoseconds(BigInt(start.us) * 1000n + BigInt(start.ns) + ns);
}

const text = (v: unknown): string | null => (typeof v === 'string' ? v : null);
const object = (v: unknown): Attributes => (isObject(v) ? v : {});
const KINDS: ReadonlySet<unknown> = new Set(SPAN_KINDS);

/** Columns that hold what the attributes may not say. */
const FALLBACKS: readonly (readonly [Field, string])[] = [
  ['model', 'model'],
  ['provider', 'provider'],
  ['requestModel', 'request_model'],
  ['operation', 'operation'],
  ['inputTokens', 'input_tokens'],
  ['outputTokens', 'output_tokens'],
  ['totalTokens', 'total_tokens'],
  ['cacheReadTokens', 'cache_read_tokens'],
  ['cacheWriteTokens', 'cache_write_tokens'],
  ['reasoningTokens', 'reasoning_tokens'],
  ['audioTokens', 'audio_tokens'],
  ['errorType', 'error_type'],
  ['errorMessage', 'error_message'],
  ['cost', 'recorded_cost_usd'],
  ['finishReason', 'finish_reason'],
  ['timeToFirstToken', 'time_to_first_token_ms'],
  ['streaming', 'streaming'],
  ['session', 'session_id'],
  ['user', 'user_id'],
];

function columnValues(row: Record<string, unknown>): RawSpan['columns'] {
  const out: [Field, unknown][] = [];
  for (const [field, column] of FALLBACKS) {
    const v = row[column];
    if (v !== null && v !== undefined) out.push([field, typeof v === 'bigint' ? Number(v) : v]);
  }
  return out;
}

function eventsOf(v: unknown, start: Time): RawEvent[] {
  if (!Array.isArray(v)) return [];
  return v.filter(isObject).map((e) => ({
    name: text(e.name) ?? '',
    time: timeOf(e.time) ?? start,
    attributes: object(e.attributes),
  }));
}

function readSpanRow(row: Record<string, unknown>, sink: Sink): string | undefined {
  const start = timeOf(row.start_ns) ?? timeOf(row.start_time);
  const { trace_id: traceId, span_id: spanId } = row;
  if (typeof traceId !== 'string' || typeof spanId !== 'string')
    return 'trace_id or span_id is NULL; expected text';
  if (start === undefined) return 'start_time is NULL; expected a time';
  const duration = row.duration_ns;
  const messages: Record<string, unknown> = {};
  if (text(row.input_messages) !== null) messages['gen_ai.input.messages'] = row.input_messages;
  if (text(row.output_messages) !== null) messages['gen_ai.output.messages'] = row.output_messages;
  sink.span({
    traceId,
    spanId,
    parentSpanId: parentOf(row.parent_span_id),
    name: text(row.name) ?? '',
    kind: KINDS.has(row.kind) ? (row.kind as SpanKind) : null,
    serviceName: text(row.service_name),
    start,
    end: typeof duration === 'bigint' ? after(start, duration) : (timeOf(row.end_time) ?? null),
    status: toStatus(row.status),
    statusMessage: text(row.error_message),
    attributes: object(row.attributes),
    extra: messages,
    columns: columnValues(row),
    events: eventsOf(row.events, start),
    links: Array.isArray(row.links)
      ? row.links
          .filter(isObject)
          .map((l) => ({ traceId: text(l.trace_id) ?? '', spanId: text(l.span_id) ?? '' }))
      : [],
    resource: object(row.resource),
    sampleWeight: typeof row.sample_weight === 'number' ? row.sample_weight : null,
  });
}

function readLogRow(row: Record<string, unknown>, sink: Sink): string | undefined {
  const time = timeOf(row.time);
  if (time === undefined) return 'time is NULL; expected a time';
  sink.log({
    time,
    severity: text(row.severity),
    body: text(row.body),
    traceId: text(row.trace_id),
    spanId: text(row.span_id),
    serviceName: text(row.service_name),
    attributes: object(row.attributes),
  });
}

export interface RowRange {
  readonly blob: Blob;
  readonly metadata: FileMetaData;
  readonly table: 'spans' | 'logs';
  readonly rowStart: number;
  readonly rowEnd: number;
}

/** Rows of one row group. @param at called before each row, with its number from 1 */
export async function readRows(range: RowRange, sink: Sink, at: (row: number) => void): Promise<void> {
  const rows: Record<string, unknown>[] = await parquetReadObjects({
    file: asyncBuffer(range.blob),
    metadata: range.metadata,
    rowStart: range.rowStart,
    rowEnd: range.rowEnd,
    compressors,
    parsers,
  });
  rows.forEach((row, i) => {
    at(range.rowStart + i + 1);
    const reason = range.table === 'spans' ? readSpanRow(row, sink) : readLogRow(row, sink);
    if (reason !== undefined) sink.reject(reason);
  });
}
