/** A span as OTel's SDKs print it: JS's ReadableSpan (`spanContext`, `[seconds, nanos]`), Python's `to_json` (`context`). */
import { type Attributes, isObject, type RawSpan, type Sink } from '../rawSpan.ts';
import { parseTime } from '../time.ts';
import { toId } from './otlp.ts';
import { parentOf, toStatus } from './spanRecord.ts';

type Json = Record<string, unknown>;

export function isOtelDump(record: Json): boolean {
  return contextOf(record) !== undefined && ('startTime' in record || 'start_time' in record);
}

function contextOf(record: Json): Json | undefined {
  for (const c of [record.spanContext, record._spanContext, record.context])
    if (isObject(c) && ('traceId' in c || 'trace_id' in c)) return c;
  return undefined;
}

const idOf = (v: unknown) => toId(typeof v === 'string' ? v.replace(/^0x/, '') : v);
const object = (v: unknown): Attributes => (isObject(v) ? v : {});

export function readOtelDump(record: Json, sink: Sink): string | undefined {
  const context = contextOf(record) ?? {};
  const start = parseTime(record.startTime ?? record.start_time);
  if (start === undefined) return 'startTime is no time; expected [seconds, nanoseconds] or an ISO-8601 time';
  const end = parseTime(record.endTime ?? record.end_time);
  const parent = record.parentSpanContext ?? record.parentSpanId ?? record.parent_id;
  const status = isObject(record.status)
    ? record.status
    : { code: record.status_code, message: record.status_message };
  const message = status.message ?? status.description;
  const events = Array.isArray(record.events) ? record.events.filter(isObject) : [];
  const links = Array.isArray(record.links) ? record.links.filter(isObject) : [];
  const resource = isObject(record.resource)
    ? (record.resource.attributes ?? record.resource._attributes)
    : undefined;
  const scope = record.instrumentationScope ?? record.instrumentationLibrary;
  const extra: Json = {};
  if (isObject(scope) && typeof scope.name === 'string') extra['otel.scope.name'] = scope.name;
  if (typeof record.span_kind === 'string') extra['openinference.span.kind'] = record.span_kind;
  sink.span({
    traceId: idOf(context.traceId ?? context.trace_id),
    spanId: idOf(context.spanId ?? context.span_id),
    parentSpanId: parentOf(idOf(isObject(parent) ? parent.spanId : parent)),
    name: typeof record.name === 'string' ? record.name : '',
    kind: null,
    serviceName: null,
    start,
    end: end === undefined || (end.us === 0 && end.ns === 0) ? null : end,
    status: toStatus(status),
    statusMessage: typeof message === 'string' && message !== '' ? message : null,
    attributes: object(record.attributes),
    extra,
    events: events.map((e) => ({
      name: typeof e.name === 'string' ? e.name : '',
      time: parseTime(e.time ?? e.timestamp) ?? start,
      attributes: object(e.attributes),
    })),
    links: links
      .map((l) => object(l.context))
      .map((c): RawSpan['links'][number] => ({
        traceId: idOf(c.traceId ?? c.trace_id),
        spanId: idOf(c.spanId ?? c.span_id),
      })),
    resource: object(resource),
    sampleWeight: null,
  });
}
