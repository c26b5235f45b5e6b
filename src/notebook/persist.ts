/**
 * Notebooks as they are kept between visits: the file's text and the state around it. Shipped notebooks are kept only
 * as forks, once they differ from what ships, with a mark of the text that they came from.
 */
import { z } from 'zod';
import type { Variable } from '../engine/engine.ts';
import { parseNotebook } from './parse.ts';
import { serialiseNotebook } from './serialise.ts';
import type { NotebookDoc } from './types.ts';
import type { Variables } from './variables.ts';

/** A key-value store of plain values; the app's is IndexedDB. */
export interface Storage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

export function memoryStorage(): Storage {
  const map = new Map<string, unknown>();
  return {
    get: async (key) => map.get(key),
    set: async (key, value) => void map.set(key, structuredClone(value)),
    delete: async (key) => void map.delete(key),
    keys: async () => [...map.keys()],
  };
}

const variableSchema: z.ZodType<Variable> = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.bigint(),
  z.boolean(),
  z.date(),
  z.array(z.string()),
  z.object({ epochMs: z.number() }),
  z.object({ intervalMs: z.number() }),
]);

/** What is stored. A new version reads the old ones. */
const keptSchema = z.object({
  version: z.literal(1),
  /** The notebook file; absent: as shipped. */
  text: z.string().optional(),
  /** Of the shipped text that the fork came from; absent: the user's own notebook. */
  shippedMark: z.string().optional(),
  variables: z.record(z.string(), variableSchema),
  /** The page's own: folded cells, sizes, the trace that is open. */
  view: z.record(z.string(), z.json()).default({}),
});
type Kept = z.infer<typeof keptSchema>;

/** What stands around a notebook's text. */
export interface OpenState {
  readonly variables: Variables;
  /** Plain JSON of the page. */
  readonly view: Readonly<Record<string, z.core.util.JSONType>>;
}

export interface OpenNotebook extends OpenState {
  readonly doc: NotebookDoc;
  /** A shipped notebook whose cells the user has changed. */
  readonly edited: boolean;
  /** It ships with another text now than the one the user has changed: offer to reset. */
  readonly shippedChanged: boolean;
}

export interface Notebooks {
  /** Reads what is kept; to be awaited before anything else. */
  load(): Promise<void>;
  /** The user's own notebooks and forks; shipped ones as they ship are not in here. */
  list(): readonly { readonly id: string; readonly title: string }[];
  /** Cells that are not those that ship; the front matter (filters, title) does not count. */
  isEdited(id: string): boolean;
  /** An unknown id is an empty notebook. */
  read(id: string): OpenNotebook;
  /** Keeps it soon; of several in a row the last one. */
  write(id: string, doc: NotebookDoc, state?: Partial<OpenState>): void;
  /** The id of a new notebook. */
  create(text: string): Promise<string>;
  remove(id: string): Promise<void>;
  /** A shipped notebook as it ships; what inputs and views have set stays. */
  reset(id: string): OpenNotebook;
  /** Starts writing at once what waits: on `pagehide`. */
  flush(): Promise<void>;
}

export interface NotebooksOptions {
  readonly storage: Storage;
  /** Id → text. */
  readonly shipped: ReadonlyMap<string, string>;
  /** A key that cannot be read, a write that failed. Nothing is deleted. */
  onError(error: unknown): void;
  /** Default 200. */
  readonly delayMs?: number;
}

const PREFIX = 'notebook:';

export function createNotebooks({ storage, shipped, onError, delayMs = 200 }: NotebooksOptions): Notebooks {
  const files = new Map<string, Kept>();
  /** Ids whose state is newer than what is stored. */
  const dirty = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();

  const fresh = (): Kept => ({ version: 1, variables: {}, view: {} });
  const textOf = (id: string): string => files.get(id)?.text ?? shipped.get(id) ?? '';
  const edited = (id: string): boolean => {
    const text = files.get(id)?.text;
    const original = shipped.get(id);
    return text !== undefined && original !== undefined && cellsOf(text) !== cellsOf(original);
  };

  function put(id: string, kept: Kept): void {
    files.set(id, kept);
    touch(id);
  }
  function touch(id: string): void {
    dirty.add(id);
    timer ??= setTimeout(() => void flush().catch(onError), delayMs);
  }

  /** The first write starts in this turn, so that a page that is about to go gets it out. */
  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const ids = [...dirty];
    dirty.clear();
    const writes = ids.map((id) => {
      const kept = files.get(id);
      const done = kept === undefined ? storage.delete(PREFIX + id) : storage.set(PREFIX + id, kept);
      return done.catch((error: unknown) => {
        dirty.add(id);
        throw error;
      });
    });
    const before = writing;
    writing = Promise.all([before.catch(() => undefined), ...writes]).then(() => undefined);
    return writing;
  }

  function read(id: string): OpenNotebook {
    const kept = files.get(id) ?? fresh();
    const original = shipped.get(id);
    return {
      doc: parseNotebook(textOf(id)),
      variables: kept.variables,
      view: kept.view,
      edited: edited(id),
      shippedChanged:
        original !== undefined && kept.shippedMark !== undefined && kept.shippedMark !== markOf(original),
    };
  }

  return {
    async load() {
      for (const key of await storage.keys()) {
        if (!key.startsWith(PREFIX)) continue;
        const kept = keptSchema.safeParse(await storage.get(key));
        if (kept.success) files.set(key.slice(PREFIX.length), kept.data);
        else
          onError(new Error(`A notebook that was kept here cannot be read: ${key}`, { cause: kept.error }));
      }
    },
    list: () =>
      [...files.keys()]
        .filter((id) => !shipped.has(id) || edited(id))
        .map((id) => ({ id, title: parseNotebook(textOf(id)).title || 'Untitled' })),
    isEdited: edited,
    read,
    write(id, doc, state = {}) {
      const before = files.get(id) ?? fresh();
      const original = shipped.get(id);
      const text = serialiseNotebook(doc);
      const around = { variables: state.variables ?? before.variables, view: state.view ?? before.view };
      if (original === undefined) return put(id, { version: 1, text, ...around });
      // What equals the shipped text is no fork: it follows when a new version ships.
      if (text === original) return put(id, { version: 1, ...around });
      put(id, { version: 1, text, shippedMark: before.shippedMark ?? markOf(original), ...around });
    },
    async create(text) {
      let id = 'notebook';
      for (let n = 2; files.has(id) || shipped.has(id); n++) id = `notebook-${n}`;
      put(id, { ...fresh(), text });
      await flush();
      return id;
    },
    async remove(id) {
      files.delete(id);
      dirty.add(id);
      await flush();
    },
    reset(id) {
      const { variables, view } = files.get(id) ?? fresh();
      put(id, { version: 1, variables, view });
      return read(id);
    },
    flush,
  };
}

const cellsOf = (text: string): string =>
  parseNotebook(text)
    .cells.map((cell) => cell.raw)
    .join('');

/** Tells texts apart (FNV-1a, 64 bits); no protection against anybody. */
export function markOf(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
