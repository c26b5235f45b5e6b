/** Files into the engine, in their order, the next ones being read already: what of each is read, where it stands, what came of it. */
import type { Engine } from '../engine/engine.ts';
import type { Ingest } from '../ingest/index.ts';
import type { PickedFile } from './fileAccess.ts';
import { ingestInto } from './ingestInto.ts';
import type { Source } from './sources.ts';
import type { AppStore, LoadItem } from './store.ts';

export interface OpenedFile {
  readonly name: string;
  readonly status: 'done' | 'refused' | 'cancelled';
  readonly spans: number;
  readonly logs: number;
  readonly duplicates: number;
  readonly rejects: number;
  readonly message?: string;
}
/** What `window.spanbook.open` resolves to. */
export interface OpenResult {
  readonly files: readonly OpenedFile[];
  readonly spans: number;
  readonly rejects: number;
}

export interface Loader {
  /** Resolves when every file is loaded, refused or cancelled; never rejects for a file. */
  open(files: readonly PickedFile[], sample: boolean): Promise<OpenResult>;
  cancel(id: number): void;
  /** The engine died: what is being loaded waits for the new one. */
  engineLost(): void;
  /** All that had been loaded, into the new engine. */
  reload(): Promise<void>;
  readonly sources: () => readonly Source[];
  forget(sourceFile: string): void;
}

/** While several files are loading, cells run not more often than this, ms: they take time from the loading. */
const REFRESH_MS = 8000;
/** The first time they do so sooner: there is nothing else to look at. */
const FIRST_REFRESH_MS = 3000;
/** Files being read at once: a file of one piece has work for one worker only. */
const READING = 2;
/** Files read but not yet in the tables, and those being read: they take memory. */
const AHEAD = 6;
/** Within this time after a failure it is known whether the engine itself died. */
const CRASH_NEWS_MS = 50;

