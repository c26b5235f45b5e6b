/** One piece of a file → batches. Runs in a worker in the browser, inline in Node; no DOM, no threads. */
import type { StoredBatch } from '@spanbook/sdk/schema';
import xxhash from 'xxhash-wasm';
import type { RejectRow } from './arrow/tables.ts';
import { BROKEN_GZIP, gunzip } from './gzip.ts';
import { Collector } from './normalize.ts';
import { PriceBook, type PriceRow } from './prices.ts';
import type { Sink } from './rawSpan.ts';
import { foreignName } from './readers/foreign.ts';
import { readRecord, type TextFormat } from './readers/jsonRecord.ts';
import { type RowRange, readRows } from './readers/parquetRows.ts';
import { splitJson } from './readers/splitJson.ts';

interface TaskBase {
  /** Unique for each load of a file, anywhere. */
  readonly load: string;
  /** Unique in a tab; part of every span_key. */
  readonly file: number;
  /** Of the pieces of the file, from 0; part of every span_key. */
  readonly index: number;
  readonly sourceFile: string;
}

export type Task = TaskBase &
  (
    | {
        /** The lines that begin in [start, end) of the file. */
        readonly kind: 'range';
        readonly blob: Blob;
        readonly start: number;
        readonly end: number;
      }
    | {
        /** Whole lines; `last`: the last one may lack its end. */
        readonly kind: 'bytes';
        readonly bytes: Uint8Array<ArrayBuffer>;
        readonly last: boolean;
      }
    | {
        /** All of a file, its records found by their braces. */
        readonly kind: 'document';
        readonly blob: Blob;
        readonly gzip: boolean;
      }
    | ({ readonly kind: 'parquet' } & RowRange)
  );

/** What a task yields, as it goes. */
export interface Part {
  readonly batches: readonly StoredBatch[];
  readonly prices: readonly PriceRow[];
  /** Lines count from the task's first line, 1. */
  readonly rejects: readonly RejectRow[];
  readonly spans: number;
  readonly logs: number;
  readonly notes: readonly string[];
  readonly format: TextFormat | 'spanbook-parquet' | undefined;
  /** JSON values that are no records. */
  readonly strangers: number;
  /** What they look like, if that is known. */
  readonly foreign: string | undefined;
}

export interface TaskEnd {
  /** Line ends in the task's piece. */
  readonly lines: number;
}

export type EmitPart = (part: Part) => Promise<void>;

/** A batch is closed at this size; larger ones insert faster, smaller ones bound memory. */
const MAX_SPANS = 50_000;
const MAX_TEXT = 32 * 1024 * 1024;
const MAX_REJECT_TEXT = 2000;
/** Text in one JavaScript string. V8's limit is 2^29 − 24 characters. */
const MAX_DOCUMENT = 500_000_000;

const hasher = xxhash();
const decoder = new TextDecoder();

/** Prices of the loads at hand: each worker hands a row out once a load. Tasks of a few files come in turns. */
const books = new Map<string, PriceBook>();
const MAX_BOOKS = 8;

function pricesOf(load: string): PriceBook {
  let book = books.get(load);
  if (book === undefined) {
    book = new PriceBook();
    const [oldest] = books.keys();
    if (books.size >= MAX_BOOKS && oldest !== undefined) books.delete(oldest);
    books.set(load, book);
  }
  return book;
}

class TaskRun implements Sink {
  readonly collector: Collector;
  private readonly prices: PriceBook;
  private batches: StoredBatch[] = [];
  private rejects: RejectRow[] = [];
  private notes = new Set<string>();
  private spans = 0;
  private logs = 0;
  private strangers = 0;
  private foreign: string | undefined;
  private format: Part['format'];
  /** Of the record at hand. */
  line = 1;
  text: string | null = null;

  constructor(
    task: TaskBase,
    hash: (text: string) => bigint,
    private readonly emit: EmitPart,
  ) {
    this.prices = pricesOf(task.load);
    // 20 bits of file, 20 of piece, 23 of row.
    const firstKey = (BigInt(task.file) << 43n) | (BigInt(task.index) << 23n);
    this.collector = new Collector(task.sourceFile, this.prices, hash, firstKey);
  }

  span(span: Parameters<Sink['span']>[0]): void {
    // Logfire writes a placeholder when a span starts, with an id of its own.
    if (span.attributes['logfire.span_type'] === 'pending_span') {
      this.note('Placeholders of spans that had only started (Logfire pending_span) were left out.');
      return;
    }
    this.collector.addSpan(span);
    this.spans++;
    if (this.collector.spans.length >= MAX_SPANS || this.collector.contents.size > MAX_TEXT) this.close();
  }

  log(log: Parameters<Sink['log']>[0]): void {
    this.collector.addLog(log);
    this.logs++;
    if (this.collector.logs.length >= 4 * MAX_SPANS) this.close();
  }

  reject(reason: string): void {
    this.rejects.push({ line: this.line, reason, text: this.text?.slice(0, MAX_REJECT_TEXT) ?? null });
  }

  note(text: string): void {
    this.notes.add(text);
  }

