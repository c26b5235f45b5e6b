/** The ingest worker: a thin shell around runTask. Start with `new Worker(url, {type: 'module'})`. */
import { UnreadableFileError } from './detect.ts';
import { runTask, type Task } from './task.ts';
import type { FromWorker, ToWorker } from './workerProtocol.ts';

interface WorkerScope {
  postMessage(message: FromWorker, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

let taken: (() => void) | undefined;

async function run(task: Task): Promise<void> {
  try {
    const end = await runTask(task, (part) => {
      const done = new Promise<void>((resolve) => {
        taken = resolve;
      });
      const buffers = part.batches.map((b) => b.ipc.buffer as ArrayBuffer);
      scope.postMessage({ type: 'part', part }, buffers);
      return done;
    });
    scope.postMessage({ type: 'end', end }, []);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ type: 'failed', message, refused: error instanceof UnreadableFileError }, []);
  }
}

scope.onmessage = ({ data }) => {
  if (data.type === 'run') run(data.task).catch(() => undefined);
  else taken?.();
};
