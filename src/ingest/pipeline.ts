/** A file → batches for the engine: tasks for the runner, inserting overlapped with parsing, memory bounded. */
import type { StoredBatch } from '@spanbook/sdk/schema';
import { priceBatch, type RejectRow, rejectBatch } from './arrow/tables.ts';
import { type Detected, detect, UnreadableFileError } from './detect.ts';
import { BROKEN_GZIP, gzipPieces } from './gzip.ts';
import { openParquet } from './readers/parquetFile.ts';
import type { Runner } from './runner.ts';
import type { Part, Task } from './task.ts';

export interface IngestProgress {
  /** Of the file as it lies on disk. */
  readonly bytes: number;
  readonly totalBytes: number;
  readonly spans: number;
  readonly logs: number;
  readonly rejects: number;
}

export interface IngestOptions {
  /** Takes batches, one call at a time; parsing goes on meanwhile, a few pieces ahead. */
  readonly onBatches: (batches: readonly StoredBatch[]) => Promise<void>;
  readonly onProgress?: (progress: IngestProgress) => void;
  /** Aborting stops the workers; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Size of a piece of text. Default: 2 to 16 MiB, by the file's size. */
  readonly chunkBytes?: number;
}

export interface IngestSummary {
  readonly format: NonNullable<Part['format']>;
  readonly bytes: number;
  readonly spans: number;
  readonly logs: number;
  readonly rejects: number;
  /** For the user: what is odd about the file. */
  readonly notes: readonly string[];
}

/** Reads one file. `name` goes into `source_file`. @throws UnreadableFileError if it is no trace file */
export type Ingest = (blob: Blob, name: string, options: IngestOptions) => Promise<IngestSummary>;

/** Larger pieces insert faster; smaller files are cut so that every lane has work. Bytes of text. */
const MAX_CHUNK = 16 * 1024 * 1024;
const MIN_CHUNK = 2 * 1024 * 1024;
/** How much larger a gzipped trace file is when it is unpacked, roughly. */
const GZIP_RATIO = 10;

function pieceSize(blob: Blob, detected: Detected, lanes: number): number {
  const text = detected.kind === 'json' && detected.gzip ? blob.size * GZIP_RATIO : blob.size;
  return Math.min(MAX_CHUNK, Math.max(MIN_CHUNK, Math.ceil(text / lanes)));
}

/** Where nothing in a file is a record, this many rejects say enough. */
const MAX_UNRECOGNISED = 1000;

interface Piece {
  readonly task: Task;
  /** Bytes of the file done when this task is. */
  readonly bytes: number;
}

/** One load: counts, rejects in order, batches one call at a time. */
class Load {
  spans = 0;
  logs = 0;
  rejects = 0;
  bytes = 0;
  strangers = 0;
  private foreign: string | undefined;
  format: Part['format'];
  readonly notes = new Set<string>();
  private readonly prices = new Set<string>();
  private tail: Promise<void> = Promise.resolve();
  /** Rejects of tasks whose first line is not known yet, by task. */
  private readonly held = new Map<number, RejectRow[]>();
  private readonly lines = new Map<number, number>();
  private nextTask = 0;
  private lineOffset = 0;
  private ready: RejectRow[] = [];

  constructor(
    private readonly name: string,
    private readonly totalBytes: number,
    private readonly options: IngestOptions,
    /** Aborted when the load fails, or the caller gives up. */
    private readonly stop: AbortSignal,
  ) {}

  private deliver(batches: readonly StoredBatch[]): Promise<void> {
    if (batches.length === 0) return this.tail;
    this.tail = this.tail.then(() => {
      this.stop.throwIfAborted();
      return this.options.onBatches(batches);
    });
    return this.tail;
  }

  /** Resolves when the call under way, if any, is over: nothing is delivered after that. */
  async settled(): Promise<void> {
    await this.tail.catch(() => undefined);
  }

  async take(index: number, part: Part): Promise<void> {
    this.spans += part.spans;
    this.logs += part.logs;
    this.rejects += part.rejects.length;
    this.strangers += part.strangers;
    this.foreign ??= part.foreign;
    this.format ??= part.format;
    for (const note of part.notes) this.notes.add(note);
    if (part.rejects.length > 0) this.held.set(index, [...(this.held.get(index) ?? []), ...part.rejects]);
    if (this.format === undefined && this.strangers > MAX_UNRECOGNISED) throw this.stranger();
    const prices = part.prices.filter((p) => !this.prices.has(p.price_key));
    for (const p of prices) this.prices.add(p.price_key);
    this.progress();
    await this.deliver([
      ...(prices.length > 0 ? [priceBatch(prices)] : []),
      ...part.batches,
      ...this.rejectsReady(),
    ]);
  }

  /** A task is over: the lines of the next ones are known. */
  end(index: number, lines: number): void {
    this.lines.set(index, lines);
    for (;;) {
      const count = this.lines.get(this.nextTask);
      if (count === undefined) return;
      const offset = this.lineOffset;
      const rejects = this.held.get(this.nextTask) ?? [];
      this.ready.push(...rejects.map((r) => (r.line === null ? r : { ...r, line: r.line + offset })));
      this.held.delete(this.nextTask);
      this.lines.delete(this.nextTask);
      this.lineOffset += count;
      this.nextTask++;
    }
  }

  private rejectsReady(): StoredBatch[] {
    // Held back until it is clear that this is a trace file at all.
    if (this.ready.length === 0 || this.format === undefined) return [];
    const rows = this.ready;
    this.ready = [];
    return [rejectBatch(rows, this.name)];
  }