export function createLoader(options: {
  store: AppStore;
  ingest: Ingest;
  engine(): Promise<Engine>;
  /** Rows have come in, and more files are to come: counts and cells may follow. */
  onCommitted(): void;
  onSources(sources: readonly Source[]): void;
}): Loader {
  const { store } = options;
  let sources: Source[] = [];
  let lastId = 0;
  /** The files before the one that is added next are in the tables, or on their way. */
  let turn: Promise<void> = Promise.resolve();
  /** Files that are not settled. */
  let unsettled = 0;
  let refreshAt = 0;
  const reading = places(READING);
  const ahead = places(AHEAD);
  let restarts = 0;
  const aborts = new Map<number, AbortController>();

  const patch = (id: number, change: Partial<LoadItem>) =>
    store.setState((s) => ({ loads: s.loads.map((l) => (l.id === id ? { ...l, ...change } : l)) }));

  const load = async (
    source: Source,
    id: number,
    order: { readonly turn: Promise<void>; onTaken(): void },
  ): Promise<OpenedFile> => {
    const generation = restarts;
    const abort = aborts.get(id) ?? new AbortController();
    const none = { name: source.name, spans: 0, logs: 0, duplicates: 0, rejects: 0 };
    const drop = () => {
      sources = sources.filter((s) => s !== source);
    };
    const giveBack = await reading();
    const startedAt = performance.now();
    try {
      abort.signal.throwIfAborted();
      patch(id, { status: 'reading' });
      const loaded = await ingestInto(options.engine(), options.ingest, source, {
        signal: abort.signal,
        turn: order.turn,
        onRead: () => {
          giveBack();
          patch(id, { readBytes: source.file.size });
        },
        onTaken: order.onTaken,
        onProgress: ({ bytes, spans }) => {
          const seconds = Math.max(0.001, (performance.now() - startedAt) / 1000);
          patch(id, { readBytes: bytes, spans, spansPerSecond: spans / seconds });
        },
      });
      source.sourceFile = loaded.sourceFile;
      const { spans, logs, duplicates, rejects, sourceFile, notes } = loaded;
      const message = notes.length > 0 ? { message: notes.join(' ') } : {};
      patch(id, {
        status: 'done',
        readBytes: source.file.size,
        spans,
        logs,
        duplicates,
        rejects,
        sourceFile,
        ms: performance.now() - startedAt,
        ...message,
      });
      return { name: source.name, status: 'done', spans, logs, duplicates, rejects, ...message };
    } catch (error) {
      if (abort.signal.aborted) {
        drop();
        patch(id, { status: 'cancelled' });
        return { ...none, status: 'cancelled' };
      }
      // The engine died under the file: the new one takes it.
      await new Promise((resolve) => setTimeout(resolve, CRASH_NEWS_MS));
      if (restarts !== generation) {
        patch(id, { status: 'waiting', readBytes: 0, spans: 0 });
        aborts.set(id, abort);
        giveBack();
        return load(source, id, order);
      }
      drop();
      const message = error instanceof Error ? error.message : String(error);
      patch(id, { status: 'refused', message });
      return { ...none, status: 'refused', message };
    } finally {
      giveBack();
      aborts.delete(id);
    }
  };

  /** The end is near: cells that ran now would only run again. */
  const allRead = () =>
    store
      .getState()
      .loads.every((l) => l.status !== 'waiting' && (l.status !== 'reading' || l.readBytes >= l.bytes));

  /** Enters files into the list and loads them, behind what is being loaded already. */
  const enqueue = (batch: readonly Source[]): Promise<OpenedFile[]> => {
    const items = batch.map((source) => {
      const id = ++lastId;
      aborts.set(id, new AbortController());
      return { source, id };
    });
    store.setState((s) => ({
      // A new batch begins a new list; what is under way stays.
      loads: [
        ...s.loads.filter((l) => l.status === 'waiting' || l.status === 'reading'),
        ...items.map(({ source, id }) => waiting(id, source)),
      ],
      loadsDismissed: false,
    }));
    if (unsettled === 0) refreshAt = performance.now() + FIRST_REFRESH_MS;
    unsettled += items.length;
    return Promise.all(
      items.map(async ({ source, id }) => {
        const before = turn;
        let onTaken: () => void = () => undefined;
        turn = new Promise((resolve) => {
          onTaken = resolve;
        });
        const leave = await ahead();
        try {
          return await load(source, id, { turn: before, onTaken });
        } finally {
          leave();
          // Of what failed, nothing comes: but the one after it comes after the one before it.
          void before.then(onTaken);
          unsettled--;
          // The end of all is for the caller to see to.
          if (unsettled > 0 && performance.now() > refreshAt && !allRead()) {
            refreshAt = performance.now() + REFRESH_MS;
            options.onCommitted();
          }
        }
      }),
    );
  };

  return {
    sources: () => sources,
    async open(files, sample) {
      const batch = files.map((f): Source => ({ ...f, sample }));
      sources = [...sources, ...batch];
      const opened = await enqueue(batch);
      options.onSources(sources);
      const sum = (key: 'spans' | 'rejects') => opened.reduce((total, f) => total + f[key], 0);
      return { files: opened, spans: sum('spans'), rejects: sum('rejects') };
    },
    cancel: (id) => aborts.get(id)?.abort(new DOMException('Cancelled', 'AbortError')),
    engineLost() {
      restarts++;
    },
    async reload() {
      // What is still waiting, or was cut off, comes by itself.
      const again = sources.filter((s) => s.sourceFile !== undefined);
      for (const source of again) delete source.sourceFile;
      await enqueue(again);
    },
    forget(sourceFile) {
      sources = sources.filter((s) => s.sourceFile !== sourceFile);
      options.onSources(sources);
    },
  };
}

/** Hands out so many places, first come first served. Each is given back by the function that it comes with. */
function places(count: number): () => Promise<() => void> {
  let free = count;
  const queue: (() => void)[] = [];
  return async () => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = queue.shift();
      if (next === undefined) free++;
      else next();
    };
  };
}

const waiting = (id: number, source: Source): LoadItem => ({
  id,
  name: source.name,
  bytes: source.file.size,
  status: 'waiting',
  readBytes: 0,
  spans: 0,
  logs: 0,
  duplicates: 0,
  rejects: 0,
  spansPerSecond: 0,
  ms: 0,
});
