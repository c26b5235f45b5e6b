/** The same wasm in Node, blocking: for tests. The command line has the native engine. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Blocking from '@duckdb/duckdb-wasm/blocking';
import { createEngine } from './createEngine.ts';
import type { Driver } from './driver.ts';
import type { Engine } from './engine.ts';
import { wasmDriver } from './wasmDriver.ts';

/** An empty database, opened as the browser's is (duckdbWasm.ts). */
export async function openNodeDuckDB(): Promise<Blocking.DuckDBBindings> {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@duckdb/duckdb-wasm/dist/duckdb-node-blocking.cjs');
  const duckdb = require(path) as typeof Blocking;
  const bundle = (name: string) => ({ mainModule: join(dirname(path), name), mainWorker: '' });
  const db = await duckdb.createDuckDB(
    { eh: bundle('duckdb-eh.wasm'), mvp: bundle('duckdb-mvp.wasm') },
    new duckdb.VoidLogger(),
    duckdb.NODE_RUNTIME,
  );
  await db.instantiate(() => undefined);
  db.open({ arrowLosslessConversion: true });
  return db;
}

export async function createNodeDriver(): Promise<Driver> {
  const db = await openNodeDuckDB();
  let crash: (reason: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    crash = reject;
  });
  lost.catch(() => undefined);
  return wasmDriver({
    bindings: db,
    connect: async () => db.connect().useUnsafe((_, id) => id),
    onCrash: () => undefined,
    lost,
    close: async () => {
      crash(new Error('The engine is closed'));
      db.reset();
    },
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

/** An engine of its own in this process. */
export async function createNodeEngine(): Promise<Engine> {
  return await createEngine(await createNodeDriver());
}
