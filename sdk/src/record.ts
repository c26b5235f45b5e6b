import { type Attributes, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { AttributeValue, LogRecord, Severity, SpanRecord, Status } from '../schema/index.ts';
import { kindOf } from './kind.ts';
import { JSON_ATTRIBUTES, messagesJson } from './messagesJson.ts';
import { isoTime } from './time.ts';
import { boundText, MAX_ATTRIBUTE_BYTES, replaceBase64, toJsonValue } from './values.ts';
import { SCOPE } from './version.ts';

export interface RecordOptions {
  /** Largest UTF-8 size of one attribute value, in bytes. Default 65,536. */
  readonly maxAttributeBytes?: number;
}

type WireAttributes = Record<string, AttributeValue>;

const STATUS: Readonly<Record<SpanStatusCode, Status>> = {
  [SpanStatusCode.UNSET]: 'UNSET',
  [SpanStatusCode.OK]: 'OK',
  [SpanStatusCode.ERROR]: 'ERROR',
};

/** The structure that the text holds, cut within where it is too large; the text where it holds none. */
function toStructure(text: string, maxBytes: number): AttributeValue {
  try {
    const value = JSON.parse(replaceBase64(text)) as AttributeValue;
    if (typeof value !== 'object') return boundText(text, maxBytes);
    if (Buffer.byteLength(text) <= maxBytes) return value;
    if (Array.isArray(value)) return JSON.parse(messagesJson(value, maxBytes)) as AttributeValue;
  } catch {
    // Not JSON.
  }
  return boundText(replaceBase64(text), maxBytes);
}

function toWire(key: string, value: unknown, maxBytes: number): AttributeValue {
  if (typeof value === 'string') {
    if (JSON_ATTRIBUTES.has(key)) return toStructure(value, maxBytes);
    return boundText(replaceBase64(value), maxBytes);
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'boolean') return value;
  return toJsonValue(value, maxBytes, maxBytes);
}

function toWireAttributes(attributes: Readonly<Record<string, unknown>>, maxBytes: number): WireAttributes {
  const out: WireAttributes = {};
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined && value !== null) out[key] = toWire(key, value, maxBytes);
  }
  return out;
}

interface WireResource {
  readonly service: string | null;
  readonly attributes: WireAttributes;
}
const resources = new WeakMap<object, WireResource>();

/** Every span of a provider shares one resource; it is converted once it is settled. */
function toWireResource(resource: ReadableSpan['resource'], maxBytes: number): WireResource {
  const known = resources.get(resource);
  if (known !== undefined) return known;
  const { 'service.name': service, ...rest } = resource.attributes as Attributes;
  const wire = {
    service: typeof service === 'string' ? service : null,
    attributes: toWireAttributes(rest, maxBytes),
  };
  if (resource.asyncAttributesPending !== true) resources.set(resource, wire);
  return wire;
}

function weight(value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isFinite(number) ? number : 1;
}

/** What OTel's record says outside of its attributes and the wire record has no field for. */
function addOtelFacts(span: ReadableSpan, attributes: WireAttributes): void {
  if (span.kind !== SpanKind.INTERNAL && span.instrumentationScope.name !== SCOPE)
    attributes['span.kind'] ??= SpanKind[span.kind]?.toLowerCase() ?? 'internal';
  if (span.instrumentationScope.name !== SCOPE)
    attributes['otel.scope.name'] ??= span.instrumentationScope.name;
  if (span.droppedAttributesCount > 0)
    attributes['otel.dropped_attributes_count'] = span.droppedAttributesCount;
  if (span.droppedEventsCount > 0) attributes['otel.dropped_events_count'] = span.droppedEventsCount;
}

/** OTel's span as the wire record. A span that has not ended gets `end_time: null`. */
export function toSpanRecord(span: ReadableSpan, options: RecordOptions = {}): SpanRecord {
  const maxBytes = options.maxAttributeBytes ?? MAX_ATTRIBUTE_BYTES;
  const { traceId, spanId } = span.spanContext();
  const resource = toWireResource(span.resource, maxBytes);
  const attributes = toWireAttributes(span.attributes, maxBytes);
  addOtelFacts(span, attributes);
  return {
    trace_id: traceId,
    span_id: spanId,
    parent_span_id: span.parentSpanContext?.spanId ?? null,
    name: span.name,
    kind: kindOf(span.attributes),
    service_name: resource.service,
    start_time: isoTime(span.startTime),
    end_time: span.ended ? isoTime(span.endTime) : null,
    status: STATUS[span.status.code],
    status_message: span.status.message === undefined ? null : boundText(span.status.message, maxBytes),
    attributes,
    events: span.events.map((event) => ({
      name: event.name,
      time: isoTime(event.time),
      attributes: toWireAttributes(event.attributes ?? {}, maxBytes),
    })),
    links: span.links.map((link) => ({
      trace_id: link.context.traceId,
      span_id: link.context.spanId,
      ...(link.attributes === undefined ? {} : { attributes: toWireAttributes(link.attributes, maxBytes) }),
    })),
    resource: resource.attributes,
    sample_weight: weight(span.attributes['spanbook.sample_weight']),
  };
}

/** OTel numbers severities 1 to 24, four to a name. */
const SEVERITY_BY_BAND: readonly Severity[] = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function severityOf(log: ReadableLogRecord): Severity {
  const number = log.severityNumber ?? 0;
  if (number > 0) return SEVERITY_BY_BAND[Math.min(5, Math.floor((number - 1) / 4))] ?? 'INFO';
  const text = log.severityText?.toUpperCase() ?? '';
  if (text === 'WARNING') return 'WARN';
  if (text === 'CRITICAL') return 'FATAL';
  return SEVERITY_BY_BAND.find((name) => name === text) ?? 'INFO';
}

/** OTel's log record as the wire record; a structured body becomes JSON text. */
export function toLogRecord(log: ReadableLogRecord, options: RecordOptions = {}): LogRecord {
  const maxBytes = options.maxAttributeBytes ?? MAX_ATTRIBUTE_BYTES;
  const body = log.body === undefined || log.body === null ? '' : toWire('', log.body, maxBytes);
  const attributes = toWireAttributes(log.attributes, maxBytes);
  if (log.eventName !== undefined) attributes['event.name'] ??= log.eventName;
  return {
    type: 'log',
    time: isoTime(log.hrTime),
    severity: severityOf(log),
    body: typeof body === 'string' ? body : boundText(JSON.stringify(body), maxBytes),
    trace_id: log.spanContext?.traceId ?? null,
    span_id: log.spanContext?.spanId ?? null,
    service_name: toWireResource(log.resource, maxBytes).service,
    attributes,
  };
}
