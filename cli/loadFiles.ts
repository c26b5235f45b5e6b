/** Trace files from the disk into an engine, through the same ingest as in the browser. */
import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../src/engine/engine.ts';
import { createIngest, UnreadableFileError } from '../src/ingest/index.ts';

export interface LoadedPath {
  /** As given on the command line, or below the folder that was. */
  readonly path: string;
  readonly format: string;
  readonly spans: number;
  readonly logs: number;
  /** Spans that were there already, from this file or another one. */
  readonly duplicates: number;
  /** Lines skipped; the table `rejects` has them, under this path. */
  readonly rejects: number;
  /** What is odd about the file, for people. */
  readonly notes: readonly string[];
}

/** Below a folder only these are read, so that what else lies there is no error. */
const TRACE_NAME = /\.(ndjson|jsonl|json|parquet|otlp)(\.gz)?$/i;

/**
 * Loads files and folders in order.
 * @throws Error that names the path if one is missing or is no trace file
 */
export async function loadFiles(engine: Engine, paths: readonly string[]): Promise<LoadedPath[]> {
  const ingest = createIngest();
  const loaded: LoadedPath[] = [];
  for (const path of (await Promise.all(paths.map(expand))).flat()) {
    const started = performance.now();
    const blob = await openAsBlob(path);
    const file = await engine.beginFile(path);
    try {
      const read = await ingest(blob, file.sourceFile, {
        onBatches: async (batches) => {
          for (const batch of batches) await file.append(batch);
        },
      });
      const loadMs = performance.now() - started;
      const { spans, logs, duplicates, rejects } = await file.commit({
        format: read.format,
        bytes: read.bytes,
        loadMs,
      });
      loaded.push({ path, format: read.format, spans, logs, duplicates, rejects, notes: read.notes });
    } catch (error) {
      await file.abort();
      if (error instanceof UnreadableFileError)
        throw new Error(`${path}: ${error.message}`, { cause: error });
      throw error;
    }
  }
  return loaded;
}

/** A file itself, or the trace files below a folder. */
async function expand(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`, { cause: error });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && TRACE_NAME.test(entry.name) && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  if (files.length === 0)
    throw new Error(`${path}: no trace files (.ndjson, .jsonl, .json, .parquet) below it`);
  return files;
}
