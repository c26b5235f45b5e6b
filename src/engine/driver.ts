/** What the engine asks of a DuckDB: the browser's, Node's blocking build, and the command line's native one. */
import type { ResultTable } from './engine.ts';

export interface DriverConnection {
  /**
   * Runs one statement. Rejects with an Error whose message is DuckDB's own, or with the signal's reason after the
   * statement was cancelled.
   */
  run(sql: string, signal?: AbortSignal): Promise<ResultTable>;
  /**
   * Appends an Arrow IPC stream to an existing table of the current catalog, columns by position. The buffer may be
   * transferred to another thread, so it belongs to the driver from here on.
   */
  insertArrow(schema: string, table: string, ipc: Uint8Array): Promise<void>;
  /** Relations that a statement reads, by DuckDB's parser; absent: the engine's own lexer serves. */
  tableNames?(sql: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface Driver {
  connect(): Promise<DriverConnection>;
  /** Calls once when the database is lost. */
  onCrash(listener: (reason: string) => void): void;
  close(): Promise<void>;
}
