import type { StoredBatch } from '@spanbook/sdk/schema';
import type { Engine, LoadedFile } from '../engine/engine.ts';
import type { Ingest } from '../ingest/index.ts';
import type { PickedFile } from './fileAccess.ts';

export interface IntoOptions {
  readonly signal: AbortSignal;
  /** When this resolves, the files before this one are in the tables, or on their way. */
  readonly turn: Promise<void>;
  /** Bytes are those on disk. */
  onProgress(progress: { readonly bytes: number; readonly spans: number }): void;
  /** All of it has been read. */
  onRead(): void;
  /** It is on its way into the tables: the next one may follow. */
  onTaken(): void;
}

/** What may wait for the engine before the readers do, bytes of Arrow of one file: they go on while it starts, too. */
const BUFFERED_BYTES = 48 * 1024 * 1024;
/** Progress is not reported more often than this, ms. */
const PROGRESS_MS = 80;

/**
 * One file into the tables: all of it, or nothing. It is read while the engine still starts. `notes`: what is odd about
 * it, for the user.
 */
export async function ingestInto(
  engine: Promise<Engine>,
  ingest: Ingest,
  picked: PickedFile,
  options: IntoOptions,
): Promise<LoadedFile & { readonly notes: readonly string[] }> {
  const startedAt = performance.now();
  let reportedAt = 0;
  const begun = engine.then((e) => e.beginFile(picked.name));
  // Without an engine, the first batch says so.
  begun.catch(() => undefined);
  let buffered = 0;
  let appended: Promise<void> = Promise.resolve();
  const append = async (batch: StoredBatch, size: number) => {
    const load = await begun;
    await load.append(batch);
    buffered -= size;
  };
  try {
    // The engine puts the name that it gave the file in the place of this one.
    const summary = await ingest(picked.file, picked.name, {
      signal: options.signal,
      async onBatches(batches) {
        for (const batch of batches) {
          // The engine takes the buffer over.
          const size = batch.ipc.byteLength;
          buffered += size;
          appended = appended.then(() => append(batch, size));
          // Whoever waits for it next hears of a failure: a call when the buffer is full, or the end.
          appended.catch(() => undefined);
        }
        if (buffered > BUFFERED_BYTES) await appended;
      },
      onProgress({ bytes, spans }) {
        const now = performance.now();
        if (now - reportedAt < PROGRESS_MS) return;
        reportedAt = now;
        options.onProgress({ bytes, spans });
      },
    });
    options.onRead();
    await unlessAborted(appended, options.signal);
    const loadMs = performance.now() - startedAt;
    await unlessAborted(options.turn, options.signal);
    const load = await begun;
    options.signal.throwIfAborted();
    const taken = load.commit({ format: summary.format, bytes: picked.file.size, loadMs });
    options.onTaken();
    return { ...(await taken), notes: summary.notes };
  } catch (error) {
    // The first error is the one to tell; an engine that is gone has nothing to forget.
    await begun.then((load) => load.abort()).catch(() => undefined);
    throw error;
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
