/** Where tasks run: in workers (workerRunner.ts), or in the caller's thread (inlineRunner.ts). */
import type { EmitPart, Task, TaskEnd } from './task.ts';

export interface Runner {
  /** Tasks that can be under way at once. */
  readonly lanes: number;
  /**
   * Runs a task. Its next part is sent when `emit` has resolved. An abort ends the task and rejects with the
   * signal's reason.
   */
  run(task: Task, emit: EmitPart, signal?: AbortSignal): Promise<TaskEnd>;
  close(): void;
}
