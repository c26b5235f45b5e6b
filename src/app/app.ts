/** The composition root: makes the engine, the loader and the notebooks, and hands them to the page. */
import type { Engine } from '../engine/engine.ts';
import type { Ingest } from '../ingest/index.ts';
import type { NewCell } from '../notebook/edit.ts';
import { createNotebooks as createKept } from '../notebook/persist.ts';
import { createAppData } from './appData.ts';
import type { FoundTrace } from './catalog.ts';
import { createEngineHost } from './engineHost.ts';
import { droppedFiles, type PickedFile, pickFiles, pickFolder } from './fileAccess.ts';
import type { KeyValueStore } from './indexedDb.ts';
import { createLoader, type OpenResult } from './load.ts';
import { createModelColors } from './modelColors.ts';
import { createNotebooks, TRACE_NOTEBOOK } from './notebooks.ts';
import { formatRoute, parseRoute, type Route } from './route.ts';
import { fetchSample } from './sample.ts';
import type { Session } from './session.ts';
import { type KeptSources, keepSources, openAsked, readSources, type Source } from './sources.ts';
import { type AppStore, createAppStore, type Overlay, type SidebarSection } from './store.ts';
import { applyTheme, type Theme } from './theme.ts';
import { keepTimeZone } from './timeZone.ts';

/** Where a new cell goes: beside a cell of this id, or at the end. */
export type Beside = 'end' | { readonly before: string } | { readonly after: string };

/** What the page may ask for. Functions that return nothing report what goes wrong in `alert`. */
export interface App {
  readonly store: AppStore;
  /** Starts the engine and opens what was open, or what the address asks for. Resolves when that is loaded. */
  start(): Promise<void>;
  open(files: readonly PickedFile[]): Promise<OpenResult>;
  openDropped(transfer: DataTransfer): void;
  pickFiles(): void;
  pickFolder(): void;
  pickSample(): void;
  cancelLoad(id: number): void;
  dismissLoad(id: number): void;
  dismissLoads(): void;
  removeFile(sourceFile: string): void;
  closeAllFiles(): void;
  reopen(): void;
  forgetReopen(): void;
  restartEngine(): void;
  /** Rows as plain objects, on a connection of its own. @throws QueryError */
  query(sql: string): Promise<Record<string, unknown>[]>;

  /** The open notebook of an address; undefined while it is being opened. */
  sessionFor(route: Route): Session | undefined;
  navigate(route: Route): void;
  openTrace(traceId: string, spanId?: string): void;
  /** Which traces stand beside this one in the list. */
  findNeighbours(traceId: string): void;
  stepTrace(by: 1 | -1): void;
  findTraces(wanted: string, signal: AbortSignal): Promise<readonly FoundTrace[]>;

  newNotebook(): void;
  renameNotebook(id: string, title: string): void;
  deleteNotebook(id: string): void;
  insertCell(cell: NewCell, at: Beside): void;
  insertSql(sql: string): void;
  insertSelect(table: string): void;
  showRejects(sourceFile: string | undefined): void;
  focusNext(cellId: string): void;
  /** The cell that was asked for has the focus. */
  focused(): void;
  runAll(): void;
  runStale(): void;
  clearFilters(): void;
  /** The last edit of the notebook, outside of editors (which have their own). */
  undo(): void;
  redo(): void;

  setTheme(theme: Theme): void;
  /** IANA name; buckets, axes and lists follow. */
  setTimeZone(zone: string): void;
  show(overlay: Overlay): void;
  showSidebar(section: SidebarSection | undefined): void;
  /** Closes what is on top. */
  escape(): void;
  alert(message: string | undefined): void;
}

export interface AppOptions {
  readonly storage: KeyValueStore;
  startEngine(): Promise<Engine>;
  readonly ingest: Ingest;
  /** id → text of the notebooks that ship with the app. */
  readonly shipped: ReadonlyMap<string, string>;
}

/** After the last cell has run, for someone who looks on at once. */
const QUIET_MS = 3000;

/** Models in the order in which they got their hues. */
const COLORS_KEY = 'model-colors';

