/**
 * What the rest of the app knows of the database. One adapter implements it (duckdbWasm.ts; tests run the same
 * engine in Node, the command line the native one). Nobody else imports DuckDB.
 */
import type { StoredBatch } from '@spanbook/sdk/schema';

/**
 * A value as a view gets it. BOOLEAN → boolean; up to 32 bits, FLOAT, DOUBLE → number; BIGINT, UBIGINT, HUGEINT →
 * bigint; DECIMAL → string with its exact digits; VARCHAR, ENUM, UUID → string; TIMESTAMP (any precision but ns) →
 * Date-free epoch milliseconds as a number with microsecond fraction; TIMESTAMP_NS → bigint nanoseconds; DATE →
 * 'YYYY-MM-DD'; TIME, INTERVAL → string; BLOB → Uint8Array; LIST → array; STRUCT → plain object; MAP → Map.
 */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Value[]
  | { readonly [key: string]: Value }
  | ReadonlyMap<string, Value>;

export interface ResultColumn {
  readonly name: string;
  /** DuckDB's type name: `BIGINT`, `DECIMAL(18,3)`, `STRUCT(a INTEGER)[]`, … */
  readonly type: string;
}

/** A result in memory. Zero rows keep their columns. Values are decoded when asked for, never all at once. */
export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  readonly numRows: number;
  value(row: number, column: number): Value;
  /** As a plain object; of two columns with one name, the last wins. */
  row(row: number): Record<string, Value>;
}

export interface QueryOptions {
  /** Aborting cancels the statement in the engine; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a statement reads, for the graph of cells. */
export interface Reads {
  /** Names as written, without quotes: `spans`, `store.spans`, `cost_by_model`. */
  readonly relations: readonly string[];
  /** Names in `getvariable('…')`. */
  readonly variables: readonly string[];
}

/**
 * A session: its own variables (so its own filters) and its own schema, in which unqualified names are created
 * and looked up first. The shipped views (`spans`, `traces`, …) are found from every connection.
 */
export interface Connection {
  /** The schema that this connection writes to. */
  readonly schema: string;
  /** Runs one statement. @throws QueryError */
  query(sql: string, options?: QueryOptions): Promise<ResultTable>;
  /** `null` unsets. Values are bound as SQL literals of their type; a bigint or number is a number. */
  setVariable(name: string, value: Variable): Promise<void>;
  /** Relations and variables that a statement reads, by the engine's own parser. @throws QueryError on bad SQL */
  reads(sql: string): Promise<Reads>;
  close(): Promise<void>;
}

/** A Date or `epochMs` is a TIMESTAMP (UTC), the latter to the microsecond; an interval is in milliseconds. */
export type Variable =
  | null
  | string
  | number
  | bigint
  | boolean
  | Date
  | readonly string[]
  | { readonly epochMs: number }
  | { readonly intervalMs: number };

/** Loads the batches of one file; the tables change only at `commit`. */
export interface FileLoad {
  append(batch: StoredBatch): Promise<void>;
  /**
   * Takes the file's rows into the tables: drops spans that are there already (a finished span replaces its
   * unfinished snapshot), stores new bodies once, brings `traces` up to date for the traces touched. Files that are
   * committed while another is being taken are taken together, which is cheaper: in one transaction, in their order.
   */
  commit(summary: { format: string; bytes: number; loadMs: number }): Promise<LoadedFile>;
  /** Forgets everything appended. */
  abort(): Promise<void>;
}

export interface LoadedFile {
  readonly sourceFile: string;
  readonly spans: number;
  readonly duplicates: number;
  readonly logs: number;
  readonly rejects: number;
}

/** USD per million tokens; NULL as in the table `prices`. */
export interface Price {
  readonly priceKey: string;
  readonly provider: string;
  readonly model: string;
  readonly input: number | null;
  readonly cacheRead: number | null;
  readonly cacheWrite: number | null;
  readonly output: number | null;
  /** USD a request. */
  readonly perRequest: number | null;
}

export interface Engine {
  connect(schema: string): Promise<Connection>;
  /** `name` is made unique; the name used is in `sourceFile`. */
  beginFile(name: string): Promise<FileLoad & { readonly sourceFile: string }>;
  /** Removes a file's rows from every table. */
  removeFile(sourceFile: string): Promise<void>;
  /** Adds or replaces rows of `prices` by their key; every cost follows. */
  setPrices(prices: readonly Price[]): Promise<void>;
  /**
   * `local(ts)` shows UTC times in this zone from now on, by the rules of its IANA name over the range of the data;
   * call it again after a load. @throws RangeError on an unknown zone
   */
  setTimeZone(zone: string): Promise<void>;
  /**
   * Compresses what loads have added, to a sixth, in about 6 µs a span; queries wait meanwhile. For a quiet moment
   * after loading: much of it is compressed while loading anyway.
   */
  compact(): Promise<void>;
  /** Memory of the tables; results under way come on top. */
  memory(): Promise<{ usedBytes: number; limitBytes: number }>;
  /** Called once if the engine dies (its worker was killed, or it ran into a fatal error). */
  onCrash(listener: (reason: string) => void): void;
  close(): Promise<void>;
}

/** A failed statement: message as the engine says it, the SQL, and where in it. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  constructor(
    message: string,
    readonly sql: string,
    /** Offset in `sql` (UTF-16), if the engine gave one. */
    readonly position: number | undefined,
    /** What helps, if the cause is known. */
    readonly hint: string | undefined,
    /** A replacement that mends it, if there is one. */
    readonly fix: { readonly from: number; readonly to: number; readonly text: string } | undefined,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