  read(text: string, line: number, whole: boolean): void {
    this.line = line;
    this.text = text;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.reject(
        whole
          ? `not valid JSON: ${error instanceof Error ? error.message.slice(0, 200) : String(error)}`
          : 'cut off in the middle of a record: the writer was stopped, or the file was not copied whole',
      );
      return;
    }
    const format = readRecord(value, text, this);
    if (format !== undefined) this.format ??= format;
    else {
      const name = foreignName(value);
      this.strangers++;
      this.foreign ??= name;
      this.reject(
        `${name === undefined ? 'no span' : `${name}, which is not read yet`}: expected an object with trace_id, span_id, name and start_time, or an OTLP request (resourceSpans, resourceLogs)`,
      );
    }
  }

  recognised(format: Part['format']): void {
    this.format ??= format;
  }

  /** Turns what was collected into batches. */
  close(): void {
    const { spans, messages, contents, logs } = this.collector;
    // Bodies first, so that a message never refers to a text that is not there yet.
    if (contents.length > 0) this.batches.push(contents.finish());
    if (messages.length > 0) this.batches.push(messages.finish());
    if (spans.length > 0) this.batches.push(spans.finish());
    if (logs.length > 0) this.batches.push(logs.finish());
    this.collector.reset();
  }

  get full(): boolean {
    return this.batches.length > 0;
  }

  async flush(): Promise<void> {
    this.close();
    const part: Part = {
      batches: this.batches,
      prices: this.prices.takeNewRows(),
      rejects: this.rejects,
      spans: this.spans,
      logs: this.logs,
      notes: [...this.notes],
      format: this.format,
      strangers: this.strangers,
      foreign: this.foreign,
    };
    this.batches = [];
    this.rejects = [];
    this.notes = new Set();
    this.spans = 0;
    this.logs = 0;
    this.strangers = 0;
    await this.emit(part);
  }
}

/** Lines of a text that begins at a line's start. @returns the number of line ends */
async function readLines(run: TaskRun, text: string, last: boolean): Promise<number> {
  let lines = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    // Blank lines are no records.
    if (stop - at > 1 || text.charCodeAt(at) > 32) {
      const line = text.slice(at, stop);
      if (line.length > 100 || line.trim() !== '') run.read(line, lines + 1, end >= 0 || !last);
    }
    if (end < 0) break;
    lines++;
    at = end + 1;
    if (run.full) await run.flush();
  }
  return lines;
}

const NEWLINE = 10;

/** Bytes of the lines that begin in [start, end), the last one whole. */
async function linesIn(blob: Blob, start: number, end: number): Promise<Uint8Array | undefined> {
  // From the byte before: a line begins at `start` only after a line end.
  const from = Math.max(0, start - 1);
  let bytes: Uint8Array = new Uint8Array(await blob.slice(from, end).arrayBuffer());
  if (start > 0) {
    const first = bytes.indexOf(NEWLINE);
    if (first < 0 || first === bytes.length - 1) return undefined;
    bytes = bytes.subarray(first + 1);
  }
  let reach = end;
  let step = 256 * 1024;
  const more: Uint8Array[] = [];
  while (reach < blob.size && (more.length > 0 || bytes[bytes.length - 1] !== NEWLINE)) {
    const piece = new Uint8Array(await blob.slice(reach, reach + step).arrayBuffer());
    const stop = piece.indexOf(NEWLINE);
    more.push(stop < 0 ? piece : piece.subarray(0, stop + 1));
    if (stop >= 0) break;
    reach += step;
    step *= 2;
  }
  if (more.length === 0) return bytes;
  const whole = new Uint8Array(more.reduce((n, p) => n + p.length, bytes.length));
  whole.set(bytes);
  let at = bytes.length;
  for (const piece of more) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function documentText(blob: Blob, gzip: boolean): Promise<{ text: string; broken: boolean }> {
  const tooLarge = () =>
    new Error(
      'One JSON document of more than 500 MB cannot be read in a browser. Write one request a line (NDJSON) instead.',
    );
  if (blob.size > MAX_DOCUMENT) throw tooLarge();
  if (!gzip) return { text: await blob.text(), broken: false };
  const stream = new TextDecoder();
  const pieces: string[] = [];
  let size = 0;
  let broken = false;
  for await (const piece of gunzip(blob)) {
    size += piece.bytes.length;
    if (size > MAX_DOCUMENT) throw tooLarge();
    pieces.push(stream.decode(piece.bytes, { stream: true }));
    broken ||= piece.broken;
  }
  return { text: pieces.join(''), broken };
}

async function runDocument(run: TaskRun, blob: Blob, gzip: boolean): Promise<void> {
  const { text, broken } = await documentText(blob, gzip);
  for (const piece of splitJson(text)) {
    run.read(piece.text, piece.line, piece.complete);
    if (run.full) await run.flush();
  }
  if (broken) run.note(BROKEN_GZIP);
}

/** Runs a task. `emit` gets one part or more; the next is made when its promise resolves. */
export async function runTask(task: Task, emit: EmitPart): Promise<TaskEnd> {
  const { h64 } = await hasher;
  const run = new TaskRun(task, h64, emit);
  let lines = 0;
  switch (task.kind) {
    case 'range': {
      const bytes = await linesIn(task.blob, task.start, task.end);
      if (bytes !== undefined)
        lines = await readLines(
          run,
          decoder.decode(bytes),
          task.end >= task.blob.size || bytes[bytes.length - 1] !== NEWLINE,
        );
      break;
    }
    case 'bytes':
      lines = await readLines(run, decoder.decode(task.bytes), task.last);
      break;
    case 'document':
      await runDocument(run, task.blob, task.gzip);
      break;
    case 'parquet':
      run.recognised('spanbook-parquet');
      run.text = null;
      await readRows(task, run, (row) => {
        run.line = row;
      });
      break;
  }
  await run.flush();
  return { lines };
}
