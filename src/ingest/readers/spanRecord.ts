/** A line of ours (sdk/schema/record.ts), or of a plain tracer: `parent_id`, times as numbers, `duration_ms`. */
import { SPAN_KINDS, type SpanKind, type Status } from '@spanbook/sdk/schema';
import { type Attributes, asText, isObject, type RawEvent, type RawSpan, type Sink } from '../rawSpan.ts';
import { fromNanosecondText, parseTime, type Time } from '../time.ts';

const KINDS: ReadonlySet<unknown> = new Set(SPAN_KINDS);
const KNOWN: ReadonlySet<string> = new Set([
  'trace_id',
  'span_id',
  'parent_span_id',
  'parent_id',
  'name',
  'kind',
  'service_name',
  'start_time',
  'end_time',
  'duration_ms',
  'status',
  'status_message',
  'attributes',
  'events',
  'links',
  'resource',
  'sample_weight',
]);
const EMPTY: Attributes = {};
const NO_EVENTS: readonly RawEvent[] = [];
const NO_LINKS: RawSpan['links'] = [];

/** Above this a number of nanoseconds has lost digits in JSON.parse. */
const INEXACT = 2 ** 53;

function timeOf(record: Record<string, unknown>, key: string, raw: string | undefined): Time | undefined {
  const value = record[key];
  if (typeof value === 'number' && value > INEXACT && raw !== undefined) {
    const digits = new RegExp(`"${key}"\\s*:\\s*(\\d{16,19})`).exec(raw)?.[1];
    if (digits !== undefined) return fromNanosecondText(digits);
  }
  return parseTime(value);
}

export function toStatus(value: unknown): Status {
  if (value === 'OK' || value === 'ERROR' || value === 'UNSET') return value;
  const code = isObject(value) ? (value.code ?? value.status_code) : value;
  if (code === 1) return 'OK';
  if (code === 2) return 'ERROR';
  if (typeof code !== 'string') return 'UNSET';
  const name = code.toUpperCase().replace(/^STATUS_CODE_/, '');
  if (name === 'OK' || name === 'SUCCESS' || name === 'COMPLETED') return 'OK';
  return name === 'ERROR' || name === 'FAILED' || name === 'FAILURE' ? 'ERROR' : 'UNSET';
}

/** An id as its writer wrote it: any string, or a number. */
function idOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A root: null, absent, empty or all zeros. */
export function parentOf(value: unknown): string | null {
  const id = idOf(value);
  return id === undefined || /^0*$/.test(id) ? null : id;
}

function eventsOf(value: unknown, start: Time): readonly RawEvent[] {
  if (!Array.isArray(value) || value.length === 0) return NO_EVENTS;
  const out: RawEvent[] = [];
  for (const e of value) {
    if (!isObject(e)) continue;
    const { name, time, timestamp, attributes, ...rest } = e;
    out.push({
      name: typeof name === 'string' ? name : '',
      time: parseTime(time ?? timestamp) ?? start,
      attributes: isObject(attributes) ? attributes : rest,
    });
  }
  return out;
}

function linksOf(value: unknown): RawSpan['links'] {
  if (!Array.isArray(value) || value.length === 0) return NO_LINKS;
  return value
    .filter(isObject)
    .map((l) => (isObject(l.context) ? l.context : l))
    .map((l) => ({
      traceId: idOf(l.trace_id ?? l.traceId) ?? '',
      spanId: idOf(l.span_id ?? l.spanId) ?? '',
    }));
}

function extraOf(record: Record<string, unknown>): Attributes | null {
  let extra: Record<string, unknown> | null = null;
  for (const key in record)
    if (!KNOWN.has(key) && record[key] !== null) {
      // Without a prototype, so that `__proto__` is a key like any other.
      extra ??= Object.create(null) as Record<string, unknown>;
      extra[key] = record[key];
    }
  return extra;
}

