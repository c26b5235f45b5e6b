/** One connection, one thing at a time: DuckDB runs one statement a connection, and a cell is several. */
import type { Connection, ResultTable, Variable } from '../engine/engine.ts';
import { sameVariable } from './variables.ts';

export type Query = (sql: string) => Promise<ResultTable>;

export interface Session {
  readonly connection: Connection;
  /**
   * Runs a block that no other block interrupts. `urgent` goes before what waits (a page that somebody looks at).
   * Aborted while it waits, it never starts; aborted while it runs, its statement is cancelled in the engine.
   */
  block<T>(
    work: (query: Query) => Promise<T>,
    options?: { signal?: AbortSignal; urgent?: boolean },
  ): Promise<T>;
  /** Sets those that differ from what was set last. To be called inside a block. */
  setVariables(wanted: ReadonlyMap<string, Variable>): Promise<void>;
}

export function createSession(connection: Connection): Session {
  const waiting: (() => Promise<void>)[] = [];
  const set = new Map<string, Variable>();
  let busy = false;

  async function drain(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    busy = false;
  }

  return {
    connection,
    block(work, { signal, urgent = false } = {}) {
      return new Promise((resolve, reject) => {
        const start = async () => {
          try {
            signal?.throwIfAborted();
            const query: Query = (sql) => {
              signal?.throwIfAborted();
              return connection.query(sql, signal === undefined ? {} : { signal });
            };
            resolve(await work(query));
          } catch (error) {
            reject(error);
          }
        };
        if (urgent) waiting.unshift(start);
        else waiting.push(start);
        signal?.addEventListener('abort', () => {
          const at = waiting.indexOf(start);
          if (at < 0) return;
          waiting.splice(at, 1);
          reject(signal.reason);
        });
        void drain();
      });
    },
    async setVariables(wanted) {
      for (const [name, value] of wanted) {
        if (set.has(name) && sameVariable(set.get(name), value)) continue;
        await connection.setVariable(name, value);
        set.set(name, value);
      }
      for (const name of [...set.keys()]) {
        if (wanted.has(name)) continue;
        await connection.setVariable(name, null);
        set.delete(name);
      }
    },
  };
}