const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

export function createApp(options: AppOptions): App {
  const store = createAppStore();
  const { storage } = options;
  const alert = (message: string | undefined) => store.setState({ alert: message });
  const failed = (error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    console.warn(error);
    alert(error instanceof Error ? error.message : String(error));
  };
  /** For what nobody waits for. */
  const background = (work: Promise<unknown>) => void work.catch(failed);

  const host = createEngineHost({
    start: options.startEngine,
    onStatus: (engine) => store.setState({ engine }),
    onLost: () => loader.engineLost(),
    async onRestarted(engine) {
      await data.connect(engine);
      await loader.reload();
      await data.refresh();
      await notebooks.restart(engine);
      await data.refreshCounts(current());
    },
  });
  const colors = createModelColors((models) => background(storage.set(COLORS_KEY, models)));
  const keptNotebooks = createKept({ storage, shipped: options.shipped, onError: failed });
  const notebooks = createNotebooks({
    store,
    files: keptNotebooks,
    shipped: options.shipped,
    engine: host.ready,
    modelColor: (model) => colors.color(model),
    openTrace: (traceId, spanId) => app.openTrace(traceId, spanId),
    onFiltered: () => background(data.refreshCounts(current())),
    onError: failed,
  });
  const data = createAppData({ store, engine: host.ready, session: () => current(), colors });
  const loader = createLoader({
    store,
    ingest: options.ingest,
    engine: host.ready,
    onCommitted: () => background(dataChanged()),
    onSources: (sources) => background(keepOpen(sources)),
  });
  let before: KeptSources | undefined;

  /** Remembers what is open, and what still waits to be opened again. */
  function keepOpen(sources: readonly Source[]): Promise<void> {
    const names = new Set(sources.map((source) => source.name));
    const waits = (name: string) => !names.has(name);
    const { ask = [], drop = [] } = store.getState().reopen ?? {};
    setReopen(ask.filter(waits), drop.filter(waits));
    const left = store.getState().reopen;
    const asked = before?.ask.filter((kept) => left?.ask.includes(kept.name)) ?? [];
    const dropped = left?.drop.map((name) => ({ name, sample: false })) ?? [];
    return keepSources(storage, [...sources, ...asked, ...dropped]);
  }
  const setReopen = (ask: readonly string[], drop: readonly string[]) =>
    store.setState({ reopen: ask.length + drop.length === 0 ? undefined : { ask, drop } });

  const current = (): Session | undefined => notebooks.get(idOf(store.getState().route));
  /** One at a time; what changed meanwhile is seen by the one that follows. */
  let refreshing: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  function dataChanged(): Promise<void> {
    waiting ??= refreshing.then(async () => {
      waiting = undefined;
      // After a restart everything is read anyway.
      if (store.getState().engine.status === 'restarting') return;
      await data.refresh((shape) => notebooks.dataChanged(shape));
      await data.refreshCounts(current());
    });
    refreshing = waiting.catch(() => undefined);
    return waiting;
  }
  const open = async (files: readonly PickedFile[], sample: boolean): Promise<OpenResult> => {
    const result = await loader.open(files, sample);
    await dataChanged();
    background(compactWhenQuiet());
    return result;
  };
  /** Compressing takes a second for a large load, in which no cell can run. */
  async function compactWhenQuiet(): Promise<void> {
    await current()?.runtime.idle();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    // What is being loaded comes here when it is done.
    if (!store.getState().loads.some((l) => l.status === 'waiting' || l.status === 'reading'))
      await data.compact();
  }
  const openSample = async () => open(await fetchSample(), true);

  async function openAtStart({ sample, ready }: KeptSources): Promise<void> {
    const wanted = sample || new URLSearchParams(location.search).has('sample');
    if (wanted) await openSample();
    if (ready.length > 0) await open(ready, false);
    if (!wanted && ready.length === 0) await dataChanged();
  }

  const onRoute = () => {
    const route = parseRoute(location.hash);
    store.setState((s) => ({
      route,
      sidebar: undefined,
      lastNotebook: route.page === 'notebook' ? route.id : s.lastNotebook,
    }));
    background(
      notebooks.open(idOf(route)).then((session) => {
        if (route.page === 'trace') session.showTrace(route.traceId, route.spanId);
        else background(data.refreshCounts(session));
      }),
    );
  };

  const app: App = {
    store,
    async start() {
      applyTheme(store.getState().theme);
      watchRequests(store);
      host.start();
      await notebooks.load();
      const models = await storage.get(COLORS_KEY);
      if (Array.isArray(models)) colors.add(models.map(String));
      window.addEventListener('hashchange', onRoute);
      window.addEventListener('pagehide', () => background(keptNotebooks.flush()));
      // Nothing that follows waits for the engine but what needs it: files are read while it starts.
      const connected = host.ready().then((engine) => data.connect(engine));
      refreshing = connected;
      before = await readSources(storage);
      setReopen(
        before.ask.map((kept) => kept.name),
        before.drop,
      );
      const opening = openAtStart(before);
      opening.catch(() => undefined);
      await connected;
      onRoute();
      await opening;
    },
    open: (files) => open(files, false),
    openDropped: (transfer) => background(droppedFiles(transfer).then((files) => openOrSay(files))),
    pickFiles: () => background(pickFiles().then((files) => open(files, false))),
    pickFolder: () => background(pickFolder().then((files) => openOrSay(files))),
    pickSample: () => background(openSample()),
    cancelLoad: (id) => loader.cancel(id),
    dismissLoad: (id) => store.setState((s) => ({ loads: s.loads.filter((l) => l.id !== id) })),
    dismissLoads: () => store.setState({ loadsDismissed: true }),
    removeFile: (sourceFile) => background(removeFiles([sourceFile])),
    closeAllFiles: () => background(removeFiles(store.getState().files.map((f) => f.sourceFile))),
    reopen() {
      const { ask = [], drop = [] } = store.getState().reopen ?? {};
      const asked = before?.ask.filter((kept) => ask.includes(kept.name)) ?? [];
      background(
        openAsked(asked).then(async (files) => {
          // What was moved, or refused, can only be dropped.
          const opened = new Set(files.map((file) => file.name));
          setReopen([], [...drop, ...ask.filter((name) => !opened.has(name))]);
          if (files.length > 0) await open(files, false);
        }),
      );
    },
    forgetReopen() {
      store.setState({ reopen: undefined });
      background(keepSources(storage, loader.sources()));
    },
    restartEngine: () => host.start(),
    query: (sql) => data.query(sql),

    sessionFor: (route) => notebooks.get(idOf(route)),
    navigate(route) {
      const hash = formatRoute(route);
      if (location.hash === hash || (hash === '#/' && location.hash === '')) onRoute();
      else location.hash = hash;
    },
    openTrace(traceId, spanId) {
      const { route } = store.getState();
      const next: Route =
        spanId === undefined ? { page: 'trace', traceId } : { page: 'trace', traceId, spanId };
      // Another span of the same trace is no new page to go back to.
      if (route.page === 'trace' && route.traceId === traceId) {
        history.replaceState(null, '', formatRoute(next));
        onRoute();
      } else app.navigate(next);
    },
    findNeighbours(traceId) {
      store.setState({ neighbours: undefined });
      background(
        data
          .neighbours(notebooks.get(store.getState().lastNotebook), traceId)
          .then((neighbours) => store.setState({ neighbours })),
      );
    },
    stepTrace(by) {
      const { neighbours } = store.getState();
      const id = by === 1 ? neighbours?.next : neighbours?.previous;
      if (id !== undefined) app.openTrace(id);
    },
    findTraces: (wanted, signal) => data.findTraces(wanted, signal),

    newNotebook: () => background(notebooks.create().then((id) => app.navigate({ page: 'notebook', id }))),
    renameNotebook: (id, title) => notebooks.rename(id, title),
    deleteNotebook(id) {
      background(
        notebooks.remove(id).then(() => {
          const { route } = store.getState();
          if (route.page === 'notebook' && route.id === id)
            app.navigate({ page: 'notebook', id: 'overview' });
        }),
      );
    },
    insertCell(cell, at) {
      const session = current();
      if (session === undefined) return;
      store.setState({ focusCell: session.insert(cell, at) });
    },
    insertSql(sql) {
      const { route, lastNotebook } = store.getState();
      store.setState({ sidebar: undefined });
      const insert = (session: Session) => {
        const id = session.insert({ kind: 'sql', sql }, 'end');
        store.setState({ focusCell: id });
        session.run(id);
      };
      if (route.page === 'notebook') {
        const session = current();
        if (session !== undefined) insert(session);
        return;
      }
      // The trace's page is no place for it: the notebook that it was opened from is.
      app.navigate({ page: 'notebook', id: lastNotebook });
      background(notebooks.open(lastNotebook).then(insert));
    },
    insertSelect(table) {
      app.insertSql(`SELECT * FROM ${table}`);
    },
    showRejects(sourceFile) {
      const where = sourceFile === undefined ? '' : `\nWHERE source_file = ${quoted(sourceFile)}`;
      store.setState({ loadsDismissed: true });
      app.insertSql(
        `SELECT source_file, line, reason, text FROM rejects${where}\nORDER BY source_file, line`,
      );
    },
    focusNext(cellId) {
      const session = current();
      const cells = session?.doc().cells.filter((c) => c.options.hidden !== true) ?? [];
      const next = cells[cells.findIndex((c) => c.id === cellId) + 1];
      if (next !== undefined) store.setState({ focusCell: next.id });
      else app.insertCell({ kind: 'sql' }, 'end');
    },
    focused: () => store.setState({ focusCell: undefined }),
    runAll: () => current()?.runAll(),
    runStale: () => current()?.runStale(),
    undo: () => current()?.document.undo(),
    redo: () => current()?.document.redo(),
    clearFilters: () =>
      current()?.setFilters({
        range: undefined,
        services: undefined,
        models: undefined,
        status: undefined,
        text: undefined,
      }),

    setTheme(theme) {
      applyTheme(theme);
      store.setState({ theme });
    },
    setTimeZone(zone) {
      const change = async () => {
        await (await host.ready()).setTimeZone(zone);
        keepTimeZone(zone);
        store.setState({ timeZone: zone });
        notebooks.setTimeZone(zone);
      };
      background(change());
    },
    show: (overlay) => store.setState({ overlay }),
    showSidebar: (sidebar) => store.setState({ sidebar }),
    escape() {
      const { overlay, sidebar } = store.getState();
      if (overlay !== undefined) store.setState({ overlay: undefined });
      else if (sidebar !== undefined) store.setState({ sidebar: undefined });
    },
    alert,
  };

  async function openOrSay(files: readonly PickedFile[]): Promise<void> {
    if (files.length === 0)
      alert('No trace files in there. Spanbook opens .ndjson, .jsonl, .json and .parquet, also gzipped.');
    else await open(files, false);
  }
  async function removeFiles(names: readonly string[]): Promise<void> {
    const engine = await host.ready();
    for (const name of names) {
      await engine.removeFile(name);
      loader.forget(name);
    }
    store.setState((s) => ({
      loads: s.loads.filter((l) => l.sourceFile === undefined || !names.includes(l.sourceFile)),
    }));
    await dataChanged();
  }
  return app;
}

const idOf = (route: Route) => (route.page === 'trace' ? TRACE_NOTEBOOK : route.id);

/** The foot of the sidebar says how many requests left the origin: it counts them. */
function watchRequests(store: AppStore): void {
  if (typeof PerformanceObserver === 'undefined') return;
  new PerformanceObserver((list) => {
    const foreign = list
      .getEntries()
      .filter((e) => /^(https?|wss?):/.test(e.name) && new URL(e.name).origin !== location.origin).length;
    if (foreign > 0) store.setState((s) => ({ requestsSent: s.requestsSent + foreign }));
  }).observe({ type: 'resource', buffered: true });
}
