import type { Severity } from '../schema/index.ts';
import { currentTracer } from './current.ts';
import type { AttributesInput, SpanHandle } from './span.ts';
import type { Time } from './time.ts';
import type { LogOptions, SpanOptions, TraceOptions, Tracer } from './tracer.ts';
import type { LlmUsage } from './usage.ts';

export type { LogRecord, Severity, SpanKind, SpanRecord, Status } from '../schema/index.ts';
export { createTracer, type InitOptions, type TracerOptions } from './create.ts';
export { init, shutdown } from './current.ts';
export { type NdjsonExporterOptions, NdjsonLogExporter, NdjsonSpanExporter } from './exporters/ndjson.ts';
export { type ParquetExporterOptions, ParquetLogExporter, ParquetSpanExporter } from './exporters/parquet.ts';
export { type InstrumentOptions, instrumentOpenAI } from './openai/instrument.ts';
export { type RecordOptions, toLogRecord, toSpanRecord } from './record.ts';
export type { AttributesInput, SpanHandle } from './span.ts';
export type { Time } from './time.ts';
export type { LogOptions, SpanOptions, TraceOptions, Tracer } from './tracer.ts';
export type { LlmUsage } from './usage.ts';

/** Starts a new trace around `fn`; see Tracer. Without `init`, through OTel's global provider. */
export const trace: Tracer['trace'] = <T>(
  name: string,
  ...rest: [(span: SpanHandle) => T] | [TraceOptions, (span: SpanHandle) => T]
): T => (rest.length === 1 ? currentTracer().trace(name, rest[0]) : currentTracer().trace(name, ...rest));

/** A span around `fn`, below the current one; ended when the result of `fn` is complete. */
export const span: Tracer['span'] = <T>(
  name: string,
  ...rest: [(span: SpanHandle) => T] | [SpanOptions, (span: SpanHandle) => T]
): T => (rest.length === 1 ? currentTracer().span(name, rest[0]) : currentTracer().span(name, ...rest));

/** A span without a callback: end it yourself. */
export function startSpan(name: string, options?: SpanOptions): SpanHandle {
  return currentTracer().startSpan(name, options);
}

/** The root span of a new trace, without a callback: end it yourself. */
export function startTrace(name: string, options?: TraceOptions): SpanHandle {
  return currentTracer().startTrace(name, options);
}

/** An event on the current span. */
export function addEvent(name: string, attributes?: AttributesInput, time?: Time): void {
  currentTracer().addEvent(name, attributes, time);
}

/** An attribute of the current span; any value, objects become JSON text. */
export function setAttribute(key: string, value: unknown): void {
  currentTracer().setAttribute(key, value);
}

/** A log record, correlated with the current span. */
export function log(
  severity: Severity,
  message: unknown,
  attributes?: AttributesInput,
  options?: LogOptions,
): void {
  currentTracer().log(severity, message, attributes, options);
}

/** A model call's usage, on the current span. */
export function recordLlmUsage(usage: LlmUsage): void {
  currentTracer().recordLlmUsage(usage);
}

/** The current span's trace id, 32 hex digits. */
export function currentTraceId(): string | undefined {
  return currentTracer().currentTraceId();
}

/** Resolves when what ended before is in the files. */
export function flush(): Promise<void> {
  return currentTracer().flush();
}
