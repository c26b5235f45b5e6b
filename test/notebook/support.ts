/**
 * A real DuckDB (the same wasm) with a small world of its own: a table of calls, views over it that read the
 * filters' variables as the shipped ones do, and a macro for the time zone. The shipped schema has its own test.
 */
import { openNodeDuckDB } from '../../src/engine/duckdbNode.ts';
import { type Connection, QueryError, type Variable } from '../../src/engine/engine.ts';
import { literal } from '../../src/engine/sql.ts';
import { wasmDriver } from '../../src/engine/wasmDriver.ts';
import type { Runtime, RuntimeOptions } from '../../src/notebook/api.ts';
import { setSql } from '../../src/notebook/edit.ts';
import { createDocumentStore } from '../../src/notebook/history.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { createRuntime } from '../../src/notebook/runtime.ts';
import type { CellResult, CellState } from '../../src/notebook/types.ts';

export interface World {
  /** `log` gets every statement. */
  connect(schema: string, log?: string[]): Promise<Connection>;
  close(): Promise<void>;
}

export const HOUR = 3_600_000;
/** Newest call; there is one call an hour for the 96 hours up to it. */
export const NEWEST = Date.parse('2026-11-24T12:00:00Z');
export const EXTENT = { from: NEWEST - 95 * HOUR, to: NEWEST };

export async function openWorld(): Promise<World> {
  const db = await openNodeDuckDB();
  const driver = wasmDriver({
    bindings: db,
    connect: async () => db.connect().useUnsafe((_, id) => id),
    onCrash: () => undefined,
    lost: new Promise<never>(() => undefined),
    close: async () => db.reset(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
  });
  const setup = await driver.connect();
  for (const sql of [
    "ATTACH ':memory:' AS spanbook",
    'USE spanbook',
    `CREATE TABLE all_calls AS SELECT i AS id, make_timestamp(${NEWEST * 1000}) - to_hours(95 - i) AS start_time,
       CASE WHEN i % 3 = 0 THEN 'opus' ELSE 'mini' END AS model, i::DOUBLE AS cost_usd, 1::DOUBLE AS sample_weight
     FROM range(96) t(i)`,
    `CREATE VIEW spans AS SELECT * FROM all_calls
     WHERE (getvariable('filter_from') IS NULL OR start_time >= getvariable('filter_from')::TIMESTAMP)
       AND (getvariable('filter_to') IS NULL OR start_time < getvariable('filter_to')::TIMESTAMP)`,
    `CREATE VIEW llm_calls AS SELECT * FROM spans
     WHERE getvariable('filter_models') IS NULL OR list_contains(getvariable('filter_models')::VARCHAR[], model)`,
    `CREATE MACRO local(ts) AS CASE WHEN getvariable('time_zone') = 'UTC' THEN ts ELSE ts + INTERVAL 2 HOUR END`,
  ])
    await setup.run(sql);
  const empty = await driver.connect();
  await empty.run("ATTACH ':memory:' AS parse");
  await empty.run('USE parse');
  return {
    async connect(schema, log = []) {
      const own = await driver.connect();
      await own.run(`CREATE SCHEMA IF NOT EXISTS spanbook."${schema}"`);
      await own.run(`USE spanbook."${schema}"`);
      const query = async (sql: string, signal?: AbortSignal) => {
        log.push(sql);
        try {
          return await own.run(sql, signal);
        } catch (error) {
          if (signal?.aborted || !(error instanceof Error)) throw error;
          const word = /column "(\w+)" not found|Table with name (\w+)/.exec(error.message);
          const at = word === null ? -1 : sql.lastIndexOf(word[1] ?? word[2] ?? '');
          throw new QueryError(error.message, sql, at < 0 ? undefined : at, undefined, undefined);
        }
      };
      return {
        schema,
        query: (sql, options) => query(sql, options?.signal),
        async setVariable(name: string, value: Variable) {
          await query(`SET VARIABLE ${name} = ${literal(value)}`);
        },
        async reads(sql) {
          const relations = (await empty.tableNames?.(sql)) ?? [];
          return { relations, variables: [] };
        },
        close: () => own.close(),
      };
    },
    close: () => driver.close(),
  };
}

export interface Opened extends Runtime {
  readonly log: string[];
  readonly beforeLog: string[];
  id(name: string): string;
  state(name: string): CellState;
  /** @throws Error if the cell is not done */
  result(name: string): CellResult;
  /** First column of a finished cell. */
  column(name: string): unknown[];
  edit(name: string, sql: string): void;
}

let schemas = 0;

/** Opens a notebook of that world. */
export async function open(
  world: World,
  text: string,
  options: Partial<RuntimeOptions> = {},
): Promise<Opened> {
  const log: string[] = [];
  const beforeLog: string[] = [];
  const n = ++schemas;
  const runtime = createRuntime({
    document: createDocumentStore(parseNotebook(text)),
    connection: await world.connect(`nb${n}`, log),
    beforeConnection: await world.connect(`nb${n}_before`, beforeLog),
    extent: EXTENT,
    ...options,
  });
  const id = (name: string) => {
    const cell = runtime.document.doc().cells.find((c) => c.name === name);
    if (cell === undefined) throw new Error(`no cell ${name}`);
    return cell.id;
  };
  const state = (name: string) => runtime.store.getState().cells[id(name)] ?? { status: 'never' as const };
  const result = (name: string) => {
    const s = state(name);
    if (s.status !== 'done') throw s.status === 'error' ? s.error : new Error(`${name} is ${s.status}`);
    return s.result;
  };
  return {
    ...runtime,
    log,
    beforeLog,
    id,
    state,
    result,
    column(name) {
      const { table } = result(name);
      return Array.from({ length: table.numRows }, (_, row) => table.value(row, 0));
    },
    edit(name, sql) {
      const target = id(name);
      runtime.document.apply((doc) => setSql(doc, target, sql));
    },
  };
}

/** A notebook file of SQL cells. */
export const notebook = (cells: Readonly<Record<string, string>>): string =>
  Object.entries(cells)
    .map(([info, sql]) => `\`\`\`sql ${info}\n${sql}\n\`\`\`\n`)
    .join('\n');
