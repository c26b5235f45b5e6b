/** Notebooks as they are kept in the browser: the file's text, and what inputs and views have set. */
import { z } from 'zod';
import { parseNotebook } from '../notebook/parse.ts';
import { serialiseNotebook } from '../notebook/serialise.ts';
import type { NotebookDoc } from '../notebook/types.ts';
import type { Variables } from '../notebook/variables.ts';
import type { KeyValueStore } from './indexedDb.ts';

const PREFIX = 'notebook:';
const kept = z.object({
  version: z.literal(1),
  text: z.string(),
  variables: z.record(
    z.string(),
    z.union([z.null(), z.string(), z.number(), z.boolean(), z.array(z.string())]),
  ),
});
type Kept = z.infer<typeof kept>;

export interface NotebookFiles {
  load(): Promise<void>;
  /** Everything that is kept: own notebooks and shipped ones that were changed. */
  list(): readonly { readonly id: string; readonly title: string }[];
  /** Whether the cells of a shipped notebook are not those that ship; filters do not count. */
  isEdited(id: string): boolean;
  read(id: string): { readonly doc: NotebookDoc; readonly variables: Variables };
  /** Keeps it; the last of several in a row is what counts. */
  write(id: string, doc: NotebookDoc, variables: Variables): void;
  /** The id of the new notebook. */
  create(text: string): Promise<string>;
  remove(id: string): Promise<void>;
}

export function createNotebookFiles(options: {
  storage: KeyValueStore;
  shipped: ReadonlyMap<string, string>;
  onError(error: unknown): void;
}): NotebookFiles {
  const { storage, shipped } = options;
  const files = new Map<string, Kept>();
  /** Ids whose text is newer than what is stored. */
  const dirty = new Set<string>();
  let writing = false;

  async function flush(): Promise<void> {
    if (writing) return;
    writing = true;
    try {
      for (const id of dirty) {
        dirty.delete(id);
        const file = files.get(id);
        if (file === undefined) await storage.delete(PREFIX + id);
        else await storage.set(PREFIX + id, file);
      }
    } finally {
      writing = false;
    }
    if (dirty.size > 0) await flush();
  }
  const keep = (id: string) => {
    dirty.add(id);
    return flush();
  };
  const textOf = (id: string) => files.get(id)?.text ?? shipped.get(id) ?? '';
  const cellsOf = (text: string) =>
    parseNotebook(text)
      .cells.map((c) => c.raw)
      .join('');

  return {
    async load() {
      for (const key of await storage.keys()) {
        if (!key.startsWith(PREFIX)) continue;
        const file = kept.safeParse(await storage.get(key));
        if (file.success) files.set(key.slice(PREFIX.length), file.data);
        else options.onError(new Error(`A notebook that was kept here cannot be read: ${key}`));
      }
    },
    list: () => [...files].map(([id, { text }]) => ({ id, title: parseNotebook(text).title || 'Untitled' })),
    isEdited(id) {
      const file = files.get(id);
      const original = shipped.get(id);
      return file !== undefined && original !== undefined && cellsOf(file.text) !== cellsOf(original);
    },
    read: (id) => ({ doc: parseNotebook(textOf(id)), variables: files.get(id)?.variables ?? {} }),
    write(id, doc, variables) {
      const file = kept.safeParse({ version: 1, text: serialiseNotebook(doc), variables });
      // Variables of types that are not kept (a Date of a view) do not stop the text from being.
      files.set(id, file.success ? file.data : { version: 1, text: serialiseNotebook(doc), variables: {} });
      keep(id).catch(options.onError);
    },
    async create(text) {
      let id = 'notebook';
      for (let n = 2; files.has(id) || shipped.has(id); n++) id = `notebook-${n}`;
      files.set(id, { version: 1, text, variables: {} });
      await keep(id);
      return id;
    },
    async remove(id) {
      files.delete(id);
      await keep(id);
    },
  };
}
