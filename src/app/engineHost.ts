/** Starts the engine, and starts it again when it dies. The rest of the app asks for `ready()`. */
import type { Engine } from '../engine/engine.ts';
import type { EngineStatus } from './store.ts';

export interface EngineHost {
  /** The running engine; waits while it starts. Rejects when it cannot be started. */
  ready(): Promise<Engine>;
  /** Starts it for the first time, or after it failed for good. */
  start(): void;
}

/** More crashes than this within a minute, and it is not started again by itself. */
const MOST_CRASHES = 3;
const MINUTE_MS = 60_000;

export function createEngineHost(options: {
  start(): Promise<Engine>;
  onStatus(status: EngineStatus): void;
  /** Called at once when the engine dies. */
  onLost(): void;
  /** A new engine is there after a crash: everything has to be loaded again. Resolves when it is. */
  onRestarted(engine: Engine): Promise<void>;
}): EngineHost {
  let current = Promise.reject<Engine>(new Error('The engine was not started.'));
  current.catch(() => undefined);
  let crashes: number[] = [];

  const launch = (after?: string) => {
    options.onStatus(after === undefined ? { status: 'starting' } : { status: 'restarting', reason: after });
    const started = options.start();
    current = started;
    started.then(
      (engine) => {
        engine.onCrash((reason) => {
          if (current === started) crashed(reason);
        });
        if (after === undefined) {
          options.onStatus({ status: 'ready' });
          return;
        }
        options.onRestarted(engine).then(
          () => current === started && options.onStatus({ status: 'ready' }),
          (error: unknown) => current === started && failed(error),
        );
      },
      (error: unknown) => current === started && failed(error),
    );
  };
  const crashed = (reason: string) => {
    options.onLost();
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < MINUTE_MS), now];
    if (crashes.length > MOST_CRASHES) {
      current = Promise.reject(new Error(reason));
      current.catch(() => undefined);
      failed(new Error(`${reason} (${crashes.length} times within a minute)`));
    } else launch(reason);
  };
  const failed = (error: unknown) =>
    options.onStatus({ status: 'failed', reason: error instanceof Error ? error.message : String(error) });

  let first = true;
  return {
    ready: () => current,
    start() {
      crashes = [];
      launch(first ? undefined : 'started by hand');
      first = false;
    },
  };
}
