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
  try {
    // The engine puts the name that it gave the file in the place of this one.
    const summary = await ingest(picked.file, picked.name, {
      signal: options.signal,
      async onBatches(batches) {
        const load = await begun;
        for (const batch of batches) await load.append(batch);
      },
      onProgress({ bytes, spans }) {
        const now = performance.now();
        if (now - reportedAt < PROGRESS_MS) return;
        reportedAt = now;
        options.onProgress({ bytes, spans });
      },
    });
    const loadMs = performance.now() - startedAt;
    options.onRead();
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