/** The end: given, or start plus `duration_ms`. Undefined: there is one, but it is no time. */
function endOf(
  record: Record<string, unknown>,
  start: Time,
  raw: string | undefined,
): Time | null | undefined {
  if (record.end_time !== null && record.end_time !== undefined) return timeOf(record, 'end_time', raw);
  const ms = record.duration_ms;
  if (typeof ms !== 'number' || !(ms >= 0)) return null;
  const nanos = start.ns + Math.round(ms * 1e6);
  const us = Math.floor(nanos / 1000);
  return { us: start.us + us, ns: nanos - us * 1000 };
}

const shown = (value: unknown) => (value === undefined ? 'missing' : `is ${asText(value).slice(0, 60)}`);

/**
 * @param raw the line, to read times from that JSON numbers cannot hold
 * @returns why the record cannot be read
 */
export function readSpanRecord(
  record: Record<string, unknown>,
  raw: string | undefined,
  sink: Sink,
): string | undefined {
  const traceId = idOf(record.trace_id);
  const spanId = idOf(record.span_id);
  if (traceId === undefined) return `trace_id ${shown(record.trace_id)}; expected text`;
  if (spanId === undefined) return `span_id ${shown(record.span_id)}; expected text`;
  if (typeof record.name !== 'string') return `name ${shown(record.name)}; expected text`;
  const start = timeOf(record, 'start_time', raw);
  if (start === undefined)
    return `start_time ${shown(record.start_time)}; expected an ISO-8601 time such as 2026-11-24T09:30:00.123456Z, or seconds since 1970`;
  const end = endOf(record, start, raw);
  if (end === undefined)
    return `end_time ${shown(record.end_time)}; expected an ISO-8601 time, or null for a span that never ended`;
  const {
    attributes,
    resource,
    status_message: message,
    service_name: service,
    sample_weight: weight,
  } = record;
  if (attributes !== undefined && attributes !== null && !isObject(attributes))
    return `attributes ${shown(attributes)}; expected an object`;
  const status = record.status;
  const told =
    typeof message === 'string' ? message : isObject(status) ? (status.message ?? status.description) : null;
  sink.span({
    traceId,
    spanId,
    parentSpanId: parentOf(record.parent_span_id ?? record.parent_id),
    name: record.name,
    kind: KINDS.has(record.kind) ? (record.kind as SpanKind) : null,
    serviceName: typeof service === 'string' && service !== '' ? service : null,
    start,
    end,
    status: toStatus(status),
    statusMessage: typeof told === 'string' && told !== '' ? told : null,
    attributes: isObject(attributes) ? attributes : EMPTY,
    extra: extraOf(record),
    events: eventsOf(record.events, start),
    links: linksOf(record.links),
    resource: isObject(resource) ? resource : EMPTY,
    sampleWeight: typeof weight === 'number' ? weight : null,
  });
}

const LOG_KNOWN: ReadonlySet<string> = new Set([
  'type',
  'time',
  'severity',
  'body',
  'trace_id',
  'span_id',
  'service_name',
  'attributes',
]);

export function readLogRecord(record: Record<string, unknown>, sink: Sink): string | undefined {
  const time = parseTime(record.time ?? record.timestamp);
  if (time === undefined)
    return `time of a log record ${shown(record.time)}; expected an ISO-8601 time such as 2026-11-24T09:30:00.123456Z`;
  let attributes: Attributes = isObject(record.attributes) ? record.attributes : EMPTY;
  for (const key in record)
    if (!LOG_KNOWN.has(key) && key !== 'timestamp' && record[key] !== null)
      attributes = { ...attributes, [key]: record[key] };
  const { severity, body, service_name: service } = record;
  sink.log({
    time,
    severity: typeof severity === 'string' ? severity.toUpperCase() : null,
    body: body === undefined || body === null ? null : asText(body),
    traceId: idOf(record.trace_id) ?? null,
    spanId: idOf(record.span_id) ?? null,
    serviceName: typeof service === 'string' ? service : null,
    attributes,
  });
}
