import type { Engine, LoadedFile } from '../engine/engine.ts';
import type { Ingest } from '../ingest/index.ts';
import type { PickedFile } from './fileAccess.ts';

export interface IntoOptions {
  readonly signal: AbortSignal;
  /** Bytes are those on disk. */
  onProgress(progress: { readonly bytes: number; readonly spans: number }): void;
}

/** Progress is not reported more often than this, ms. */
const PROGRESS_MS = 80;

/** One file into the tables: all of it, or nothing. `notes`: what is odd about it, for the user. */
export async function ingestInto(
  engine: Engine,
  ingest: Ingest,
  picked: PickedFile,
  options: IntoOptions,
): Promise<LoadedFile & { readonly notes: readonly string[] }> {
  const startedAt = performance.now();
  let reportedAt = 0;
  const load = await engine.beginFile(picked.name);
  try {
    const summary = await ingest(picked.file, load.sourceFile, {
      signal: options.signal,
      async onBatches(batches) {
        for (const batch of batches) await load.append(batch);
      },
      onProgress({ bytes, spans }) {
        const now = performance.now();
        if (now - reportedAt < PROGRESS_MS) return;
        reportedAt = now;
        options.onProgress({ bytes, spans });
      },
    });
    options.signal.throwIfAborted();
    const loaded = await load.commit({
      format: summary.format,
      bytes: picked.file.size,
      loadMs: performance.now() - startedAt,
    });
    return { ...loaded, notes: summary.notes };
  } catch (error) {
    // The first error is the one to tell; an engine that is gone has nothing to forget.
    await load.abort().catch(() => undefined);
    throw error;
  }
}
