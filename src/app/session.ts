/** An open notebook: its document, its runtime, and what the page does with them. */
import { useMemo, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import type { Connection, Engine } from '../engine/engine.ts';
import * as edit from '../notebook/edit.ts';
import type { DocumentStore } from '../notebook/history.ts';
import type { Runtime } from '../notebook/runtime.ts';
import type { Cell, CellState, Filters, NotebookDoc, SqlCell, ViewContext } from '../notebook/types.ts';
import type { SqlSchema } from '../widgets/sqlEditor/schema.ts';
import type { Beside } from './app.ts';
import type { AppState, TableInfo } from './store.ts';

export interface Session {
  readonly id: string;
  readonly runtime: Runtime;
  readonly document: DocumentStore;
  doc(): NotebookDoc;
  run(id: string): void;
  runAll(): void;
  runStale(): void;
  cancel(id: string): void;
  setSql(id: string, sql: string): void;
  setText(id: string, text: string): void;
  /** Ends a run of typing, for undo. */
  seal(): void;
  /** The id of the new cell. */
  insert(cell: edit.NewCell, at: Beside): string;
  duplicate(id: string): void;
  moveBy(id: string, by: 1 | -1): void;
  remove(id: string): void;
  applyFix(id: string, fix: { readonly from: number; readonly to: number; readonly text: string }): void;
  /** A cell of the shipped notebook, edited or not. */
  isShipped(cell: Cell): boolean;
  isForked(cell: Cell): boolean;
  resetCell(cell: Cell): void;
  setFilters(change: Partial<Filters>): void;
  /** Of the notebook `trace`: what it is about. */
  showTrace(traceId: string, spanId: string | undefined): void;
  /** Without a change of the address. */
  selectSpan(spanId: string): void;
  readonly context: Omit<ViewContext, 'filters' | 'range' | 'timeZone'>;
}

export interface SessionOptions {
  readonly id: string;
  readonly document: DocumentStore;
  readonly runtime: Runtime;
  /** The notebook as it ships, if it does. */
  readonly shipped: NotebookDoc | undefined;
  openTrace(traceId: string, spanId?: string): void;
  modelColor(model: string): string;
  onFiltered(): void;
  onError(error: unknown): void;
}

/** Schemas in the engine: one a notebook, and one for its period before. */
export async function connectNotebook(engine: Engine, id: string): Promise<[Connection, Connection]> {
  const schema = `nb_${id.replace(/[^a-z0-9]+/gi, '_').toLowerCase()}`;
  return [await engine.connect(schema), await engine.connect(`${schema}__before`)];
}

export function createSession(options: SessionOptions): Session {
  const { document, runtime, shipped } = options;
  const doc = () => document.doc();
  const background = (work: Promise<unknown>) => void work.catch(options.onError);
  const shippedCell = (cell: Cell) =>
    cell.name === '' ? undefined : shipped?.cells.find((c) => c.kind === cell.kind && c.name === cell.name);
  const session: Session = {
    id: options.id,
    runtime,
    document,
    doc,
    run: (id) => background(runtime.run(id)),
    runAll: () => background(runtime.runAll()),
    runStale: () => background(runtime.runStale()),
    cancel: (id) => runtime.cancel(id),
    setSql: (id, sql) => document.apply((d) => edit.setSql(d, id, sql), `sql:${id}`),
    setText: (id, text) => document.apply((d) => edit.setText(d, id, text)),
    seal: () => document.seal(),
    insert(cell, at) {
      const id = `c${doc().nextId}`;
      document.apply((d) => edit.insert(d, cell, placeOf(d, at)));
      return id;
    },
    duplicate: (id) => document.apply((d) => edit.duplicate(d, id)),
    moveBy(id, by) {
      const { cells } = doc();
      const at = cells.findIndex((c) => c.id === id);
      // Moving down puts it before the one after the next.
      const before = cells[by === 1 ? at + 2 : at - 1];
      if (at + by < 0 || at + by >= cells.length) return;
      document.apply((d) => edit.move(d, id, before === undefined ? 'end' : { before: before.id }));
    },
    remove: (id) => document.apply((d) => edit.remove(d, id)),
    applyFix(id, { from, to, text }) {
      const cell = doc().cells.find((c) => c.id === id);
      if (cell?.kind !== 'sql') return;
      session.setSql(id, cell.sql.slice(0, from) + text + cell.sql.slice(to));
      document.seal();
      session.run(id);
    },
    isShipped: (cell) => shippedCell(cell) !== undefined,
    isForked(cell) {
      const original = shippedCell(cell);
      return original?.kind === 'sql' && cell.kind === 'sql' && original.sql !== cell.sql;
    },
    resetCell(cell) {
      const original = shippedCell(cell);
      if (original?.kind !== 'sql') return;
      session.setSql(cell.id, original.sql);
      document.seal();
      session.run(cell.id);
    },
    setFilters(change) {
      background(runtime.setFilters(change));
      const { filters } = runtime.store.getState();
      document.apply((d) => edit.setDocFilters(d, filters), 'filters');
      options.onFiltered();
    },
    showTrace(traceId, spanId) {
      if (runtime.variable('trace_id') !== traceId) background(runtime.setVariable('trace_id', traceId));
      background(runtime.setVariable('span_id', spanId ?? null));
      // Cells that have run run again by themselves.
      for (const [id, state] of Object.entries(runtime.store.getState().cells))
        if (state.status === 'never') session.run(id);
    },
    selectSpan: (spanId) => background(runtime.setVariable('span_id', spanId)),
    context: {
      cell: (name) => runtime.cell(name),
      setVariable(name, value) {
        // The selected span stands in the address, so that a reload and a link find it again.
        const trace = runtime.variable('trace_id');
        if (
          options.id === 'trace' &&
          name === 'span_id' &&
          typeof value === 'string' &&
          typeof trace === 'string'
        )
          options.openTrace(trace, value);
        else background(runtime.setVariable(name, value));
      },
      variable: (name) => runtime.variable(name),
      page: (name, request, signal) => runtime.page(name, request, signal),
      setFilters: (change) => session.setFilters(change),
      openTrace: options.openTrace,
      modelColor: options.modelColor,
    },
  };
  // Filters that an undo has brought back.
  document.store.subscribe((now, before) => {
    const { filters } = now.doc;
    if (now.doc.head === before.doc.head) return;
    if (JSON.stringify(filters) === JSON.stringify(runtime.store.getState().filters)) return;
    background(runtime.setFilters({ ...NO_FILTERS, ...filters }));
    options.onFiltered();
  });
  return session;
}

const NO_FILTERS: { [K in keyof Required<Filters>]: undefined } = {
  range: undefined,
  services: undefined,
  models: undefined,
  status: undefined,
  text: undefined,
};

function placeOf(doc: NotebookDoc, at: Beside): edit.Place {
  if (at === 'end' || 'before' in at) return at;
  const next = doc.cells[doc.cells.findIndex((c) => c.id === at.after) + 1];
  return next === undefined ? 'end' : { before: next.id };
}

// ---- for React

export const useDoc = (session: Session): NotebookDoc =>
  useStore(session.document.store, (state) => state.doc);

const NEVER: CellState = { status: 'never' };
export const useCellState = (session: Session, id: string): CellState =>
  useStore(session.runtime.store, (state) => state.cells[id] ?? NEVER);

/** What views are given. It is a new object whenever something that they may read has changed. */
export function useViewContext(session: Session): ViewContext {
  const state = useStore(session.runtime.store);
  return useMemo(
    () => ({
      ...session.context,
      filters: state.filters,
      range: state.range,
      timeZone: state.timeZone,
    }),
    [session, state],
  );
}

/** Cells that have run, and how long their last runs took together. */
export function useTotals(session: Session): {
  readonly cells: number;
  readonly ms: number;
  /** A cell is compared with the period before. */
  readonly compared: boolean;
} {
  const cells = useStore(session.runtime.store, (state) => state.cells);
  return useMemo(() => {
    const results = Object.values(cells).flatMap((c) => (c.status === 'done' ? [c.result] : []));
    return {
      cells: results.length,
      ms: results.reduce((sum, { ms }) => sum + ms, 0),
      compared: results.some((r) => r.before !== undefined),
    };
  }, [cells]);
}

/** Tables, functions, and the named cells of this notebook with the columns of their results. */
export function useEditorSchema(
  session: Session,
  tables: readonly TableInfo[],
  functions: AppState['functions'],
): SqlSchema {
  const doc = useDoc(session);
  // Columns of other cells: a change of a result that is not drawn here need not redraw the editor.
  const shapes = useSyncExternalStore(session.runtime.store.subscribe, () => shapesOf(session, doc));
  return useMemo(
    () => ({ tables: [...tables, ...cellTables(session, doc, shapes)], functions }),
    [session, doc, shapes, tables, functions],
  );
}

const namedSql = (doc: NotebookDoc) =>
  doc.cells.filter((c): c is SqlCell => c.kind === 'sql' && c.name !== '');

function shapesOf(session: Session, doc: NotebookDoc): string {
  return namedSql(doc)
    .map((c) =>
      columnsOf(session, c)
        .map((col) => col.name)
        .join(','),
    )
    .join(';');
}
function columnsOf(session: Session, cell: SqlCell) {
  const state = session.runtime.store.getState().cells[cell.id] ?? NEVER;
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  return result?.table.columns ?? [];
}
function cellTables(session: Session, doc: NotebookDoc, _shapes: string) {
  return namedSql(doc).map((cell) => ({
    name: cell.name,
    description: 'A cell of this notebook.',
    columns: columnsOf(session, cell).map(({ name, type }) => ({ name, type })),
  }));
}
