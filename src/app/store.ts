import { createStore, type StoreApi } from 'zustand/vanilla';
import { HOME, type Route } from './route.ts';
import { readTheme, type Theme } from './theme.ts';
import { readTimeZone } from './timeZone.ts';

/** A file on its way into the tables, or what came of it. Bytes are those on disk. */
export interface LoadItem {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly status: 'waiting' | 'reading' | 'done' | 'refused' | 'cancelled';
  readonly readBytes: number;
  readonly spans: number;
  readonly logs: number;
  readonly duplicates: number;
  readonly rejects: number;
  readonly spansPerSecond: number;
  readonly ms: number;
  /** Name in the tables, once it is there. */
  readonly sourceFile?: string;
  /** Why it was refused, or what is to be said of it. */
  readonly message?: string;
}

/** A row of the table `files`. */
export interface FileRow {
  readonly sourceFile: string;
  readonly spans: number;
  readonly logs: number;
  readonly rejects: number;
}

export interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}
export interface TableInfo {
  readonly name: string;
  readonly columns: readonly ColumnInfo[];
  /** Rows; `filtered` is absent where filters do not apply. */
  readonly all?: number;
  readonly filtered?: number;
}

export interface NotebookEntry {
  readonly id: string;
  readonly title: string;
  readonly shipped: boolean;
  /** A shipped notebook that was edited here. */
  readonly edited: boolean;
}

/** The histogram over all the data, for the brush. Times in epoch ms UTC. */
export interface Extent {
  readonly from: number;
  readonly to: number;
  readonly bucketMs: number;
  readonly buckets: readonly { readonly start: number; readonly traces: number; readonly errors: number }[];
}

export interface Choices {
  readonly services: readonly { readonly value: string; readonly count: number }[];
  readonly models: readonly { readonly value: string; readonly count: number; readonly costUsd: number }[];
}

/** What was open before a reload and could not be opened by itself. */
export interface Reopen {
  /** Need a click: the browser asks for permission. */
  readonly ask: readonly string[];
  /** Must be dropped again. */
  readonly drop: readonly string[];
}

export type EngineStatus =
  | { readonly status: 'starting' }
  | { readonly status: 'ready' }
  | { readonly status: 'restarting'; readonly reason: string }
  | { readonly status: 'failed'; readonly reason: string };

export type Overlay = 'palette' | 'help' | undefined;
export type SidebarSection = 'data' | 'tables' | 'notebooks';

export interface AppState {
  readonly engine: EngineStatus;
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number } | undefined;
  readonly route: Route;
  /** Where a trace's breadcrumb leads back to. */
  readonly lastNotebook: string;
  readonly theme: Theme;
  /** IANA name: of all times on the page. */
  readonly timeZone: string;
  readonly overlay: Overlay;
  /** The sidebar over the page, where it is folded to a rail. */
  readonly sidebar: SidebarSection | undefined;
  readonly files: readonly FileRow[];
  readonly loads: readonly LoadItem[];
  readonly loadsDismissed: boolean;
  readonly tables: readonly TableInfo[];
  readonly functions: readonly { readonly name: string; readonly description?: string }[];
  readonly notebooks: readonly NotebookEntry[];
  /** Increases when a notebook was opened. */
  readonly sessionRevision: number;
  /** Traces beside the one that is shown, in the list it was opened from. */
  readonly neighbours: { readonly previous?: string; readonly next?: string } | undefined;
  readonly extent: Extent | undefined;
  /** Spans whose time lies far outside of all others. */
  readonly beyond: number;
  readonly choices: Choices;
  readonly reopen: Reopen | undefined;
  /** Requests that left the origin: a promise of the product, watched rather than asserted. */
  readonly requestsSent: number;
  /** Something that went wrong outside a cell. */
  readonly alert: string | undefined;
  /** Cell to be focused and scrolled to, once it is on the page. */
  readonly focusCell: string | undefined;
}

export type AppStore = StoreApi<AppState>;

export function createAppStore(): AppStore {
  return createStore<AppState>(() => ({
    engine: { status: 'starting' },
    memory: undefined,
    route: HOME,
    lastNotebook: 'overview',
    theme: readTheme(),
    timeZone: readTimeZone(),
    overlay: undefined,
    sidebar: undefined,
    files: [],
    loads: [],
    loadsDismissed: false,
    tables: [],
    functions: [],
    notebooks: [],
    sessionRevision: 0,
    neighbours: undefined,
    extent: undefined,
    beyond: 0,
    choices: { services: [], models: [] },
    reopen: undefined,
    requestsSent: 0,
    alert: undefined,
    focusCell: undefined,
  }));
}
