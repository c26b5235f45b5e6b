/** The native DuckDB under the engine: the same tables, views and macros as in the browser, without its limits. */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { createEngine } from '../src/engine/createEngine.ts';
import type { Driver, DriverConnection } from '../src/engine/driver.ts';
import type { Engine, ResultTable, Value } from '../src/engine/engine.ts';
import { appendArrow } from './arrowToDuckdb.ts';
import { toValue } from './nativeValue.ts';

/** An empty engine in this process's memory. */
export async function createNativeEngine(): Promise<Engine> {
  return await createEngine(await createNativeDriver());
}

export async function createNativeDriver(): Promise<Driver> {
  const instance = await DuckDBInstance.create(':memory:');
  // This build has `icu`, so casts would follow the machine's zone; all our times are UTC.
  const setUp = await instance.connect();
  await setUp.run("SET GLOBAL TimeZone = 'UTC'");
  setUp.closeSync();
  return {
    connect: async () => new NativeConnection(await instance.connect()),
    // It crashes with this process or not at all.
    onCrash: () => undefined,
    close: async () => instance.closeSync(),
  };
}

class NativeConnection implements DriverConnection {
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly connection: DuckDBConnection) {}

  run(sql: string, signal?: AbortSignal): Promise<ResultTable> {
    return this.exclusive(async () => {
      signal?.throwIfAborted();
      const interrupt = () => this.connection.interrupt();
      signal?.addEventListener('abort', interrupt);
      try {
        return await this.read(sql);
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      } finally {
        signal?.removeEventListener('abort', interrupt);
      }
    });
  }

  insertArrow(schema: string, table: string, ipc: Uint8Array): Promise<void> {
    return this.exclusive(async () => {
      const appender = await this.connection.createAppender(table, schema);
      try {
        appendArrow(appender, ipc);
      } finally {
        appender.closeSync();
      }
    });
  }

  close(): Promise<void> {
    return this.exclusive(async () => this.connection.closeSync());
  }

  private async read(sql: string): Promise<ResultTable> {
    const reader = await this.connection.runAndReadAll(sql);
    const columns = reader
      .columnNames()
      .map((name, i) => ({ name, type: reader.columnType(i).toString() }) as const);
    const value = (row: number, column: number) => toValue(reader.value(column, row));
    return {
      columns,
      numRows: reader.currentRowCount,
      value,
      row(row) {
        const out: Record<string, Value> = {};
        columns.forEach(({ name }, i) => {
          out[name] = value(row, i);
        });
        return out;
      },
    };
  }

  /** One statement at a time, in the order in which they were asked for. */
  private exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }
}
