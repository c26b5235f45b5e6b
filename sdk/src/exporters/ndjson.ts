import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { onProcessEnd } from '../exit.ts';
import { type RecordOptions, toLogRecord, toSpanRecord } from '../record.ts';
import { type LineFile, releaseLineFile, shareLineFile } from './lineFile.ts';

export interface NdjsonExporterOptions extends RecordOptions {
  /** The file to append to; its folder is made if missing. */
  readonly file: string;
}

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };

/** Appends one line a record, whole lines only. Export is synchronous, so a batch handed over is on its way. */
abstract class NdjsonExporter<Item> {
  readonly #path: string;
  readonly #file: LineFile;
  readonly #forget: () => void;
  #down = false;

  constructor(options: NdjsonExporterOptions) {
    this.#path = options.file;
    this.#file = shareLineFile(options.file);
    this.#forget = onProcessEnd((reason) => (reason === 'exit' ? this.#close() : this.#file.append('')));
  }

  /** The file written to; differs from the option's while another live process holds that one. */
  get path(): string {
    return this.#file.path;
  }

  protected abstract line(item: Item): string;

  export(items: Item[], done: (result: ExportResult) => void): void {
    if (this.#down) {
      done({ code: ExportResultCode.FAILED, error: new Error('the exporter is shut down') });
      return;
    }
    let lines = '';
    let failure: unknown;
    for (const item of items) {
      try {
        lines += `${this.line(item)}\n`;
      } catch (error) {
        failure = error;
      }
    }
    const taken = this.#file.append(lines);
    if (taken && failure === undefined) done(SUCCESS);
    else
      done({
        code: ExportResultCode.FAILED,
        error: failure instanceof Error ? failure : new Error(`cannot write ${this.#file.path}`),
      });
  }

  forceFlush(): Promise<void> {
    this.#file.append('');
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.#close();
    return Promise.resolve();
  }

  #close(): void {
    if (this.#down) return;
    this.#down = true;
    this.#forget();
    releaseLineFile(this.#path);
  }
}

/** OTel's SpanExporter over a file of SpanRecord lines. */
export class NdjsonSpanExporter extends NdjsonExporter<ReadableSpan> implements SpanExporter {
  readonly #options: RecordOptions;

  constructor(options: NdjsonExporterOptions) {
    super(options);
    this.#options = options;
  }

  protected line(span: ReadableSpan): string {
    return JSON.stringify(toSpanRecord(span, this.#options));
  }
}

/** OTel's LogRecordExporter over a file of LogRecord lines; it may be the file of the spans. */
export class NdjsonLogExporter extends NdjsonExporter<ReadableLogRecord> implements LogRecordExporter {
  readonly #options: RecordOptions;

  constructor(options: NdjsonExporterOptions) {
    super(options);
    this.#options = options;
  }

  protected line(log: ReadableLogRecord): string {
    return JSON.stringify(toLogRecord(log, this.#options));
  }
}
