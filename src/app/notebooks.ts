/** The notebooks there are, shipped and own, and those that are open. Every change is kept at once. */
import type { Engine } from '../engine/engine.ts';
import * as edit from '../notebook/edit.ts';
import { createDocumentStore } from '../notebook/history.ts';
import { parseNotebook } from '../notebook/parse.ts';
import type { Notebooks as KeptNotebooks } from '../notebook/persist.ts';
import { createRuntime } from '../notebook/runtime.ts';
import type { DataShape } from './catalog.ts';
import { connectNotebook, createSession, type Session } from './session.ts';
import type { AppStore, NotebookEntry } from './store.ts';

/** The notebook that shows one trace. It is opened by a trace, and stands in no list. */
export const TRACE_NOTEBOOK = 'trace';

export interface Notebooks {
  /** Reads what is kept; the list is in the store then. */
  load(): Promise<void>;
  /** The open notebook; undefined while it is not. */
  get(id: string): Session | undefined;
  /** Opens a notebook (an unknown id: the overview) and runs it, if there is data. */
  open(id: string): Promise<Session>;
  create(): Promise<string>;
  rename(id: string, title: string): void;
  remove(id: string): Promise<void>;
  /** After the tables have changed: cells run again, by and by. */
  dataChanged(shape: DataShape): void;
  /** After the engine has the zone: cells that show local times run again. */
  setTimeZone(zone: string): void;
  /** New connections for all that is open; cells that had run run again. */
  restart(engine: Engine): Promise<void>;
}

export interface NotebooksOptions {
  readonly store: AppStore;
  readonly files: KeptNotebooks;
  readonly shipped: ReadonlyMap<string, string>;
  engine(): Promise<Engine>;
  openTrace(traceId: string, spanId?: string): void;
  modelColor(model: string): string;
  onFiltered(): void;
  onError(error: unknown): void;
}

export function createNotebooks(options: NotebooksOptions): Notebooks {
  const { store, files, shipped } = options;
  const shippedDocs = new Map([...shipped].map(([id, text]) => [id, parseNotebook(text)]));
  const sessions = new Map<string, Session>();
  const opening = new Map<string, Promise<Session>>();
  let shape: DataShape = { extent: undefined, weighted: false, beyond: 0 };

  const list = () => {
    const own = files.list().filter((f) => !shipped.has(f.id));
    const entries: NotebookEntry[] = [
      ...own.map(({ id, title }) => ({ id, title, shipped: false, edited: false })),
      ...[...shippedDocs]
        .filter(([id]) => id !== TRACE_NOTEBOOK)
        .map(([id, doc]) => ({ id, title: doc.title, shipped: true, edited: files.isEdited(id) })),
    ];
    store.setState({ notebooks: entries });
  };

  async function openNew(id: string): Promise<Session> {
    const engine = await options.engine();
    const kept = files.read(id);
    const document = createDocumentStore(kept.doc);
    const [connection, beforeConnection] = await connectNotebook(engine, id);
    const runtime = createRuntime({
      document,
      connection,
      beforeConnection,
      extent: shape.extent,
      weighted: shape.weighted,
      variables: kept.variables,
      timeZone: store.getState().timeZone,
    });
    const session = createSession({
      id,
      document,
      runtime,
      shipped: shippedDocs.get(id),
      openTrace: options.openTrace,
      modelColor: options.modelColor,
      onFiltered: options.onFiltered,
      onError: options.onError,
    });
    document.store.subscribe((now, before) => {
      if (now.doc === before.doc) return;
      files.write(id, now.doc, { variables: runtime.store.getState().variables });
      list();
    });
    runtime.store.subscribe((now, before) => {
      if (now.variables !== before.variables) files.write(id, document.doc(), { variables: now.variables });
    });
    sessions.set(id, session);
    store.setState((s) => ({ sessionRevision: s.sessionRevision + 1 }));
    if (shape.extent === undefined) runtime.prepare().catch(() => undefined);
    else if (id !== TRACE_NOTEBOOK) session.runAll();
    return session;
  }

  const known = (id: string) => (shipped.has(id) || files.list().some((f) => f.id === id) ? id : 'overview');

  return {
    async load() {
      await files.load();
      list();
    },
    get: (id) => sessions.get(known(id)),
    open(wanted) {
      const id = known(wanted);
      const ready = sessions.get(id);
      if (ready !== undefined) return Promise.resolve(ready);
      const under = opening.get(id) ?? openNew(id).finally(() => opening.delete(id));
      opening.set(id, under);
      return under;
    },
    async create() {
      const id = await files.create(NEW_NOTEBOOK);
      list();
      return id;
    },
    rename(id, title) {
      const session = sessions.get(id);
      if (session !== undefined) session.document.apply((doc) => edit.setTitle(doc, title));
    },
    async remove(id) {
      const session = sessions.get(id);
      sessions.delete(id);
      await files.remove(id);
      list();
      await session?.runtime.dispose();
    },
    dataChanged(next) {
      const first = shape.extent === undefined && next.extent !== undefined;
      shape = next;
      for (const session of sessions.values()) {
        session.runtime.setData(next).catch(options.onError);
        if (first) session.runAll();
      }
    },
    setTimeZone(zone) {
      for (const session of sessions.values()) session.runtime.setTimeZone(zone).catch(options.onError);
    },
    async restart(engine) {
      for (const session of sessions.values()) {
        const [connection, before] = await connectNotebook(engine, session.id);
        session.runtime.restart(connection, before).catch(options.onError);
      }
    },
  };
}

const NEW_NOTEBOOK = `---
spanbook: 1
title: Untitled
---

\`\`\`sql

\`\`\`
`;
