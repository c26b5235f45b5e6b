/** What the page has of a running notebook. */
import type { StoreApi } from 'zustand/vanilla';
import type { Connection, Variable } from '../engine/engine.ts';
import type { DocumentStore } from './history.ts';
import type { Extent, ResolvedRange } from './range.ts';
import type { CellState, Filters, Page, PageRequest } from './types.ts';
import type { Variables } from './variables.ts';

export interface RuntimeOptions {
  readonly document: DocumentStore;
  readonly connection: Connection;
  /** For `compare=previous`: a connection with a schema of its own. */
  readonly beforeConnection?: Connection;
  /** Of the data loaded; none before any are. */
  readonly extent?: Extent;
  /** Whether the data have weights other than 1. */
  readonly weighted?: boolean;
  /** As restored; default: what the file says. */
  readonly filters?: Filters;
  /** As restored: what inputs and views have set. */
  readonly variables?: Variables;
  readonly timeZone?: string;
  /** Milliseconds; only differences count. */
  readonly now?: () => number;
}

export interface RuntimeState {
  /** By cell id; SQL cells only. A chart shows the state of the cell in its `from`. */
  readonly cells: Readonly<Record<string, CellState>>;
  /** By cell id: why it cannot run (a circle, a name that is taken, a chart of nothing). */
  readonly problems: Readonly<Record<string, string>>;
  /** Ids that wait for their turn. */
  readonly queued: readonly string[];
  readonly filters: Filters;
  readonly range: ResolvedRange;
  /** What `setVariable` was given; inputs that nobody has touched are not in here. To be kept with the document. */
  readonly variables: Variables;
  readonly timeZone: string;
}

export interface Runtime {
  readonly document: DocumentStore;
  readonly store: StoreApi<RuntimeState>;
  /** Runs a cell, before it what it reads and has no result, after it what reads it. Settles when the cell has. */
  run(id: string): Promise<void>;
  /** Every cell, those in view first. */
  runAll(): Promise<void>;
  /** Every cell that is stale. */
  runStale(): Promise<void>;
  cancel(id: string): void;
  cancelAll(): void;
  /** Cells in view run first. */
  setVisible(ids: readonly string[]): void;

  /** State of the SQL cell of this name; through a chart's name, of the cell that it draws. */
  cell(name: string): CellState | undefined;
  variable(name: string): Variable;
  /** Cells that read it run again, if they have run. */
  setVariable(name: string, value: Variable): Promise<void>;
  /** Merges; `undefined` removes one. Cells that depend on filters run again, if they have run. */
  setFilters(change: Partial<Filters>): Promise<void>;
  /** The macro `local` must be redefined before, if the engine has a new one. */
  setTimeZone(timeZone: string): Promise<void>;
  /** After files were loaded or removed, or prices changed: cells that read shipped tables run again. */
  setData(data: { readonly extent: Extent | undefined; readonly weighted: boolean }): Promise<void>;
  page(cellName: string, request: PageRequest, signal?: AbortSignal): Promise<Page>;

  /** Learns what the cells read, so that the first run begins sooner. For a quiet moment before there is data. */
  prepare(): Promise<void>;
  /** Renames a cell and its readers, and runs again what had run. */
  rename(id: string, name: string): Promise<void>;
  /** After a crash of the engine: new connections, and every cell that had run runs again. */
  restart(connection: Connection, beforeConnection?: Connection): Promise<void>;
  /** When nothing runs or waits. */
  idle(): Promise<void>;
  /** Stops; closes the connections. */
  dispose(): Promise<void>;
}
