import { z } from 'zod';
import { SEVERITIES, SPAN_KINDS, STATUSES } from './kinds.ts';

/** ISO-8601 UTC with up to nine decimals of a second. */
const time = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/, 'an ISO-8601 UTC time');
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | AttributeValue[]
  | { [key: string]: AttributeValue };
const value: z.ZodType<AttributeValue> = z.json();
const attributes = z.record(z.string(), value);
/** 16 or 8 bytes, hex, where the writer is OpenTelemetry; other tracers' ids are taken as they are. */
const id = z.string();

/** One span: one line of an NDJSON file. */
export const SpanRecord = z.object({
  trace_id: id,
  span_id: id,
  parent_span_id: id.nullable(),
  name: z.string(),
  kind: z.enum(SPAN_KINDS),
  service_name: z.string().nullable(),
  start_time: time,
  /** null: the span never ended. */
  end_time: time.nullable(),
  status: z.enum(STATUSES),
  status_message: z.string().nullable(),
  attributes,
  events: z.array(z.object({ name: z.string(), time, attributes })),
  links: z.array(z.object({ trace_id: id, span_id: id, attributes: attributes.optional() })),
  resource: attributes,
  sample_weight: z.number().positive(),
});
export type SpanRecord = z.infer<typeof SpanRecord>;

/** One log record: a line with `"type":"log"`. */
export const LogRecord = z.object({
  type: z.literal('log'),
  time,
  severity: z.enum(SEVERITIES),
  body: z.string(),
  trace_id: id.nullable(),
  span_id: id.nullable(),
  service_name: z.string().nullable(),
  attributes,
});
export type LogRecord = z.infer<typeof LogRecord>;
