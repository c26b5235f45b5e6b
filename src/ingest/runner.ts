/** Where tasks run: in workers (workerRunner.ts), or right here. */
import { type EmitPart, runTask, type Task, type TaskEnd } from './task.ts';

export interface Runner {
  /** Tasks that can be under way at once. */
  readonly lanes: number;
  /**
   * Runs a task. The part after next waits until `emit` has resolved. An abort ends the task and rejects with the
   * signal's reason.
   */
  run(task: Task, emit: EmitPart, signal?: AbortSignal): Promise<TaskEnd>;
  close(): void;
}

/** Runs tasks in this thread: for Node. */
export function inlineRunner(): Runner {
  return {
    lanes: 1,
    run: (task, emit, signal) =>
      runTask(task, async (part) => {
        signal?.throwIfAborted();
        await emit(part);
        signal?.throwIfAborted();
      }),
    close: () => undefined,
  };
}
