import { type Context, context, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Status } from '../schema/index.ts';
import { toAttributeOf, toAttributes } from './attributes.ts';
import { errorFacts } from './errors.ts';
import { type Time, toHrTime } from './time.ts';
import { type LlmUsage, usageAttributes } from './usage.ts';
import { boundText } from './values.ts';

export type AttributesInput = Readonly<Record<string, unknown>>;

/** A span in progress. Every method is safe at any time: after the end it does nothing, and it never throws. */
export interface SpanHandle {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** OTel's own span. */
  readonly otelSpan: Span;
  setAttribute(key: string, value: unknown): this;
  setAttributes(attributes: AttributesInput): this;
  addEvent(name: string, attributes?: AttributesInput, time?: Time): this;
  /** An `exception` event, `error.type` and status ERROR. */
  recordException(error: unknown, time?: Time): this;
  /** `OK` is final. A span that ends without a status is OK. */
  setStatus(status: Status, message?: string): this;
  recordLlmUsage(usage: LlmUsage): this;
  /** Runs `fn` with this span as the current one; does not end the span. */
  run<T>(fn: () => T): T;
  end(time?: Time): void;
}

/** What a handle needs of its tracer. */
export interface SpanSettings {
  readonly maxAttributeBytes: number;
  readonly clock: () => Time;
}

/** Errors in our own work stay here; the host's code does not run inside. */
function guard(work: () => void): void {
  try {
    work();
  } catch {
    // Never into the host.
  }
}

export class OtelSpanHandle implements SpanHandle {
  readonly otelSpan: Span;
  readonly #settings: SpanSettings;

  constructor(span: Span, settings: SpanSettings) {
    this.otelSpan = span;
    this.#settings = settings;
  }

  get traceId(): string {
    return this.otelSpan.spanContext().traceId;
  }

  get spanId(): string {
    return this.otelSpan.spanContext().spanId;
  }

  /** The context in which this span is the current one. */
  get context(): Context {
    return trace.setSpan(context.active(), this.otelSpan);
  }

  setAttribute(key: string, value: unknown): this {
    guard(() => {
      const attribute = toAttributeOf(key, value, this.#settings.maxAttributeBytes);
      if (attribute !== undefined && this.otelSpan.isRecording()) this.otelSpan.setAttribute(key, attribute);
    });
    return this;
  }

  setAttributes(attributes: AttributesInput): this {
    guard(() => {
      if (this.otelSpan.isRecording())
        this.otelSpan.setAttributes(toAttributes(attributes, this.#settings.maxAttributeBytes));
    });
    return this;
  }

  addEvent(name: string, attributes?: AttributesInput, time?: Time): this {
    guard(() => {
      if (!this.otelSpan.isRecording()) return;
      this.otelSpan.addEvent(
        String(name),
        toAttributes(attributes, this.#settings.maxAttributeBytes),
        this.#time(time),
      );
    });
    return this;
  }

  recordException(error: unknown, time?: Time): this {
    guard(() => {
      const facts = errorFacts(error);
      this.addEvent(
        'exception',
        {
          'exception.type': facts.type,
          'exception.message': facts.message,
          'exception.stacktrace': facts.stack,
        },
        time,
      );
      this.setAttributes({
        'error.type': facts.type,
        'http.response.status_code': facts.status,
        'spanbook.error.code': facts.code,
        'spanbook.request_id': facts.requestId,
      });
      this.setStatus('ERROR', facts.message);
    });
    return this;
  }

  setStatus(status: Status, message?: string): this {
    guard(() => {
      if (status === 'UNSET' || !this.otelSpan.isRecording()) return;
      const bounded =
        message === undefined ? {} : { message: boundText(message, this.#settings.maxAttributeBytes) };
      this.otelSpan.setStatus({ code: SpanStatusCode[status], ...bounded });
    });
    return this;
  }

  recordLlmUsage(usage: LlmUsage): this {
    guard(() => {
      this.setAttributes(usageAttributes({ operation: 'chat', ...usage }));
    });
    return this;
  }

  run<T>(fn: () => T): T {
    return context.with(this.context, fn);
  }

  end(time?: Time): void {
    guard(() => {
      if (!this.otelSpan.isRecording()) return;
      // Ours: OTel leaves a successful span UNSET, an app that says nothing went wrong means OK.
      const status = (this.otelSpan as { status?: { code?: SpanStatusCode } }).status?.code;
      if (status === SpanStatusCode.UNSET) this.otelSpan.setStatus({ code: SpanStatusCode.OK });
      this.otelSpan.end(this.#time(time));
    });
  }

  /** Ends the span as it is: no status is added. */
  endUnset(time?: Time): void {
    guard(() => {
      if (this.otelSpan.isRecording()) this.otelSpan.end(this.#time(time));
    });
  }

  #time(time: Time | undefined) {
    return toHrTime(time ?? this.#settings.clock());
  }
}
