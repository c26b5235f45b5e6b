/** The driver over DuckDB-WASM's bindings: asynchronous (a worker) and blocking (Node) ones have the same calls. */
import { decodeIpc, hasDictionary } from './decode.ts';
import type { Driver, DriverConnection } from './driver.ts';
import type { ResultTable } from './engine.ts';

type Maybe<T> = T | Promise<T>;

/** The calls of AsyncDuckDB and of the blocking DuckDBBindings that are used here. */
export interface WasmBindings {
  runQuery(connection: number, text: string): Maybe<Uint8Array>;
  startPendingQuery(connection: number, text: string, allowStreamResult: boolean): Maybe<Uint8Array | null>;
  pollPendingQuery(connection: number): Maybe<Uint8Array | null>;
  cancelPendingQuery(connection: number): Maybe<boolean>;
  fetchQueryResults(connection: number): Maybe<Uint8Array | null>;
  getTableNames(connection: number, text: string): Maybe<string[]>;
  insertArrowFromIPCStream(
    connection: number,
    buffer: Uint8Array,
    options: { name: string; schema: string; create: boolean },
  ): Maybe<void>;
  disconnect(connection: number): Maybe<void>;
}

export interface WasmHost {
  readonly bindings: WasmBindings;
  /** A connection's number. */
  connect(): Promise<number>;
  onCrash(listener: (reason: string) => void): void;
  /** Rejects when the database is lost; every call races against it, since a dead worker answers nothing. */
  readonly lost: Promise<never>;
  close(): Promise<void>;
  /** Ends the worker where a statement does not let itself be cancelled; absent where there is no worker. */
  readonly kill?: (reason: string) => void;
  /** Lets other work in between two steps of a statement; absent where each step is a message anyway. */
  readonly breathe?: () => Promise<void>;
}

/**
 * DuckDB hears of a cancel between two steps of a statement. A join that finds nothing can be one step for minutes:
 * after this long, in ms, the worker is ended, and the app loads its data again.
 */
const PATIENCE_MS = 5000;

class WasmConnection implements DriverConnection {
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly host: WasmHost,
    private readonly id: number,
  ) {}

  /** An abort rejects at once; the connection is busy until the engine has let go of the statement. */
  async run(sql: string, signal?: AbortSignal): Promise<ResultTable> {
    if (signal === undefined) return await this.exclusive(() => this.execute(sql));
    signal.throwIfAborted();
    const work = this.exclusive(() => this.execute(sql, signal));
    let stop: () => void = () => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) this.killUnless(work);
    }
  }

  private killUnless(settled: Promise<unknown>): void {
    const { kill } = this.host;
    if (kill === undefined) return;
    const timer = setTimeout(() => kill('a statement could not be cancelled'), PATIENCE_MS);
    settled.catch(() => undefined).finally(() => clearTimeout(timer));
  }

  insertArrow(schema: string, table: string, ipc: Uint8Array): Promise<void> {
    return this.exclusive(async () => {
      // A view into a larger buffer would be transferred whole, and other views with it.
      const own = ipc.byteLength === ipc.buffer.byteLength ? ipc : ipc.slice();
      await this.call(
        this.host.bindings.insertArrowFromIPCStream(this.id, own, { name: table, schema, create: false }),
      );
    });
  }

  tableNames(sql: string): Promise<readonly string[]> {
    return this.exclusive(() => this.call(this.host.bindings.getTableNames(this.id, sql)));
  }

  close(): Promise<void> {
    return this.exclusive(() => this.call(this.host.bindings.disconnect(this.id)));
  }

  private async execute(sql: string, signal?: AbortSignal): Promise<ResultTable> {
    const { bindings } = this.host;
    signal?.throwIfAborted();
    const parts: Uint8Array[] = [];
    try {
      let header = await this.call(bindings.startPendingQuery(this.id, sql, false));
      while (header === null) {
        if (signal?.aborted) await this.cancel();
        signal?.throwIfAborted();
        await this.host.breathe?.();
        header = await this.call(bindings.pollPendingQuery(this.id));
      }
      parts.push(header);
      for (;;) {
        signal?.throwIfAborted();
        const part = await this.call(bindings.fetchQueryResults(this.id));
        if (part === null) continue;
        if (part.length === 0) break;
        parts.push(part);
      }
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    const { table, schema } = decodeIpc(parts);
    if (table.numRows === 0 || !hasDictionary(schema)) return table;
    if (!/^\s*(?:--.*\n\s*)*(?:SELECT|WITH|FROM|VALUES|TABLE|SUMMARIZE|DESCRIBE|SHOW)\b/i.test(sql))
      throw new Error('Not implemented Error: a statement that returns an ENUM. Cast it: column::VARCHAR');
    return decodeIpc([await this.call(bindings.runQuery(this.id, sql))]).table;
  }

  private async cancel(): Promise<void> {
    await this.call(this.host.bindings.cancelPendingQuery(this.id));
    // The cancelled statement is taken to its end, so that the connection is free for the next one.
    try {
      while ((await this.call(this.host.bindings.pollPendingQuery(this.id))) === null);
    } catch {
      // "Interrupted": as asked.
    }
  }

  private async call<T>(work: Maybe<T>): Promise<T> {
    return await Promise.race([work, this.host.lost]);
  }

  /** DuckDB-WASM keeps one pending statement a connection. */
  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

export function wasmDriver(host: WasmHost): Driver {
  return {
    connect: async () => new WasmConnection(host, await Promise.race([host.connect(), host.lost])),
    onCrash: (listener) => host.onCrash(listener),
    close: () => host.close(),
  };
}
