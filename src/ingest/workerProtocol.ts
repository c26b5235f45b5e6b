/** Messages between the page and an ingest worker. A worker runs one task at a time. */
import type { Part, Task, TaskEnd } from './task.ts';

export type ToWorker =
  | { readonly type: 'run'; readonly task: Task }
  /** The last part has been taken. */
  | { readonly type: 'ack' };

export type FromWorker =
  | { readonly type: 'part'; readonly part: Part }
  | { readonly type: 'end'; readonly end: TaskEnd }
  /** `refused`: the file is none that we read, in words for the user. */
  | { readonly type: 'failed'; readonly message: string; readonly refused: boolean };
