/** DuckDB-WASM in a worker of the page. */
import { AsyncDuckDB, VoidLogger } from '@duckdb/duckdb-wasm';
import { createEngine } from './createEngine.ts';
import type { Driver } from './driver.ts';
import type { Engine } from './engine.ts';
import { wasmDriver } from './wasmDriver.ts';

export interface WasmUrls {
  /** The `eh` wasm, served by the app itself. */
  readonly mainModuleUrl: string;
  /** Its worker script, of the same origin. */
  readonly workerUrl: string;
}

export interface WasmDriver extends Driver {
  /** The worker, so that the app (or a test) may end a statement that nothing else ends. */
  readonly worker: Worker;
}

export async function createWasmDriver(urls: WasmUrls): Promise<WasmDriver> {
  const worker = new Worker(urls.workerUrl);
  const listeners: ((reason: string) => void)[] = [];
  let over = false;
  let lose: (reason: Error) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    lose = reject;
  });
  lost.catch(() => undefined);
  const crashed = (reason: string) => {
    if (over) return;
    over = true;
    lose(new Error(`The engine stopped: ${reason}`));
    for (const listener of listeners) listener(reason);
  };
  worker.addEventListener('error', (event) => crashed(event.message || 'its worker failed'));
  worker.addEventListener('messageerror', () => crashed('a message could not be read'));
  // Nothing announces that a worker was terminated: look for it where it is ended in this page.
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    terminate();
    crashed('its worker was ended');
  };

  const db = new AsyncDuckDB(new VoidLogger(), worker);
  await Promise.race([db.instantiate(urls.mainModuleUrl), lost]);
  await Promise.race([db.open({ arrowLosslessConversion: true }), lost]);
  const driver = wasmDriver({
    bindings: db,
    connect: () => db.connectInternal(),
    onCrash: (listener) => {
      listeners.push(listener);
    },
    lost,
    kill: (reason) => {
      terminate();
      crashed(reason);
    },
    close: async () => {
      over = true;
      lose(new Error('The engine is closed'));
      await db.terminate();
    },
  });
  return { ...driver, worker };
}

/** Starts an engine in a worker: under a second. Rejects if wasm or worker do not load. */
export async function createWasmEngine(urls: WasmUrls): Promise<Engine> {
  return await createEngine(await createWasmDriver(urls));
}
