/** The open document with undo and redo, over whole snapshots: they share every cell that did not change. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NotebookDoc } from './types.ts';

export interface DocumentState {
  readonly doc: NotebookDoc;
  readonly past: readonly NotebookDoc[];
  readonly future: readonly NotebookDoc[];
}

export interface DocumentStore {
  readonly store: StoreApi<DocumentState>;
  readonly doc: () => NotebookDoc;
  /**
   * Applies a pure edit. Edits in a row with one `merge` key (typing in one cell: `sql:c3`) are undone as one, until
   * `seal`, another edit, or a pause of a second.
   */
  apply(edit: (doc: NotebookDoc) => NotebookDoc, merge?: string): void;
  /** Ends the run of merged edits: on blur, on run. */
  seal(): void;
  undo(): void;
  redo(): void;
}

const PAUSE_MS = 1000;
const MOST_SNAPSHOTS = 200;

export function createDocumentStore(doc: NotebookDoc, now: () => number = Date.now): DocumentStore {
  const store = createStore<DocumentState>(() => ({ doc, past: [], future: [] }));
  let last: { readonly key: string; readonly at: number } | undefined;
  return {
    store,
    doc: () => store.getState().doc,
    apply(edit, merge) {
      const { doc: before, past } = store.getState();
      const after = edit(before);
      if (after === before) return;
      const at = now();
      const merged = merge !== undefined && last?.key === merge && at - last.at < PAUSE_MS;
      last = merge === undefined ? undefined : { key: merge, at };
      store.setState({
        doc: after,
        past: merged ? past : [...past, before].slice(-MOST_SNAPSHOTS),
        future: [],
      });
    },
    seal() {
      last = undefined;
    },
    undo() {
      const { doc: present, past, future } = store.getState();
      const previous = past.at(-1);
      if (previous === undefined) return;
      last = undefined;
      store.setState({ doc: previous, past: past.slice(0, -1), future: [present, ...future] });
    },
    redo() {
      const { doc: present, past, future } = store.getState();
      const next = future[0];
      if (next === undefined) return;
      last = undefined;
      store.setState({ doc: next, past: [...past, present], future: future.slice(1) });
    },
  };
}
