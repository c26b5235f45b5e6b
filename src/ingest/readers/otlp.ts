/**
 * OTLP/JSON: ExportTraceServiceRequest, ExportLogsServiceRequest, or bare ResourceSpans. Reads what the spec says
 * and what is seen in the wild: base64 ids, enums as names, attributes as plain objects, `instrumentationLibrarySpans`.
 * Source: opentelemetry-proto, `docs/specification.md#json-protobuf-encoding`.
 */
import { type Attributes, asText, isObject, type RawEvent, type RawSpan, type Sink } from '../rawSpan.ts';
import { parseTime, type Time } from '../time.ts';
import { parentOf, toStatus } from './spanRecord.ts';

const BIG_NUMBER =
  /("(?:startTimeUnixNano|endTimeUnixNano|timeUnixNano|observedTimeUnixNano|start_time_unix_nano|end_time_unix_nano|time_unix_nano|observed_time_unix_nano|intValue|int_value)"\s*:\s*)(-?\d{16,})/g;

/** Quotes numbers that JSON.parse would round: nanoseconds exceed 2^53. (Inside a string, a quote is `\"`: no match.) */
export function keepDigits(json: string): string {
  return json.replace(BIG_NUMBER, '$1"$2"');
}

type Json = Record<string, unknown>;
const list = (v: unknown): Json[] => (Array.isArray(v) ? v.filter(isObject) : []);

export function isOtlp(record: Json): boolean {
  return (
    'resourceSpans' in record ||
    'resource_spans' in record ||
    'resourceLogs' in record ||
    'resource_logs' in record ||
    isResourceSpans(record)
  );
}

function isResourceSpans(record: Json): boolean {
  return (
    'scopeSpans' in record ||
    'scope_spans' in record ||
    'instrumentationLibrarySpans' in record ||
    'scopeLogs' in record
  );
}

