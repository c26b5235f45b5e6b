/** What the frame shows of the data: files, tables, counts, the brush's histogram. One connection of its own. */
import type { Connection, Engine, ResultTable, Value } from '../engine/engine.ts';
import { createSession as createQueue, type Session as Queue } from '../notebook/session.ts';
import { filterVariables } from '../notebook/variables.ts';
import {
  type DataShape,
  type FoundTrace,
  findNeighbours,
  findTraces,
  readChoices,
  readCounts,
  readFiles,
  readHistogram,
  readShape,
} from './catalog.ts';
import type { ModelColors } from './modelColors.ts';
import type { Session } from './session.ts';
import type { AppStore } from './store.ts';
import { FILTERED_TABLES, readFunctions, readTables, SIDEBAR_TABLES } from './tableList.ts';

export interface AppData {
  /** To be called with each new engine. */
  connect(engine: Engine): Promise<void>;
  /** After the tables have changed. `onShape` is called when cells may run: the counts beside them take longer. */
  refresh(onShape?: (shape: DataShape) => void): Promise<void>;
  /** Compresses the tables when nobody waits for the engine. */
  compact(): Promise<void>;
  /** After filters have changed. */
  refreshCounts(session: Session | undefined): Promise<void>;
  query(sql: string): Promise<Record<string, unknown>[]>;
  findTraces(wanted: string, signal: AbortSignal): Promise<FoundTrace[]>;
  neighbours(
    session: Session | undefined,
    traceId: string,
  ): Promise<{ readonly previous?: string; readonly next?: string }>;
}

export function createAppData(options: {
  store: AppStore;
  engine(): Promise<Engine>;
  session(): Session | undefined;
  colors: ModelColors;
}): AppData {
  const { store } = options;
  let frame: Queue | undefined;
  let scripting: Queue | undefined;
  let known = false;
  const queue = (which: Queue | undefined): Queue => {
    if (which === undefined) throw new Error('The engine is not there yet.');
    return which;
  };
  /** On the frame's connection, with the filters that the notebook has. */
  const filtered = <T>(session: Session, work: (connection: Connection) => Promise<T>): Promise<T> =>
    queue(frame).block(() => {
      const { filters, range, timeZone } = session.runtime.store.getState();
      const variables = new Map(Object.entries(filterVariables(filters, range, timeZone)));
      return queue(frame)
        .setVariables(variables)
        .then(() => work(queue(frame).connection));
    });
  const whole = <T>(work: (connection: Connection) => Promise<T>): Promise<T> =>
    queue(frame).block(async () => {
      await queue(frame).setVariables(new Map());
      return work(queue(frame).connection);
    });

  return {
    async connect(engine) {
      frame = createQueue(await engine.connect('frame'));
      scripting = createQueue(await engine.connect('scripting'));
      known = false;
    },
    refresh: (onShape) =>
      whole(async (connection) => {
        const { timeZone } = store.getState();
        // Its rules are written out for the range of the data.
        if (timeZone !== 'UTC') await (await options.engine()).setTimeZone(timeZone);
        const shape = await readShape(connection);
        const choices = await readChoices(connection);
        const loading = store.getState().loads.some((l) => l.status === 'waiting' || l.status === 'reading');
        const dearest = choices.models.toSorted((a, b) => b.costUsd - a.costUsd || b.count - a.count);
        options.colors.add(
          dearest.map((m) => m.value),
          !loading,
        );
        store.setState({ files: await readFiles(connection), beyond: shape.beyond, choices });
        onShape?.(shape);
        const extent = shape.extent === undefined ? undefined : await readHistogram(connection, shape.extent);
        store.setState({ extent });
        const tables = known ? store.getState().tables : await readTables(connection);
        const counts = await readCounts(connection, SIDEBAR_TABLES);
        const memory = await (await options.engine()).memory();
        store.setState({ memory, tables: tables.map((t) => ({ ...t, all: counts.get(t.name) })) });
        if (!known) store.setState({ functions: await readFunctions(connection) });
        known = true;
      }),
    async compact() {
      const engine = await options.engine();
      await engine.compact();
      store.setState({ memory: await engine.memory() });
    },
    async refreshCounts(session) {
      if (session === undefined || store.getState().files.length === 0) return;
      const counts = await filtered(session, (connection) => readCounts(connection, FILTERED_TABLES));
      if (session !== options.session()) return;
      store.setState((s) => ({ tables: s.tables.map((t) => ({ ...t, filtered: counts.get(t.name) })) }));
    },
    async query(sql) {
      await options.engine();
      return plainRows(await queue(scripting).block((query) => query(sql)));
    },
    findTraces: (wanted, signal) => whole((connection) => findTraces(connection, wanted, signal)),
    neighbours: (session, traceId) =>
      session === undefined
        ? whole((connection) => findNeighbours(connection, traceId))
        : filtered(session, (connection) => findNeighbours(connection, traceId)),
  };
}

/** A bigint that a number holds exactly becomes one; maps become objects. */
function plain(value: Value): unknown {
  if (typeof value === 'bigint')
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : value;
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [k, plain(v as Value)]));
  if (Array.isArray(value)) return value.map((v) => plain(v as Value));
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v as Value)]));
}

export function plainRows(table: ResultTable): Record<string, unknown>[] {
  return Array.from({ length: table.numRows }, (_, index) =>
    Object.fromEntries(Object.entries(table.row(index)).map(([name, value]) => [name, plain(value)])),
  );
}
