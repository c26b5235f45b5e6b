import type { SpanKind, Status } from '@spanbook/sdk/schema';
import type { Field } from './dialects/keys.ts';
import type { Time } from './time.ts';

export type Attributes = Readonly<Record<string, unknown>>;

export interface RawEvent {
  readonly name: string;
  readonly time: Time;
  readonly attributes: Attributes;
}

/** What every reader makes of a span: the fields of the format, attributes still in their dialect. */
export interface RawSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** null at a root. */
  readonly parentSpanId: string | null;
  readonly name: string;
  /** Only where the format itself says it. */
  readonly kind: SpanKind | null;
  readonly serviceName: string | null;
  readonly start: Time;
  /** null: the span never ended. */
  readonly end: Time | null;
  readonly status: Status;
  readonly statusMessage: string | null;
  readonly attributes: Attributes;
  /** Beside `attributes`: keys that the format does not know. */
  readonly extra: Attributes | null;
  /** Column values of a format that has columns; used where no attribute says more. */
  readonly columns?: readonly (readonly [Field, unknown])[];
  readonly events: readonly RawEvent[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly resource: Attributes;
  readonly sampleWeight: number | null;
}

export interface RawLog {
  readonly time: Time;
  readonly severity: string | null;
  readonly body: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly serviceName: string | null;
  readonly attributes: Attributes;
}

/** What a reader hands on. */
export interface Sink {
  span(span: RawSpan): void;
  log(log: RawLog): void;
  /** A record that cannot be read: what was expected. */
  reject(reason: string): void;
  /** Said once for the file, however often it occurs. */
  note(text: string): void;
}

/** As it goes into a MAP: strings as they are, all else as JSON text. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value) ?? 'null';
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
