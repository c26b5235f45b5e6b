import type { Runner } from './runner.ts';
import { runTask } from './task.ts';

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
