/** The notebook: a Markdown file of cells (docs/notebook.md), and what the runtime says of each. */
import type { QueryError, ResultTable, Variable } from '../engine/engine.ts';

/** What stands after the cell's name in its fence: `view=bar x=model folded` → { view: 'bar', x: 'model', folded: true }. */
export type Options = Readonly<Record<string, string | true>>;

interface CellBase {
  /** Stable while the document is open; not in the file. */
  readonly id: string;
  readonly options: Options;
  /** The cell's bytes in the file, its separator before and the blank lines after it included. */
  readonly raw: string;
  /** What is wrong with the cell's own text (name, options, YAML), in words for the user. */
  readonly notes: readonly string[];
}
export interface SqlCell extends CellBase {
  readonly kind: 'sql';
  /** Relation name for other cells; '' if the cell has none. */
  readonly name: string;
  readonly sql: string;
}
/** A view on the result of another cell. */
export interface ChartCell extends CellBase {
  readonly kind: 'chart';
  readonly name: string;
  /** The option `from`; '' if it has none. */
  readonly from: string;
  /** What stands in the fence; kept as it is. */
  readonly body: string;
}
/** Sets a variable; the body is YAML (type, options, default, …). */
export interface InputCell extends CellBase {
  readonly kind: 'input';
  readonly name: string;
  readonly body: string;
}
export interface MarkdownCell extends CellBase {
  readonly kind: 'markdown';
  readonly name: '';
  readonly text: string;
}
export type Cell = SqlCell | ChartCell | InputCell | MarkdownCell;

/** What the filter bar holds; the runtime turns it into the session's variables. Absent: no filter. */
export interface Filters {
  /** `last`: up to the newest span of the data. */
  readonly range?:
    | { readonly last: '1h' | '24h' | '7d' | '30d' }
    | { readonly from: string; readonly to: string };
  readonly services?: readonly string[];
  readonly models?: readonly string[];
  readonly status?: 'OK' | 'ERROR';
  readonly text?: string;
}

export interface NotebookDoc {
  readonly title: string;
  /** As the file says; what the filter bar holds now is state of the runtime. */
  readonly filters: Filters;
  readonly cells: readonly Cell[];
  /** The file's bytes before the first cell: byte order mark, front matter, blank lines. */
  readonly head: string;
  /** What is wrong with the front matter, or between cells (two of one name), in words for the user. */
  readonly notes: readonly Note[];
  /** Number of the next cell's id. */
  readonly nextId: number;
}

export interface Note {
  /** Id of the cell concerned; absent: the document. */
  readonly cell?: string;
  readonly message: string;
}

export type CellState =
  | { readonly status: 'never' }
  /** `previous`: the result before, to be shown meanwhile. */
  | { readonly status: 'running'; readonly startedAt: number; readonly previous?: CellResult }
  | { readonly status: 'done'; readonly result: CellResult }
  /** Something that the cell reads has changed: `because` names it. */
  | { readonly status: 'stale'; readonly because: string; readonly previous?: CellResult }
  | {
      readonly status: 'error';
      readonly error: QueryError | Error;
      readonly ms: number;
      readonly previous?: CellResult;
    }
  | { readonly status: 'cancelled'; readonly ms: number; readonly previous?: CellResult };

export interface CellResult {
  /** Increases with every run; a result of an older run is never shown. */
  readonly run: number;
  readonly ms: number;
  /** At most FIRST_ROWS rows. */
  readonly table: ResultTable;
  /** Rows of the whole result. */
  readonly rowCount: number;
  /** The same SQL over the period before, where the cell says `compare=previous` and there is such a period. */
  readonly before?: ResultTable;
  /** Why there is no `before` although the cell asks for it and there is such a period. */
  readonly beforeError?: Error;
  /** Weighted data, and SQL that aggregates shipped tables without the weight: "sampled: unweighted". */
  readonly unweighted: boolean;
}

export const FIRST_ROWS = 10_000;

/** A piece of a named cell's result, ordered and filtered by the engine: for paging through any number of rows. */
export interface PageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly orderBy?: { readonly column: string; readonly descending: boolean };
  /** column = value */
  readonly where?: { readonly column: string; readonly equals: string };
}
export interface Page {
  readonly table: ResultTable;
  /** Rows of the cell that match `where`. */
  readonly rowCount: number;
}

/** What a view may ask of the notebook that it stands in. Views get it as a prop; they know no engine and no store. */
export interface ViewContext {
  /** The result of another named cell, if it has one. Re-renders when it changes. */
  cell(name: string): CellState | undefined;
  /** Sets a session variable; cells that read it run again. */
  setVariable(name: string, value: Variable): void;
  variable(name: string): Variable;
  page(cellName: string, request: PageRequest, signal: AbortSignal): Promise<Page>;
  /** Merges into the filters; `undefined` removes one. */
  setFilters(change: Partial<Filters>): void;
  readonly filters: Filters;
  /** The filtered time range and its bucket, epoch ms UTC. */
  readonly range: { readonly from: number; readonly to: number; readonly bucketMs: number };
  readonly timeZone: string;
  openTrace(traceId: string, spanId?: string): void;
  /** CSS colour of a model: its own on every page and in every filter state. */
  modelColor(model: string): string;
}
