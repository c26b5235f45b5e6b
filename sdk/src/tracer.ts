import {
  type Context,
  context,
  INVALID_SPAN_CONTEXT,
  type Link,
  SpanKind as OtelSpanKind,
  type Tracer as OtelTracer,
  trace as otelTrace,
  ROOT_CONTEXT,
  type Span,
} from '@opentelemetry/api';
import type { AnyValueMap, Logger } from '@opentelemetry/api-logs';
import { SEVERITIES, type Severity, type SpanKind } from '../schema/index.ts';
import { toAttributes } from './attributes.ts';
import { kindAttributes } from './kind.ts';
import { settle } from './settle.ts';
import { type AttributesInput, OtelSpanHandle, type SpanHandle, type SpanSettings } from './span.ts';
import { type Time, toHrTime } from './time.ts';
import type { LlmUsage } from './usage.ts';
import { boundText, toJsonValue } from './values.ts';

export interface SpanOptions {
  /** What the span is; default INTERNAL, or what `gen_ai.operation.name` says. */
  readonly kind?: SpanKind;
  readonly attributes?: AttributesInput;
  /** Default: now. */
  readonly startTime?: Time;
  /** Default: the current span; `null`: none, a new trace. */
  readonly parent?: SpanHandle | null;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
}

export interface TraceOptions extends Omit<SpanOptions, 'parent'> {
  /** Facts about the request, written as `metadata.<key>` on the root span. */
  readonly metadata?: AttributesInput;
  /** The app's user (`user.id`). */
  readonly userId?: string;
  /** The conversation (`session.id`). */
  readonly sessionId?: string;
}

export interface LogOptions {
  /** Default: now. */
  readonly time?: Time;
  /** The span it belongs to; default: the current one. */
  readonly span?: SpanHandle;
}

/** The functions of the package, bound to one service and its files. */
export interface Tracer {
  /** Starts a new trace, whatever is current (a current span becomes a link), and ends it with `fn`. */
  trace<T>(name: string, fn: (span: SpanHandle) => T): T;
  trace<T>(name: string, options: TraceOptions, fn: (span: SpanHandle) => T): T;
  /** A span around `fn`, ended when its result, promise or generator is. Errors are recorded and rethrown. */
  span<T>(name: string, fn: (span: SpanHandle) => T): T;
  span<T>(name: string, options: SpanOptions, fn: (span: SpanHandle) => T): T;
  /** A span without a callback: the caller ends it, and makes it current with `run`. */
  startSpan(name: string, options?: SpanOptions): SpanHandle;
  /** The same with `trace`'s options: the root of a new trace. */
  startTrace(name: string, options?: TraceOptions): SpanHandle;
  addEvent(name: string, attributes?: AttributesInput, time?: Time): void;
  setAttribute(key: string, value: unknown): void;
  log(severity: Severity, message: unknown, attributes?: AttributesInput, options?: LogOptions): void;
  recordLlmUsage(usage: LlmUsage): void;
  /** The trace id of the current span, if there is one. */
  currentTraceId(): string | undefined;
  /** Resolves when what ended before is in the files. */
  flush(): Promise<void>;
  /** Writes everything, unfinished spans too, and releases the files. Further calls of the tracer do nothing. */
  shutdown(): Promise<void>;
}

/** What instrumentations in this package need beside the public functions. */
export interface TracerCore extends Tracer {
  readonly settings: TracerSettings;
  startOtelSpan(name: string, options: SpanOptions, kind?: OtelSpanKind): OtelSpanHandle;
}

export interface TracerSettings extends SpanSettings {
  readonly captureContent: boolean;
}

interface Parts {
  readonly tracer: () => OtelTracer;
  readonly logger: () => Logger;
  readonly settings: TracerSettings;
  readonly flush: () => Promise<void>;
  readonly shutdown: () => Promise<void>;
}

type Call<O, T> = [(span: SpanHandle) => T] | [O, (span: SpanHandle) => T];

