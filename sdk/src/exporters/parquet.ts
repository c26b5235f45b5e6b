import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { diag } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { LogRecord, SpanRecord } from '../../schema/index.ts';
import { onProcessEnd } from '../exit.ts';
import { type RecordOptions, toLogRecord, toSpanRecord } from '../record.ts';
import { PARQUET_LOG_COLUMNS, PARQUET_SPAN_COLUMNS, type Row, toLogRow, toSpanRow } from '../spanRow.ts';
import { loadParquetWriter, ParquetFiles, type ParquetFilesOptions } from './parquetFiles.ts';

export interface ParquetExporterOptions extends RecordOptions {
  /** `x.parquet`: that file, complete after each flush and at shutdown (logs: `x.logs.parquet`). Else a folder. */
  readonly file: string;
  /** In the names of the files in a folder. */
  readonly service?: string;
  /** Rows of a file. Default 10,000 in a folder, 50,000 of a single file. */
  readonly maxRows?: number;
  /** A folder gets its next file after this long, in ms. Default 60,000. */
  readonly maxAgeMs?: number;
}

/** Records that may wait for the Parquet library. */
const MAX_EARLY = 50_000;

abstract class ParquetExporter<Item, Rec> {
  readonly #file: string;
  readonly #files: ParquetFiles;
  readonly #toRow: (record: Rec) => Row;
  readonly #forget: () => void;
  readonly #loaded: Promise<void>;
  /** Records from before the Parquet library was loaded, or because it cannot be; undefined once it is. */
  #early: Rec[] | undefined = [];
  #down = false;

  constructor(files: ParquetFilesOptions, toRow: (record: Rec) => Row) {
    this.#file = files.file;
    this.#files = new ParquetFiles(files);
    this.#toRow = toRow;
    this.#loaded = loadParquetWriter().then(
      () => {
        const early = this.#early ?? [];
        this.#early = undefined;
        this.#files.add(early.map(toRow));
      },
      (error: unknown) => {
        diag.error(`spanbook: cannot load hyparquet-writer, so NDJSON is written: ${String(error)}`);
      },
    );
    this.#forget = onProcessEnd(() => this.#writeNow());
  }

  protected abstract record(item: Item): Rec;

  export(items: Item[], done: (result: ExportResult) => void): void {
    if (this.#down) {
      done({ code: ExportResultCode.FAILED, error: new Error('the exporter is shut down') });
      return;
    }
    const rows: Row[] = [];
    let failure: unknown;
    for (const item of items) {
      try {
        const record = this.record(item);
        if (this.#early === undefined) rows.push(this.#toRow(record));
        else if (this.#early.length < MAX_EARLY) this.#early.push(record);
      } catch (error) {
        failure = error;
      }
    }
    this.#files.add(rows);
    if (failure === undefined) done({ code: ExportResultCode.SUCCESS });
    else
      done({
        code: ExportResultCode.FAILED,
        error: failure instanceof Error ? failure : new Error(String(failure)),
      });
  }

  async forceFlush(): Promise<void> {
    await this.#loaded;
    this.#writeNow();
  }

  async shutdown(): Promise<void> {
    if (this.#down) return;
    this.#down = true;
    await this.#loaded;
    this.#writeNow();
    this.#forget();
  }

  #writeNow(): void {
    if (this.#early === undefined) this.#files.write();
    else this.#writeLines();
  }

  /** A process that ends before the library is loaded leaves NDJSON: the same records, in the same place. */
  #writeLines(): void {
    const records = this.#early ?? [];
    if (records.length === 0) return;
    const lines = records.map((record) => `${JSON.stringify(record)}\n`).join('');
    const path = /\.parquet$/i.test(this.#file)
      ? this.#file.replace(/\.parquet$/i, `.${process.pid}.ndjson`)
      : join(this.#file, `early.${process.pid}.ndjson`);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, lines);
    this.#early = [];
  }
}

/** OTel's SpanExporter over Parquet files with the columns of the table `spans`. */
export class ParquetSpanExporter extends ParquetExporter<ReadableSpan, SpanRecord> implements SpanExporter {
  readonly #options: RecordOptions;

  constructor(options: ParquetExporterOptions) {
    super({ ...options, table: 'spans', columns: PARQUET_SPAN_COLUMNS, timeColumn: 'start_time' }, toSpanRow);
    this.#options = options;
  }

  protected record(span: ReadableSpan): SpanRecord {
    return toSpanRecord(span, this.#options);
  }
}

/** OTel's LogRecordExporter over Parquet files with the columns of the table `logs`. */
export class ParquetLogExporter
  extends ParquetExporter<ReadableLogRecord, LogRecord>
  implements LogRecordExporter
{
  readonly #options: RecordOptions;

  constructor(options: ParquetExporterOptions) {
    const file = options.file.replace(/\.parquet$/i, '.logs.parquet');
    super({ ...options, file, table: 'logs', columns: PARQUET_LOG_COLUMNS, timeColumn: 'time' }, toLogRow);
    this.#options = options;
  }

  protected record(log: ReadableLogRecord): LogRecord {
    return toLogRecord(log, this.#options);
  }
}
