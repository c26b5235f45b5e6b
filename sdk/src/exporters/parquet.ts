import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { onProcessEnd } from '../exit.ts';
import { type RecordOptions, toLogRecord, toSpanRecord } from '../record.ts';
import { PARQUET_LOG_COLUMNS, PARQUET_SPAN_COLUMNS, type Row, toLogRow, toSpanRow } from '../spanRow.ts';
import { ParquetFiles } from './parquetFiles.ts';

export interface ParquetExporterOptions extends RecordOptions {
  /** `x.parquet`: that file, complete after each flush and at shutdown (logs: `x.logs.parquet`). Else a folder. */
  readonly file: string;
  /** In the names of the files in a folder. */
  readonly service?: string;
  /** Rows of a file. Default 50,000. */
  readonly maxRows?: number;
  /** A folder gets its next file after this long, in ms. Default 60,000. */
  readonly maxAgeMs?: number;
}

abstract class ParquetExporter<Item> {
  readonly #files: ParquetFiles;
  readonly #forget: () => void;
  #down = false;

  constructor(files: ParquetFiles) {
    this.#files = files;
    this.#forget = onProcessEnd(() => this.#files.writeNow());
  }

  protected abstract row(item: Item): Row;

  export(items: Item[], done: (result: ExportResult) => void): void {
    if (this.#down) {
      done({ code: ExportResultCode.FAILED, error: new Error('the exporter is shut down') });
      return;
    }
    const rows: Row[] = [];
    let failure: unknown;
    for (const item of items) {
      try {
        rows.push(this.row(item));
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
    await this.#files.write();
  }

  async shutdown(): Promise<void> {
    if (this.#down) return;
    this.#down = true;
    await this.#files.write();
    this.#forget();
  }
}

/** OTel's SpanExporter over Parquet files with the columns of the table `spans`. */
export class ParquetSpanExporter extends ParquetExporter<ReadableSpan> implements SpanExporter {
  readonly #options: RecordOptions;

  constructor(options: ParquetExporterOptions) {
    super(
      new ParquetFiles({
        ...options,
        table: 'spans',
        columns: PARQUET_SPAN_COLUMNS,
        timeColumn: 'start_time',
      }),
    );
    this.#options = options;
  }

  protected row(span: ReadableSpan): Row {
    return toSpanRow(toSpanRecord(span, this.#options));
  }
}

/** OTel's LogRecordExporter over Parquet files with the columns of the table `logs`. */
export class ParquetLogExporter extends ParquetExporter<ReadableLogRecord> implements LogRecordExporter {
  readonly #options: RecordOptions;

  constructor(options: ParquetExporterOptions) {
    const file = options.file.replace(/\.parquet$/i, '.logs.parquet');
    super(
      new ParquetFiles({ ...options, file, table: 'logs', columns: PARQUET_LOG_COLUMNS, timeColumn: 'time' }),
    );
    this.#options = options;
  }

  protected row(log: ReadableLogRecord): Row {
    return toLogRow(toLogRecord(log, this.#options));
  }
}
