/** Runs tasks in module workers. */
import { unreachable } from '../base/assert.ts';
import { UnreadableFileError } from './detect.ts';
import type { Runner } from './runner.ts';
import type { EmitPart, Task, TaskEnd } from './task.ts';
import type { FromWorker, ToWorker } from './workerProtocol.ts';

/** The part of Worker that is used: tests bring their own. */
export interface WorkerLike {
  postMessage(message: ToWorker, transfer: Transferable[]): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

const startWorker = (): WorkerLike =>
  new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'spanbook-ingest' });

function defaultWorkers(): number {
  const cores =
    (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator?.hardwareConcurrency ?? 2;
  // Two keep the engine busy; more only cost memory.
  return Math.max(1, Math.min(cores <= 2 ? 2 : cores - 1, 3));
}

class WorkerPool implements Runner {
  private readonly idle: WorkerLike[] = [];
  private readonly waiting: ((worker: WorkerLike) => void)[] = [];
  private readonly all = new Set<WorkerLike>();

  constructor(
    private readonly size: number,
    private readonly start: () => WorkerLike,
  ) {}

  /** One more than there are workers: while a part is being inserted, its worker's place is taken. */
  get lanes(): number {
    return this.size + 1;
  }

  private async take(): Promise<WorkerLike> {
    const free = this.idle.pop();
    if (free !== undefined) return free;
    if (this.all.size < this.size) {
      const worker = this.start();
      this.all.add(worker);
      return worker;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private give(worker: WorkerLike): void {
    worker.onmessage = null;
    worker.onerror = null;
    const next = this.waiting.shift();
    if (next !== undefined) next(worker);
    else this.idle.push(worker);
  }

  /** Ends a worker; whoever waits gets a new one. */
  private drop(worker: WorkerLike): void {
    worker.terminate();
    this.all.delete(worker);
    const next = this.waiting.shift();
    if (next === undefined) return;
    const fresh = this.start();
    this.all.add(fresh);
    next(fresh);
  }

  async run(task: Task, emit: EmitPart, signal?: AbortSignal): Promise<TaskEnd> {
    signal?.throwIfAborted();
    const worker = await this.take();
    if (signal?.aborted) {
      this.give(worker);
      throw signal.reason;
    }
    return new Promise<TaskEnd>((resolve, reject) => {
      const abort = () => {
        this.drop(worker);
        reject(signal?.reason);
      };
      const settle = (then: () => void) => {
        signal?.removeEventListener('abort', abort);
        then();
      };
      const died = (message: string) =>
        settle(() => {
          this.drop(worker);
          reject(new Error(message));
        });
      signal?.addEventListener('abort', abort, { once: true });
      worker.onerror = (event) => died(`A reader stopped unexpectedly: ${event.message || 'out of memory?'}`);
      worker.onmessageerror = () => died('A reader sent data that cannot be read.');
      worker.onmessage = ({ data }) => {
        switch (data.type) {
          case 'part':
            emit(data.part).then(
              () => worker.postMessage({ type: 'ack' }, []),
              (error) =>
                settle(() => {
                  this.drop(worker);
                  reject(error);
                }),
            );
            return;
          case 'end':
            return settle(() => {
              this.give(worker);
              resolve(data.end);
            });
          case 'failed':
            return settle(() => {
              this.give(worker);
              reject(data.refused ? new UnreadableFileError(data.message) : new Error(data.message));
            });
          default:
            return unreachable(data);
        }
      };
      worker.postMessage({ type: 'run', task }, task.kind === 'bytes' ? [task.bytes.buffer] : []);
    });
  }

  close(): void {
    for (const worker of this.all) worker.terminate();
    this.all.clear();
    this.idle.length = 0;
  }
}

/** @param workers default: two, or three where there are cores for it */
export function workerRunner(
  workers: number = defaultWorkers(),
  start: () => WorkerLike = startWorker,
): Runner {
  return new WorkerPool(workers, start);
}
