import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { diag } from '@opentelemetry/api';
import { type Column, SCHEMA_VERSION } from '../../schema/index.ts';
import { TroubleReport } from '../report.ts';
import type { Row } from '../spanRow.ts';
import { VERSION } from '../version.ts';
import { parquetSchema } from './parquetSchema.ts';

type Writer = typeof import('hyparquet-writer');

let writer: Writer | undefined;
let loading: Promise<void> | undefined;

/** The Parquet library is loaded when Parquet is asked for; it is ESM only, so CommonJS cannot require it. */
export function loadParquetWriter(): Promise<void> {
  loading ??= import('hyparquet-writer').then((module) => {
    writer = module;
  });
  return loading;
}

export interface ParquetFilesOptions {
  /** `x.parquet`, or a folder. */
  readonly file: string;
  /** In the files' names and metadata. */
  readonly table: 'spans' | 'logs';
  readonly service?: string;
  readonly columns: readonly Column[];
  /** The column of microseconds that names the day of a row. */
  readonly timeColumn: string;
  /** Rows of a file. Default 10,000 in a folder (written in some 50 ms), 50,000 of a single file. */
  readonly maxRows?: number;
  /** A folder gets its next file after this long, in ms. Default 60,000. */
  readonly maxAgeMs?: number;
}

/**
 * Rows → complete Parquet files: written under a temporary name, synced, renamed. In a folder each write is a
 * new file `date=YYYY-MM-DD/<table>-….parquet`; a single file is rewritten with all its rows, and continues in
 * `x-2.parquet` when it is full. A file of an earlier run is never overwritten.
 */
export class ParquetFiles {
  readonly #options: ParquetFilesOptions;
  readonly #single: boolean;
  readonly #maxRows: number;
  readonly #report = new TroubleReport();
  readonly #started = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  #rows: Row[] = [];
  #unwritten = 0;
  #sequence = 0;
  /** The single file that is ours so far. */
  #claimed: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Rows given up because the disk refused them for too long. */
  lost = 0;

  constructor(options: ParquetFilesOptions) {
    this.#options = options;
    this.#single = /\.parquet$/i.test(options.file);
    this.#maxRows = options.maxRows ?? (this.#single ? 50_000 : 10_000);
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) this.#rows.push(row);
    this.#unwritten += rows.length;
    if (this.#unwritten >= this.#maxRows || this.#rows.length >= this.#maxRows) this.write();
    else if (!this.#single && this.#timer === undefined && this.#unwritten > 0) {
      this.#timer = setTimeout(() => this.write(), this.#options.maxAgeMs ?? 60_000);
      this.#timer.unref();
    }
  }

  /** Synchronous. @returns whether everything is on disk */
  write(): boolean {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#unwritten === 0) return true;
    try {
      if (this.#single) this.#writeSingle();
      else this.#writeFolder();
    } catch (error) {
      this.#report.trouble(
        `cannot write ${this.#options.file}; keeping the newest rows and trying again`,
        error,
      );
      this.#dropOldest();
      return false;
    }
    if (this.#report.over()) diag.info(`spanbook: writing ${this.#options.file} again`);
    return true;
  }

  #dropOldest(): void {
    const excess = this.#rows.length - 2 * this.#maxRows;
    if (excess <= 0) return;
    this.#rows.splice(0, excess);
    this.#unwritten = Math.min(this.#unwritten, this.#rows.length);
    this.lost += excess;
  }

  #writeSingle(): void {
    const { file } = this.#options;
    const bytes = this.#encode(this.#rows);
    if (this.#claimed === undefined) {
      for (let n = 1; this.#claimed === undefined; n++) {
        const path = n === 1 ? resolve(file) : resolve(file.replace(/\.parquet$/i, `-${n}.parquet`));
        if (!existsSync(path) && place(path, bytes, true)) this.#claimed = path;
      }
    } else place(this.#claimed, bytes, false);
    this.#unwritten = 0;
    if (this.#rows.length < this.#maxRows) return;
    this.#rows = [];
    this.#claimed = undefined;
  }

  #writeFolder(): void {
    const { file, table, service, timeColumn } = this.#options;
    const days = new Map<string, Row[]>();
    for (const row of this.#rows) {
      const day = new Date(Number((row[timeColumn] as bigint) / 1000n)).toISOString().slice(0, 10);
      const rows = days.get(day);
      if (rows === undefined) days.set(day, [row]);
      else rows.push(row);
    }
    const who = (service ?? 'service').replace(/[^\w.-]+/g, '_').slice(0, 64);
    for (const [day, rows] of days) {
      for (let done = false; !done; ) {
        this.#sequence++;
        const name = `${table}-${who}-${this.#started}-${process.pid}-${this.#sequence}.parquet`;
        done = place(join(resolve(file), `date=${day}`, name), this.#encode(rows), true);
      }
      // A later day that fails must not write this one again.
      const written = new Set(rows);
      this.#rows = this.#rows.filter((row) => !written.has(row));
      this.#unwritten = this.#rows.length;
    }
  }

  #encode(rows: readonly Row[]): Uint8Array {
    if (writer === undefined) throw new Error('the Parquet library is not loaded');
    const { columns, table } = this.#options;
    const buffer = writer.parquetWriteBuffer({
      columnData: columns.map(({ name }) => ({ name, data: rows.map((row) => row[name] ?? null) })),
      schema: parquetSchema(columns),
      rowGroupSize: 25_000,
      createdBy: `spanbook ${VERSION}`,
      kvMetadata: [
        { key: 'spanbook.schema_version', value: String(SCHEMA_VERSION) },
        { key: 'spanbook.table', value: table },
      ],
    });
    return new Uint8Array(buffer);
  }
}

/** Temporary name, fsync, then the real name. @returns false if `fresh` and the name is taken */
function place(path: string, bytes: Uint8Array, fresh: boolean): boolean {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const fd = openSync(temporary, 'w');
    try {
      let written = 0;
      while (written < bytes.length) written += writeSync(fd, bytes, written);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (!fresh) {
      renameSync(temporary, path);
      return true;
    }
    try {
      // Unlike a rename, a link refuses a name that somebody else took meanwhile.
      linkSync(temporary, path);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      // A file system without links.
      renameSync(temporary, path);
    }
    return true;
  } finally {
    try {
      unlinkSync(temporary);
    } catch {
      // Renamed.
    }
  }
}
