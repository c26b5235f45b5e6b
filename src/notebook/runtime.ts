/**
 * Runs a notebook: which cells run, in which order, with which variables, and what the page is told. One per open
 * notebook; it knows the engine by its interface only.
 */
import { createStore } from 'zustand/vanilla';
import type { Variable } from '../engine/engine.ts';
import type { Runtime, RuntimeOptions, RuntimeState } from './api.ts';
import { sqlCellNamed, sqlCells } from './cells.ts';
import * as edit from './edit.ts';
import { downstream, type Graph, type Node } from './graph.ts';
import { type Queue, takeNext } from './queue.ts';
import { type Extent, periodBefore, resolveRange } from './range.ts';
import { BECAUSE, failedSource, type LastRun, previousOf, renamed, shiftedStates } from './states.ts';
import type { Cell, CellState, Filters, NotebookDoc } from './types.ts';
import { differing, isReserved, sameVariable, sessionVariables } from './variables.ts';
import { createWaiters } from './waiters.ts';
import { createWorkspace, type Ran, type Workspace } from './workspace.ts';

interface Active {
  readonly id: string;
  readonly controller: AbortController;
}

export type { Runtime, RuntimeOptions, RuntimeState } from './api.ts';

export function createRuntime(options: RuntimeOptions): Runtime {
  const { document: history, now = () => performance.now() } = options;
  let { extent } = options;
  let weighted = options.weighted ?? false;
  const store = createStore<RuntimeState>(() => {
    const filters = options.filters ?? history.doc().filters;
    return {
      cells: Object.fromEntries(sqlCells(history.doc()).map((c) => [c.id, { status: 'never' }])),
      problems: {},
      queued: [],
      filters,
      range: resolveRange(filters.range, extent),
      variables: options.variables ?? {},
      timeZone: options.timeZone ?? 'UTC',
    };
  });
  let workspace: Workspace = createWorkspace(options.connection, options.beforeConnection);
  let graph: Graph | undefined;
  /** The cells that `graph` was made of. */
  let graphOf: readonly Cell[] | undefined;
  let runs = 0;
  let active: Active | undefined;
  /** A cell that has run, and whose rows are being kept for its readers. */
  let keeping: Active | undefined;
  /** Increases with every restart: a loop of an older one stops. */
  let generation = 0;
  let pumping = false;
  let disposed = false;
  let visible: ReadonlySet<string> = new Set();
  const wanted: Queue = new Map();
  const last = new Map<string, LastRun>();
  const waiters = createWaiters(isIdle);
  const settle = waiters.check;

  // ---- state

  const stateOf = (id: string): CellState => store.getState().cells[id] ?? { status: 'never' };
  function setCell(id: string, state: CellState): void {
    if (!sqlCells(history.doc()).some((c) => c.id === id)) return;
    store.setState((s) => ({ cells: { ...s.cells, [id]: state } }));
  }
  function want(ids: Iterable<string>, explicit: boolean): void {
    for (const id of ids) wanted.set(id, { explicit: explicit || wanted.get(id)?.explicit === true });
    publishQueue();
  }
  const publishQueue = () => store.setState({ queued: [...wanted.keys()] });

  const variablesNow = (period?: Extent, cells = history.doc().cells): Map<string, Variable> =>
    sessionVariables(cells, store.getState(), period);

  /** Changes state, then makes stale and runs again what reads the variables that differ now. */
  function change(
    update: Partial<RuntimeState>,
    because: (name: string) => string,
    also: Iterable<string> = [],
  ) {
    const before = variablesNow();
    store.setState(update);
    invalidateVariables(differing(before, variablesNow()), because, also);
  }
  function invalidateVariables(
    names: readonly string[],
    because: (name: string) => string,
    also: Iterable<string> = [],
  ): void {
    const reasons = new Map<string, string>();
    for (const id of also) reasons.set(id, BECAUSE.data);
    for (const node of graph?.nodes.values() ?? []) {
      const name = names.find((n) => node.variables.has(n.toLowerCase()));
      if (name !== undefined && !reasons.has(node.id)) reasons.set(node.id, because(name));
    }
    invalidate(reasons);
  }

  /** Makes cells and all that read them stale, and queues those that have run. */
  function invalidate(reasons: ReadonlyMap<string, string>): void {
    if (graph === undefined || reasons.size === 0) {
      pump();
      return;
    }
    for (const id of downstream(graph, reasons.keys())) {
      const state = stateOf(id);
      const source = graph.nodes.get(id)?.reads.find((r) => r !== id && stateOf(r).status === 'stale');
      const because = reasons.get(id) ?? `\`${nameOf(source) || 'a cell above'}\``;
      if (keeping?.id === id) stopKeeping();
      if (active?.id === id) {
        abortActive('superseded');
        wanted.set(id, { explicit: false });
      }
      if (state.status === 'never') continue;
      const edited = state.status === 'stale' && state.because === BECAUSE.edited;
      if (!edited) {
        setCell(id, { status: 'stale', because, ...previousOf(state) });
        wanted.set(id, { explicit: wanted.get(id)?.explicit ?? false });
      }
    }
    publishQueue();
    pump();
  }
  const nameOf = (id: string | undefined): string => history.doc().cells.find((c) => c.id === id)?.name ?? '';

  function abortActive(reason: string): void {
    const stopped = active;
    active = undefined;
    stopped?.controller.abort(new DOMException(reason, 'AbortError'));
    stopKeeping();
  }

  function stopKeeping(): void {
    keeping?.controller.abort(new DOMException('superseded', 'AbortError'));
    keeping = undefined;
  }

  // ---- the loop

  function pump(): void {
    if (pumping || disposed) {
      settle();
      return;
    }
    pumping = true;
    const mine = generation;
    void loop(mine).finally(() => {
      if (mine !== generation) return;
      pumping = false;
      if (wanted.size > 0 && !disposed) pump();
      else settle();
    });
  }

  async function loop(mine: number): Promise<void> {
    while (wanted.size > 0 && mine === generation && !disposed) {
      let current: Graph;
      try {
        current = await refreshGraph();
      } catch (error) {
        if (mine !== generation || disposed) return;
        failAll(toError(error));
        return;
      }
      if (mine !== generation || disposed) return;
      const node = nextNode(current);
      if (node !== undefined) await runNode(current, node, mine);
      settle();
    }
  }

  /** The engine cannot even say what it holds: every waiting cell says so. */
  function failAll(error: Error): void {
    for (const id of wanted.keys())
      setCell(id, { status: 'error', error, ms: 0, ...previousOf(stateOf(id)) });
    wanted.clear();
    publishQueue();
  }

  async function refreshGraph(): Promise<Graph> {
    const { cells } = history.doc();
    if (graph !== undefined && graphOf === cells) return graph;
    const fresh = await workspace.graph(cells);
    if (disposed) return fresh;
    if (history.doc().cells !== cells) return refreshGraph();
    graph = fresh;
    graphOf = cells;
    store.setState({ problems: Object.fromEntries(fresh.problems) });
    return fresh;
  }

  function nextNode(current: Graph): Node | undefined {
    const id = takeNext(current, wanted, visible, (other) => stateOf(other).status === 'done');
    publishQueue();
    return id === undefined ? undefined : current.nodes.get(id);
  }

  async function runNode(current: Graph, node: Node, mine: number): Promise<void> {
    const { id } = node;
    const sql = node.cell.kind === 'sql' ? node.cell.sql : '';
    const sources = node.reads.map((read) => ({ name: nameOf(read), state: stateOf(read) }));
    const problem = current.problems.get(id) ?? failedSource(sources);
    const previous = previousOf(stateOf(id));
    if (problem !== undefined) {
      setCell(id, { status: 'error', error: new Error(problem), ms: 0, ...previous });
      finish(current, node, sql, false);
      return;
    }
    const waiting = node.reads.find((read) => stateOf(read).status === 'stale' && !wanted.has(read));
    if (waiting !== undefined && stateOf(id).status === 'stale') return;
    if (node.statements.length === 0) {
      setCell(id, { status: 'never' });
      last.delete(id);
      return;
    }
    const mineActive: Active = { id, controller: new AbortController() };
    active = mineActive;
    const run = ++runs;
    const startedAt = now();
    setCell(id, { status: 'running', startedAt, ...previous });
    let outcome: { readonly ran: Ran } | { readonly error: Error };
    try {
      const { range } = store.getState();
      const period = node.cell.options.compare === 'previous' ? periodBefore(range, extent) : undefined;
      const ran = await workspace.run(current, node, {
        variables: variablesNow(),
        before: period === undefined ? undefined : variablesNow(period),
        signal: mineActive.controller.signal,
        now,
      });
      outcome = { ran };
    } catch (error) {
      outcome = { error: toError(error) };
    }
    // Aborted, superseded or from before a restart: whoever did that has set the state.
    if (active !== mineActive || mine !== generation) return;
    active = undefined;
    const cellNow = history.doc().cells.find((c) => c.id === id);
    const edited = cellNow?.kind === 'sql' && cellNow.sql !== sql;
    if ('error' in outcome)
      setCell(id, { status: 'error', error: outcome.error, ms: now() - startedAt, ...previous });
    else {
      const { ran } = outcome;
      const result = { run, ...ran, unweighted: weighted && ran.unweighted };
      setCell(
        id,
        edited ? { status: 'stale', because: BECAUSE.edited, previous: result } : { status: 'done', result },
      );
    }
    finish(current, node, sql, 'ran' in outcome);
    if ('ran' in outcome) await keep(current, node);
  }

  /** After the result is shown: a slow cell that others read becomes a table. If that fails, the view serves. */
  async function keep(current: Graph, node: Node): Promise<void> {
    const mineKeeping: Active = { id: node.id, controller: new AbortController() };
    keeping = mineKeeping;
    await workspace.keep(current, node, mineKeeping.controller.signal).catch(() => undefined);
    if (keeping === mineKeeping) keeping = undefined;
  }

  /** Cells that read this one run again, where it is not what it was. */
  function finish(current: Graph, node: Node, sql: string, ok: boolean): void {
    const before = last.get(node.id);
    last.set(node.id, { sql, ok });
    const same =
      before !== undefined && before.sql === sql && before.ok === ok && node.deterministic && !node.command;
    if (same) return;
    const because = `\`${node.cell.name || 'a cell above'}\``;
    const readers = (current.readers.get(node.id) ?? []).filter((r) => r !== node.id && !wanted.has(r));
    invalidate(new Map(readers.map((reader) => [reader, because])));
  }

  function isIdle(ids: ReadonlySet<string> | 'all'): boolean {
    if (disposed) return true;
    if (ids === 'all') return wanted.size === 0 && active === undefined && !pumping;
    return [...ids].every((id) => !wanted.has(id) && active?.id !== id);
  }
  function settled(ids: Iterable<string> | 'all'): Promise<void> {
    const done = waiters.wait(ids);
    pump();
    settle();
    return done;
  }

  // ---- the document

  const unsubscribe = history.store.subscribe((after, before) => {
    if (after.doc.cells === before.doc.cells) return;
    const gone = sqlCells(before.doc).filter((c) => !after.doc.cells.some((a) => a.id === c.id));
    for (const cell of gone) {
      wanted.delete(cell.id);
      last.delete(cell.id);
      if (active?.id === cell.id) abortActive('deleted');
    }
    store.setState((s) => ({ cells: shiftedStates(s.cells, after.doc, last) }));
    followNames(before.doc, after.doc);
    const names = differing(
      variablesNow(undefined, before.doc.cells),
      variablesNow(undefined, after.doc.cells),
    );
    invalidateVariables(names, BECAUSE.variable);
    publishQueue();
  });

  /** A relation whose cell is gone or has another name goes; its readers find that out. */
  function followNames(before: NotebookDoc, after: NotebookDoc): void {
    const { left, reasons } = renamed(before, after, (id) => graph?.readers.get(id) ?? []);
    for (const name of left) void workspace.forget(name).catch(() => undefined);
    invalidate(reasons);
  }

  // ---- what others call

  const idOf = (name: string): string | undefined => sqlCellNamed(history.doc(), name)?.id;

  const runtime: Runtime = {
    document: history,
    store,
    run(id) {
      const cell = history.doc().cells.find((c) => c.id === id);
      const target = cell?.kind === 'chart' ? idOf(cell.from) : id;
      if (target === undefined) return Promise.resolve();
      if (active?.id === target) abortActive('superseded');
      want([target], true);
      return settled([target]);
    },
    runAll() {
      const ids = sqlCells(history.doc()).map((c) => c.id);
      if (active !== undefined) abortActive('superseded');
      want(ids, true);
      return settled(ids);
    },
    runStale() {
      const ids = sqlCells(history.doc())
        .filter((c) => stateOf(c.id).status === 'stale')
        .map((c) => c.id);
      want(ids, true);
      return settled(ids);
    },
    cancel(id) {
      wanted.delete(id);
      const state = stateOf(id);
      if (active?.id === id) {
        abortActive('cancelled');
        const ms = state.status === 'running' ? now() - state.startedAt : 0;
        setCell(id, { status: 'cancelled', ms, ...previousOf(state) });
      }
      publishQueue();
      settle();
    },
    cancelAll() {
      for (const id of [...wanted.keys()]) wanted.delete(id);
      if (active !== undefined) runtime.cancel(active.id);
      stopKeeping();
      publishQueue();
      settle();
    },
    setVisible(ids) {
      visible = new Set(ids);
    },
    cell(name) {
      const id = idOf(name);
      return id === undefined ? undefined : stateOf(id);
    },
    variable: (name) => variablesNow().get(name) ?? null,
    setVariable(name, value) {
      if (isReserved(name)) throw new Error(`${name} is set by the filters`);
      const { variables } = store.getState();
      if (name in variables && sameVariable(variables[name], value)) return settled('all');
      change({ variables: { ...variables, [name]: value } }, BECAUSE.variable);
      return settled('all');
    },
    setFilters(changes) {
      const filters = Object.fromEntries(
        Object.entries({ ...store.getState().filters, ...changes }).filter(
          ([, value]) => value !== undefined,
        ),
      ) as Filters;
      change({ filters, range: resolveRange(filters.range, extent) }, () => BECAUSE.filters);
      return settled('all');
    },
    setTimeZone(timeZone) {
      change({ timeZone }, () => BECAUSE.timeZone);
      return settled('all');
    },
    setData(data) {
      extent = data.extent;
      weighted = data.weighted;
      graphOf = undefined;
      workspace.catalogChanged();
      const readers = [...(graph?.nodes.values() ?? [])].filter((n) => n.shipped.size > 0).map((n) => n.id);
      const range = resolveRange(store.getState().filters.range, extent);
      change({ range }, () => BECAUSE.data, readers);
      return settled('all');
    },
    async prepare() {
      await refreshGraph();
    },
    async page(cellName, request, signal) {
      const id = idOf(cellName);
      const node = id === undefined ? undefined : graph?.nodes.get(id);
      if (node?.relation === undefined) throw new Error(`There is no result of ${cellName} to page through.`);
      return workspace.page(node, request, variablesNow(), signal);
    },
    rename(id, name) {
      const ran = new Set(
        sqlCells(history.doc())
          .filter((c) => stateOf(c.id).status === 'done')
          .map((c) => c.id),
      );
      const before = new Map(history.doc().cells.map((c) => [c.id, c.raw]));
      history.apply((doc) => edit.rename(doc, id, name));
      const again = history
        .doc()
        .cells.filter((c) => ran.has(c.id) && before.get(c.id) !== c.raw)
        .map((c) => c.id);
      want(again, true);
      return settled(again);
    },
    restart(connection, beforeConnection) {
      generation++;
      pumping = false;
      abortActive('restarted');
      workspace = createWorkspace(connection, beforeConnection);
      graph = undefined;
      graphOf = undefined;
      last.clear();
      const ids: string[] = [];
      for (const cell of sqlCells(history.doc())) {
        const state = stateOf(cell.id);
        if (state.status === 'never' && !wanted.has(cell.id)) continue;
        if (state.status !== 'never')
          setCell(cell.id, { status: 'stale', because: BECAUSE.restart, ...previousOf(state) });
        ids.push(cell.id);
      }
      want(ids, true);
      return settled(ids);
    },
    idle: () => settled('all'),
    async dispose() {
      disposed = true;
      generation++;
      unsubscribe();
      wanted.clear();
      abortActive('closed');
      settle();
      await workspace.close();
    },
  };
  return runtime;
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