/** Hex in lower case. 24 or 12 characters are base64 of 16 or 8 bytes; anything else is taken as it is. */
export function toId(value: unknown): string {
  if (typeof value !== 'string') return '';
  if ((value.length === 24 && value.endsWith('==')) || (value.length === 12 && value.endsWith('='))) {
    try {
      return Array.from(atob(value), (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    } catch {
      return value;
    }
  }
  return /^[0-9a-f]+$/i.test(value) ? value.toLowerCase() : value;
}

function toValue(v: unknown): unknown {
  if (!isObject(v)) return v;
  for (const key in v) {
    const inner = v[key];
    switch (key) {
      case 'stringValue':
      case 'string_value':
      case 'boolValue':
      case 'bool_value':
      case 'bytesValue':
      case 'bytes_value':
        return inner;
      case 'doubleValue':
      case 'double_value':
        return typeof inner === 'string' && inner !== '' && Number.isFinite(Number(inner))
          ? Number(inner)
          : inner;
      case 'intValue':
      case 'int_value': {
        const n = Number(inner);
        return Number.isSafeInteger(n) ? n : inner;
      }
      case 'arrayValue':
      case 'array_value':
        return isObject(inner) && Array.isArray(inner.values) ? inner.values.map(toValue) : [];
      case 'kvlistValue':
      case 'kvlist_value':
        return isObject(inner) ? toAttributes(inner.values) : {};
    }
  }
  return Object.keys(v).length === 0 ? null : v;
}

/** A list of `{key, value}`, or an object of plain or wrapped values. */
function toAttributes(v: unknown): Attributes {
  const out: Json = {};
  const put = (key: string, value: unknown) => {
    if (key === '__proto__') Object.defineProperty(out, key, { value, enumerable: true });
    else out[key] = value;
  };
  if (Array.isArray(v)) {
    for (const kv of v) if (isObject(kv) && typeof kv.key === 'string') put(kv.key, toValue(kv.value));
  } else if (isObject(v)) for (const key of Object.keys(v)) put(key, toValue(v[key]));
  return out;
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** OTel's span kind as an attribute, as our SDK writes it; `internal` says nothing. */
function otelKind(v: unknown): string | undefined {
  const name =
    typeof v === 'number'
      ? KINDS[v]
      : typeof v === 'string'
        ? v.replace(/^SPAN_KIND_/i, '').toLowerCase()
        : undefined;
  return name === undefined || name === 'unspecified' || name === 'internal' ? undefined : name;
}

function timeOf(o: Json, camel: string, snake: string): Time | undefined {
  const v = o[camel] ?? o[snake];
  return v === undefined || v === null || v === '' || v === 0 || v === '0' ? undefined : parseTime(v);
}

interface Scope {
  readonly resource: Attributes;
  readonly extra: Attributes;
}

function scopeExtra(scope: unknown): Attributes {
  if (!isObject(scope)) return {};
  const out: Json = {};
  if (typeof scope.name === 'string' && scope.name !== '') out['otel.scope.name'] = scope.name;
  if (typeof scope.version === 'string' && scope.version !== '') out['otel.scope.version'] = scope.version;
  return { ...out, ...toAttributes(scope.attributes) };
}

function readSpan(s: Json, scope: Scope, sink: Sink): string | undefined {
  const start = timeOf(s, 'startTimeUnixNano', 'start_time_unix_nano');
  if (start === undefined) {
    const given = s.startTimeUnixNano ?? s.start_time_unix_nano;
    return `startTimeUnixNano ${given === undefined ? 'is missing' : `is ${asText(given).slice(0, 60)}`} in span ${asText(s.name ?? '')}; expected nanoseconds since 1970`;
  }
  const status = isObject(s.status) ? s.status : {};
  const message = status.message;
  const extra: Json = { ...scope.extra };
  const kind = otelKind(s.kind);
  if (kind !== undefined) extra['span.kind'] = kind;
  const state = s.traceState ?? s.trace_state;
  if (typeof state === 'string' && state !== '') extra['otel.trace_state'] = state;
  sink.span({
    traceId: toId(s.traceId ?? s.trace_id),
    spanId: toId(s.spanId ?? s.span_id),
    parentSpanId: parentOf(toId(s.parentSpanId ?? s.parent_span_id)),
    name: typeof s.name === 'string' ? s.name : '',
    kind: null,
    serviceName: null,
    start,
    end: timeOf(s, 'endTimeUnixNano', 'end_time_unix_nano') ?? null,
    status: toStatus(status),
    statusMessage: typeof message === 'string' && message !== '' ? message : null,
    attributes: toAttributes(s.attributes),
    extra,
    events: list(s.events).map(
      (e): RawEvent => ({
        name: typeof e.name === 'string' ? e.name : '',
        time: timeOf(e, 'timeUnixNano', 'time_unix_nano') ?? start,
        attributes: toAttributes(e.attributes),
      }),
    ),
    links: list(s.links).map((l): RawSpan['links'][number] => ({
      traceId: toId(l.traceId ?? l.trace_id),
      spanId: toId(l.spanId ?? l.span_id),
    })),
    resource: scope.resource,
    sampleWeight: null,
  });
}

const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];

function severityOf(record: Json): string | null {
  const number = record.severityNumber ?? record.severity_number;
  const n = typeof number === 'string' ? Number(number) : number;
  if (typeof n === 'number' && n >= 1 && n <= 24) return SEVERITIES[Math.floor((n - 1) / 4)] ?? null;
  const named = typeof number === 'string' ? /^SEVERITY_NUMBER_([A-Z]+)\d?$/.exec(number)?.[1] : undefined;
  if (named !== undefined && SEVERITIES.includes(named)) return named;
  const text = record.severityText ?? record.severity_text;
  return typeof text === 'string' && text !== '' ? text.toUpperCase().replace('WARNING', 'WARN') : null;
}

function readLog(r: Json, scope: Scope, sink: Sink): string | undefined {
  const time =
    timeOf(r, 'timeUnixNano', 'time_unix_nano') ??
    timeOf(r, 'observedTimeUnixNano', 'observed_time_unix_nano');
  if (time === undefined) return 'timeUnixNano of a log record is missing; expected nanoseconds since 1970';
  const body = toValue(r.body);
  const event = r.eventName ?? r.event_name;
  const traceId = toId(r.traceId ?? r.trace_id);
  const spanId = toId(r.spanId ?? r.span_id);
  const service = scope.resource['service.name'];
  sink.log({
    time,
    severity: severityOf(r),
    body: body === undefined || body === null ? null : asText(body),
    traceId: /^0*$/.test(traceId) ? null : traceId,
    spanId: /^0*$/.test(spanId) ? null : spanId,
    serviceName: typeof service === 'string' && service !== '' ? service : null,
    attributes: {
      ...scope.extra,
      ...(typeof event === 'string' && event !== '' ? { 'event.name': event } : {}),
      ...toAttributes(r.attributes),
    },
  });
}

function report(reason: string | undefined, sink: Sink): void {
  if (reason !== undefined) sink.reject(reason);
}

function readResource(r: Json, sink: Sink): void {
  const resource = isObject(r.resource) ? toAttributes(r.resource.attributes) : {};
  const scopes = [
    ...list(
      r.scopeSpans ?? r.scope_spans ?? r.instrumentationLibrarySpans ?? r.instrumentation_library_spans,
    ),
    ...list(r.scopeLogs ?? r.scope_logs),
  ];
  for (const s of scopes) {
    const scope = { resource, extra: scopeExtra(s.scope ?? s.instrumentationLibrary) };
    for (const span of list(s.spans)) report(readSpan(span, scope, sink), sink);
    for (const log of list(s.logRecords ?? s.log_records)) report(readLog(log, scope, sink), sink);
  }
}

export function readOtlp(record: Json, sink: Sink): void {
  if (isResourceSpans(record)) readResource(record, sink);
  for (const r of list(record.resourceSpans ?? record.resource_spans)) readResource(r, sink);
  for (const r of list(record.resourceLogs ?? record.resource_logs)) readResource(r, sink);
}

/** A single OTLP span without its resource. @returns why it cannot be read */
export function readBareSpan(record: Json, sink: Sink): string | undefined {
  return readSpan(record, { resource: {}, extra: {} }, sink);
}
