/** The pool, with workers that run the real task in this thread: Node has no web workers. Chromium runs the real ones. */
import { describe, expect, it } from 'vitest';
import { createIngest, UnreadableFileError } from '../../src/ingest/index.ts';
import { runTask } from '../../src/ingest/task.ts';
import type { FromWorker, ToWorker } from '../../src/ingest/workerProtocol.ts';
import { type WorkerLike, workerRunner } from '../../src/ingest/workerRunner.ts';
import { load, ndjson, record } from './helpers.ts';

class LocalWorker implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;
  alive = true;
  private taken: (() => void) | undefined;

  constructor(private readonly trouble: 'none' | 'dies' | 'refuses' = 'none') {}

  private send(data: FromWorker): void {
    setTimeout(() => {
      if (this.alive) this.onmessage?.({ data } as MessageEvent<FromWorker>);
    }, 0);
  }

  postMessage(message: ToWorker): void {
    if (message.type === 'ack') {
      this.taken?.();
      return;
    }
    if (this.trouble === 'dies') {
      setTimeout(() => this.onerror?.({ message: '' } as ErrorEvent), 1);
      return;
    }
    if (this.trouble === 'refuses') {
      this.send({ type: 'failed', message: 'not ours', refused: true });
      return;
    }
    runTask(message.task, (part) => {
      const done = new Promise<void>((resolve) => {
        this.taken = resolve;
      });
      this.send({ type: 'part', part });
      return done;
    }).then(
      (end) => this.send({ type: 'end', end }),
      (error) => this.send({ type: 'failed', message: String(error), refused: false }),
    );
  }

  terminate(): void {
    this.alive = false;
  }
}

const text = ndjson(...Array.from({ length: 300 }, (_, i) => record({ span_id: String(i) })));

function pool(size: number, trouble?: 'dies' | 'refuses') {
  const workers: LocalWorker[] = [];
  const runner = workerRunner(size, () => {
    const worker = new LocalWorker(trouble);
    workers.push(worker);
    return worker;
  });
  return { ingest: createIngest(runner), runner, workers };
}

describe('the pool of workers', () => {
  it('reads everything, with no more workers than it may have', async () => {
    const { ingest, workers, runner } = pool(2);
    const { summary, rows } = await load(text, { chunkBytes: 5000 }, ingest);
    expect(summary).toMatchObject({ spans: 300, rejects: 0 });
    expect(new Set(rows('spans').map((r) => r.span_id)).size).toBe(300);
    expect(workers).toHaveLength(2);
    // And again, by the same workers.
    expect((await load(text, { chunkBytes: 5000 }, ingest)).summary.spans).toBe(300);
    expect(workers).toHaveLength(2);
    runner.close();
    expect(workers.every((w) => !w.alive)).toBe(true);
  });

  it('takes no more pieces than lanes while nothing is inserted', async () => {
    const { ingest, runner } = pool(2);
    const seen: number[] = [];
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const loading = load(
      text,
      { chunkBytes: 5000, onBatches: () => gate, onProgress: (p) => seen.push(p.spans) },
      ingest,
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    const blocked = seen.at(-1) ?? 0;
    expect(blocked).toBeGreaterThan(0);
    expect(blocked).toBeLessThan((runner.lanes + 1) * 20);
    release();
    expect((await loading).summary.spans).toBe(300);
  });

  it('an abort ends the workers that are at it, and the pool lives on', async () => {
    const { ingest, workers } = pool(2);
    const abort = new AbortController();
    const loading = load(
      text,
      { chunkBytes: 5000, signal: abort.signal, onBatches: async () => abort.abort(new Error('enough')) },
      ingest,
    );
    await expect(loading).rejects.toThrow('enough');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(workers.filter((w) => w.alive).length).toBeLessThanOrEqual(2);
    expect((await load(text, {}, ingest)).summary.spans).toBe(300);
  });

  it('a worker that dies is a clear error', async () => {
    const { ingest, workers } = pool(2, 'dies');
    await expect(load(text, { chunkBytes: 5000 }, ingest)).rejects.toThrow(/A reader stopped unexpectedly/);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(workers.every((w) => !w.alive)).toBe(true);
  });

  it('a refusal stays a refusal', async () => {
    await expect(load(text, {}, pool(1, 'refuses').ingest)).rejects.toBeInstanceOf(UnreadableFileError);
  });
});