  async finish(): Promise<void> {
    if (this.format === undefined && this.strangers > 0) throw this.stranger();
    this.format ??= 'spanbook-ndjson';
    await this.deliver(this.rejectsReady());
    await this.tail;
  }

  private stranger(): UnreadableFileError {
    return new UnreadableFileError(
      `${this.foreign === undefined ? 'Not a trace file: this is JSON, but no record in it is a span' : `This looks like ${this.foreign}, which is not read yet`}. Expected NDJSON as the Spanbook SDK writes it (trace_id, span_id, name, start_time), or OTLP/JSON (resourceSpans).`,
    );
  }

  progress(): void {
    const { bytes, totalBytes, spans, logs, rejects } = this;
    this.options.onProgress?.({ bytes, totalBytes, spans, logs, rejects });
  }
}

/** What all tasks of a load share. */
type Origin = Pick<Task, 'load' | 'file' | 'sourceFile'>;

function* ranges(blob: Blob, origin: Origin, size: number): Generator<Piece> {
  for (let start = 0, index = 0; start < blob.size; start += size, index++) {
    const end = Math.min(start + size, blob.size);
    yield { task: { kind: 'range', ...origin, index, blob, start, end }, bytes: end - start };
  }
}

async function* unzipped(blob: Blob, origin: Origin, size: number, load: Load): AsyncGenerator<Piece> {
  let index = 0;
  for await (const { bytes, last, consumed, broken } of gzipPieces(blob, size)) {
    if (broken) load.notes.add(BROKEN_GZIP);
    yield { task: { kind: 'bytes', ...origin, index: index++, bytes, last }, bytes: consumed };
  }
}

async function* rowGroups(blob: Blob, origin: Origin): AsyncGenerator<Piece> {
  const { metadata, table } = await openParquet(blob);
  let rowStart = 0;
  let index = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const bytes = Number(group.total_compressed_size ?? group.total_byte_size);
    yield {
      task: { kind: 'parquet', ...origin, index: index++, blob, metadata, table, rowStart, rowEnd },
      bytes,
    };
    rowStart = rowEnd;
  }
}

function piecesOf(
  detected: Detected,
  blob: Blob,
  origin: Origin,
  size: number,
  load: Load,
): Iterator<Piece> | AsyncIterator<Piece> {
  if (detected.kind === 'parquet') return rowGroups(blob, origin);
  if (detected.mode === 'document') {
    const task: Task = { kind: 'document', ...origin, index: 0, blob, gzip: detected.gzip };
    return [{ task, bytes: blob.size }].values();
  }
  return detected.gzip ? unzipped(blob, origin, size, load) : ranges(blob, origin, size);
}

/** Runs the tasks, as many at once as the runner has lanes. The first failure stops them all. */
async function runAll(
  pieces: Iterator<Piece> | AsyncIterator<Piece>,
  runner: Runner,
  load: Load,
  stop: AbortController,
): Promise<void> {
  let turn: Promise<unknown> = Promise.resolve();
  const next = () => {
    const result = turn.then(() => {
      stop.signal.throwIfAborted();
      return pieces.next();
    });
    turn = result.catch(() => undefined);
    return result;
  };
  const lane = async () => {
    for (;;) {
      const { done, value } = await next();
      if (done) return;
      const { task, bytes } = value;
      const end = await runner.run(task, (part) => load.take(task.index, part), stop.signal);
      // Rows of a Parquet file are numbered through already.
      load.end(task.index, task.kind === 'parquet' ? 0 : end.lines);
      load.bytes += bytes;
      load.progress();
    }
  };
  const lanes = Array.from({ length: runner.lanes }, () => lane().catch((error) => stop.abort(error)));
  await Promise.all(lanes);
  stop.signal.throwIfAborted();
}

/**
 * The ingest function of a tab or process. It counts the files, so that span keys stay unique: make one.
 * @param runner `workerRunner()` in a browser; default: this thread
 */
export function createIngest(runner?: Runner): Ingest {
  let files = 0;
  // Loaded when it is needed: a page with workers has no use for the readers in its own thread.
  const inline = async () => (await import('./inlineRunner.ts')).inlineRunner();
  return async (blob, name, options) => {
    const origin: Origin = {
      load: crypto.getRandomValues(new Uint32Array(4)).join('-'),
      file: files++,
      sourceFile: name,
    };
    options.signal?.throwIfAborted();
    const stop = new AbortController();
    const abort = () => stop.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', abort, { once: true });
    const load = new Load(name, blob.size, options, stop.signal);
    let pieces: Iterator<Piece> | AsyncIterator<Piece> | undefined;
    try {
      const detected = await detect(blob);
      load.format = detected.kind === 'parquet' ? 'spanbook-parquet' : detected.format;
      const runs = runner ?? (await inline());
      const size = options.chunkBytes ?? pieceSize(blob, detected, runs.lanes);
      pieces = piecesOf(detected, blob, origin, size, load);
      await runAll(pieces, runs, load, stop);
      await load.finish();
    } catch (error) {
      stop.abort(error);
      await load.settled();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
      await pieces?.return?.();
    }
    load.bytes = blob.size;
    load.progress();
    const { format = 'spanbook-ndjson', spans, logs, rejects } = load;
    if (spans + logs + rejects === 0) load.notes.add('The file is valid, but it holds no spans.');
    return { format, bytes: blob.size, spans, logs, rejects, notes: [...load.notes] };
  };
}
