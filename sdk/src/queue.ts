import type { Context } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';
import type { LogRecordExporter, LogRecordProcessor, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, Span, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { onProcessEnd } from './exit.ts';

export interface QueueOptions {
  /** Records that may wait; further ones are dropped and counted. Default 20,000. */
  readonly maxQueueSize?: number;
  /** Longest wait of a record for the exporter, in ms. Default 1,000. */
  readonly flushIntervalMs?: number;
}

const MAX_QUEUE = 20_000;
/** Records exported at a time: about a millisecond of work before the host runs again. */
const BATCH = 256;
/** Unfinished spans remembered; beyond that a span that never ends leaves no record. */
const MAX_OPEN = 10_000;

interface Exporter<T> {
  export(items: T[], done: (result: unknown) => void): void;
  forceFlush?(): Promise<void>;
  shutdown(): Promise<void>;
}

/** A bounded queue before an exporter that works synchronously (our file exporters do). Full: drop and count. */
class ExportQueue<T> {
  dropped = 0;
  readonly #exporter: Exporter<T>;
  readonly #limit: number;
  readonly #interval: number;
  #items: T[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  constructor(exporter: Exporter<T>, options: QueueOptions) {
    this.#exporter = exporter;
    this.#limit = options.maxQueueSize ?? MAX_QUEUE;
    this.#interval = options.flushIntervalMs ?? 1000;
  }

  push(item: T): void {
    if (this.#items.length >= this.#limit) {
      this.dropped++;
      return;
    }
    this.#items.push(item);
    if (this.#items.length >= BATCH) this.#soon();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#soon(), this.#interval);
      this.#timer.unref();
    }
  }

  /** Exports everything now, synchronously. */
  drain(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    while (this.#items.length > 0) this.#exportBatch();
  }

  /** One batch a turn of the event loop, so that a burst does not hold the host up. */
  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#immediate ??= setImmediate(() => {
      this.#immediate = undefined;
      this.#exportBatch();
      if (this.#items.length > 0) this.#soon();
    });
  }

  #exportBatch(): void {
    const batch = this.#items.length <= BATCH ? this.#items : this.#items.splice(0, BATCH);
    if (batch === this.#items) this.#items = [];
    // A failure is the exporter's to report and to retry.
    this.#exporter.export(batch, () => undefined);
  }
}

/** Ended spans → exporter. At shutdown and exit the spans still open are exported too, without an end. */
export class QueueSpanProcessor implements SpanProcessor {
  readonly #queue: ExportQueue<ReadableSpan>;
  readonly #exporter: SpanExporter;
  readonly #open = new Set<ReadableSpan>();
  readonly #forget: () => void;
  #down = false;

  constructor(exporter: SpanExporter, options: QueueOptions = {}) {
    this.#exporter = exporter;
    this.#queue = new ExportQueue(exporter, options);
    this.#forget = onProcessEnd((reason) => this.drain(reason === 'exit'));
  }

  /** Spans dropped because the queue was full. */
  get dropped(): number {
    return this.#queue.dropped;
  }

  onStart(span: Span, _parent: Context): void {
    const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
    if (!this.#down && sampled && this.#open.size < MAX_OPEN) this.#open.add(span as unknown as ReadableSpan);
  }

  onEnd(span: ReadableSpan): void {
    this.#open.delete(span);
    if (!this.#down && (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0) this.#queue.push(span);
  }

  /** Writes what waits, synchronously; `last`: also the unfinished spans. */
  drain(last = false): void {
    if (this.#down) return;
    if (last) {
      for (const span of this.#open) this.#queue.push(span);
      this.#open.clear();
    }
    this.#queue.drain();
  }

  async forceFlush(): Promise<void> {
    this.drain();
    await this.#exporter.forceFlush?.();
  }

  async shutdown(): Promise<void> {
    if (this.#down) return;
    this.drain(true);
    this.#down = true;
    this.#forget();
    await this.#exporter.shutdown();
  }
}

export class QueueLogProcessor implements LogRecordProcessor {
  readonly #queue: ExportQueue<ReadableLogRecord>;
  readonly #exporter: LogRecordExporter;
  readonly #forget: () => void;
  #down = false;

  constructor(exporter: LogRecordExporter, options: QueueOptions = {}) {
    this.#exporter = exporter;
    this.#queue = new ExportQueue(exporter, options);
    this.#forget = onProcessEnd(() => this.drain());
  }

  get dropped(): number {
    return this.#queue.dropped;
  }

  onEmit(log: ReadableLogRecord): void {
    if (!this.#down) this.#queue.push(log);
  }

  drain(): void {
    if (!this.#down) this.#queue.drain();
  }

  async forceFlush(): Promise<void> {
    this.drain();
    await this.#exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    if (this.#down) return;
    this.drain();
    this.#down = true;
    this.#forget();
    await this.#exporter.shutdown();
  }
}
