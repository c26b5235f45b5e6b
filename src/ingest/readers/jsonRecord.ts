/** One parsed JSON value → its reader, by its shape. */
import { isObject, type Sink } from '../rawSpan.ts';
import { isOtelDump, readOtelDump } from './otelDump.ts';
import { isOtlp, keepDigits, readBareSpan, readOtlp } from './otlp.ts';
import { readLogRecord, readSpanRecord } from './spanRecord.ts';

export type TextFormat = 'spanbook-ndjson' | 'otlp-json' | 'otel-json';

/** What a value is taken for; undefined if it is no record of ours. */
export function formatOf(value: unknown): TextFormat | undefined {
  if (!isObject(value)) return undefined;
  if ('trace_id' in value || value.type === 'log') return 'spanbook-ndjson';
  // An empty request is a valid one.
  if (
    isOtlp(value) ||
    ('traceId' in value && 'startTimeUnixNano' in value) ||
    Object.keys(value).length === 0
  )
    return 'otlp-json';
  if (isOtelDump(value)) return 'otel-json';
  return 'span_id' in value ? 'spanbook-ndjson' : undefined;
}

/**
 * Reads one record. @param raw its text, for numbers that JSON.parse rounds
 * @returns undefined if the value is no record; nothing was reported then
 */
export function readRecord(value: unknown, raw: string, sink: Sink): TextFormat | undefined {
  const format = formatOf(value);
  if (format === undefined || !isObject(value)) return undefined;
  const reason = readAs(format, value, raw, sink);
  if (reason !== undefined) sink.reject(reason);
  return format;
}

/** @returns why the record cannot be read */
function readAs(
  format: TextFormat,
  value: Record<string, unknown>,
  raw: string,
  sink: Sink,
): string | undefined {
  if (format === 'spanbook-ndjson')
    return value.type === 'log' ? readLogRecord(value, sink) : readSpanRecord(value, raw, sink);
  if (format === 'otel-json') return readOtelDump(value, sink);
  const exact = keepDigits(raw);
  const record: unknown = exact === raw ? value : JSON.parse(exact);
  if (!isObject(record)) return undefined;
  if ('traceId' in record && !isOtlp(record)) return readBareSpan(record, sink);
  readOtlp(record, sink);
  return undefined;
}