export class SpanbookTracer implements TracerCore {
  readonly settings: TracerSettings;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.settings = parts.settings;
    // The functions are handed around alone: `const { span } = createTracer(…)`.
    for (const name of BOUND) Object.defineProperty(this, name, { value: this[name].bind(this) });
  }

  trace<T>(name: string, ...rest: Call<TraceOptions, T>): T {
    const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
    return this.#around(this.#startTrace(name, options), fn);
  }

  span<T>(name: string, ...rest: Call<SpanOptions, T>): T {
    const [options, fn] = rest.length === 1 ? [{}, rest[0]] : rest;
    return this.#around(this.startOtelSpan(name, options), fn);
  }

  startSpan(name: string, options: SpanOptions = {}): SpanHandle {
    return this.startOtelSpan(name, options);
  }

  startTrace(name: string, options: TraceOptions = {}): SpanHandle {
    return this.#startTrace(name, options);
  }

  addEvent(name: string, attributes?: AttributesInput, time?: Time): void {
    this.#current()?.addEvent(name, attributes, time);
  }

  setAttribute(key: string, value: unknown): void {
    this.#current()?.setAttribute(key, value);
  }

  recordLlmUsage(usage: LlmUsage): void {
    this.#current()?.recordLlmUsage(usage);
  }

  currentTraceId(): string | undefined {
    return otelTrace.getActiveSpan()?.spanContext().traceId;
  }

  log(severity: Severity, message: unknown, attributes?: AttributesInput, options: LogOptions = {}): void {
    try {
      const { maxAttributeBytes, clock } = this.settings;
      const band = SEVERITIES.indexOf(severity);
      const body = toJsonValue(message, maxAttributeBytes, maxAttributeBytes);
      const time = options.time ?? clock();
      this.#parts.logger().emit({
        severityNumber: (band < 0 ? SEVERITIES.indexOf('INFO') : band) * 4 + 1,
        severityText: severity,
        body: typeof body === 'string' ? body : boundText(JSON.stringify(body), maxAttributeBytes),
        attributes: toAttributes(attributes, maxAttributeBytes) as AnyValueMap,
        context:
          options.span === undefined
            ? context.active()
            : otelTrace.setSpan(context.active(), options.span.otelSpan),
        timestamp: toHrTime(time),
      });
    } catch {
      // Never into the host.
    }
  }

  flush(): Promise<void> {
    return this.#parts.flush();
  }

  shutdown(): Promise<void> {
    return this.#parts.shutdown();
  }

  startOtelSpan(name: string, options: SpanOptions, kind = OtelSpanKind.INTERNAL): OtelSpanHandle {
    const { maxAttributeBytes, clock } = this.settings;
    let span: Span;
    try {
      span = this.#parts.tracer().startSpan(
        String(name),
        {
          kind,
          attributes: {
            ...(options.kind === undefined ? {} : kindAttributes(options.kind)),
            ...toAttributes(options.attributes, maxAttributeBytes),
          },
          startTime: toHrTime(options.startTime ?? clock()),
          ...(options.links === undefined ? {} : { links: options.links.map(toLink) }),
        },
        parentContext(options.parent),
      );
    } catch {
      // The host's processor or id generator failed: its code still runs, unrecorded.
      span = otelTrace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    }
    return new OtelSpanHandle(span, this.settings);
  }

  #startTrace(name: string, options: TraceOptions): OtelSpanHandle {
    const current = otelTrace.getActiveSpan()?.spanContext();
    const given = toAttributes(options.metadata, this.settings.maxAttributeBytes);
    const metadata = Object.entries(given).map(([key, value]) => [`metadata.${key}`, value]);
    return this.startOtelSpan(name, {
      ...options,
      parent: null,
      links: current === undefined ? options.links : [...(options.links ?? []), current],
      attributes: {
        'user.id': options.userId,
        'session.id': options.sessionId,
        ...toAttributes(options.attributes, this.settings.maxAttributeBytes),
        ...Object.fromEntries(metadata),
      },
    });
  }

  #around<T>(span: OtelSpanHandle, fn: (span: SpanHandle) => T): T {
    const active = span.context;
    const outcome = {
      ok: () => span.end(),
      failed: (error: unknown) => {
        span.recordException(error);
        span.end();
      },
    };
    let result: T;
    try {
      result = context.with(active, fn, undefined, span);
    } catch (error) {
      outcome.failed(error);
      throw error;
    }
    return settle(result, active, outcome);
  }

  #current(): OtelSpanHandle | undefined {
    const span = otelTrace.getActiveSpan();
    return span === undefined ? undefined : new OtelSpanHandle(span, this.settings);
  }
}

const BOUND = [
  'trace',
  'span',
  'startSpan',
  'startTrace',
  'addEvent',
  'setAttribute',
  'recordLlmUsage',
  'currentTraceId',
  'log',
  'flush',
  'shutdown',
] as const satisfies readonly (keyof Tracer)[];

function parentContext(parent: SpanHandle | null | undefined): Context {
  if (parent === undefined) return context.active();
  // The new root keeps what else the context carries (baggage), but no span.
  if (parent === null) return otelTrace.deleteSpan(context.active() ?? ROOT_CONTEXT);
  return otelTrace.setSpan(context.active(), parent.otelSpan);
}

/** Links are followed by id alone; the flags of the other span are not known. */
const toLink = (link: { readonly traceId: string; readonly spanId: string }): Link => ({
  context: { traceId: link.traceId, spanId: link.spanId, traceFlags: 1 },
});
