/** What a runtime has of the engine: its connections, what their schemas hold, and what their statements read. */
import type { Connection, Reads, ResultTable, Variable } from '../engine/engine.ts';
import { type Catalog, readCatalog } from './catalog.ts';
import { dropRelation, execute, materialise, type Relations, relationsIn } from './execute.ts';
import { buildGraph, type Graph, type Node, readsOf, upstream } from './graph.ts';
import { readPage } from './page.ts';
import { createSession, type Query, type Session } from './session.ts';
import { statements } from './sqlText.ts';
import type { Cell, CellResult, Page, PageRequest } from './types.ts';
import { isUnweighted } from './unweighted.ts';

export type Ran = Omit<CellResult, 'run'>;

export interface RunOptions {
  readonly variables: ReadonlyMap<string, Variable>;
  /** Variables of the period before, where the cell is to be compared with it. */
  readonly before: ReadonlyMap<string, Variable> | undefined;
  readonly signal: AbortSignal;
  readonly now: () => number;
}

export interface Workspace {
  graph(cells: readonly Cell[]): Promise<Graph>;
  /** Shipped views or macros may be others now. */
  catalogChanged(): void;
  /** `unweighted` says what the SQL does; whether it matters is for the caller to know. */
  run(graph: Graph, node: Node, options: RunOptions): Promise<Ran>;
  /** Makes a table of a slow cell that others read. */
  keep(graph: Graph, node: Node, signal: AbortSignal): Promise<void>;
  page(
    node: Node,
    request: PageRequest,
    variables: ReadonlyMap<string, Variable>,
    signal: AbortSignal | undefined,
  ): Promise<Page>;
  forget(relation: string): Promise<void>;
  close(): Promise<void>;
}

/** From here on, reading a cell twice costs more than keeping its rows. */
const SLOW_MS = 200;

export function createWorkspace(connection: Connection, beforeConnection: Connection | undefined): Workspace {
  const main = place(connection);
  const before = beforeConnection === undefined ? undefined : place(beforeConnection);
  let catalog: Promise<Catalog> | undefined;
  /** By SQL; failures are not kept. */
  const reads = new Map<string, Reads>();
  /** Ids of cells whose last run was slow, with its SQL. */
  const slow = new Map<string, string>();

  function catalogNow(): Promise<Catalog> {
    catalog ??= main.session.block(readCatalog).catch((error: unknown) => {
      catalog = undefined;
      throw error;
    });
    return catalog;
  }

  async function cellReads(cell: Cell): Promise<Reads> {
    const list = cell.kind === 'sql' ? statements(cell.sql) : [];
    return readsOf(list, async (sql) => {
      const known = reads.get(sql);
      if (known !== undefined) return known;
      const found = await connection.reads(sql);
      reads.set(sql, found);
      return found;
    });
  }

  const sqlOf = (node: Node) => (node.cell.kind === 'sql' ? node.cell.sql : '');
  const isSlow = (node: Node) => slow.get(node.id) === sqlOf(node);
  const isRead = (graph: Graph, node: Node) => (graph.readers.get(node.id) ?? []).length > 0;

  /** The same cells on the other connection. They are made anew each time: types may follow a variable. */
  async function runBefore(
    graph: Graph,
    node: Node,
    variables: ReadonlyMap<string, Variable>,
    signal: AbortSignal,
  ): Promise<ResultTable | undefined> {
    if (before === undefined) return undefined;
    return before.session.block(
      async (query) => {
        await before.session.setVariables(variables);
        const relations = await before.relations(query);
        let table: ResultTable | undefined;
        for (const id of upstream(graph, [node.id])) {
          const other = graph.nodes.get(id);
          if (other?.cell.kind !== 'sql' || other.statements.length === 0) continue;
          table = (await execute(query, other, { relations, keep: false })).table;
        }
        return table;
      },
      { signal },
    );
  }

  return {
    async graph(cells) {
      const shipped = await catalogNow();
      const all = new Map<string, Reads>();
      for (const cell of cells) if (cell.kind === 'sql') all.set(cell.id, await cellReads(cell));
      return buildGraph({ cells, reads: all, catalog: shipped, schema: connection.schema });
    },
    catalogChanged() {
      catalog = undefined;
    },
    async run(graph, node, { variables, before: shifted, signal, now }) {
      const result = await main.session.block(
        async (query) => {
          await main.session.setVariables(variables);
          const relations = await main.relations(query);
          const { name } = node.cell;
          // A cell that was a query and now is a command has left a view behind, which is no longer what it says.
          const left = node.relation === undefined && relations.get(name.toLowerCase()) === 'view';
          if (left && !isTaken(graph, name)) await dropRelation(query, name, relations);
          const started = now();
          const execution = await execute(query, node, {
            relations,
            keep: isSlow(node) && isRead(graph, node),
          });
          return { ...execution, ms: now() - started };
        },
        { signal },
      );
      if (result.ms > SLOW_MS) slow.set(node.id, sqlOf(node));
      else if (main.form(node) === 'view') slow.delete(node.id);
      const unweighted = isUnweighted(
        node.statements.flatMap((s) => s.tokens),
        node.shipped,
      );
      if (shifted === undefined) return { ...result, unweighted };
      try {
        const table = await runBefore(graph, node, shifted, signal);
        return { ...result, unweighted, ...(table === undefined ? {} : { before: table }) };
      } catch (error) {
        signal.throwIfAborted();
        return {
          ...result,
          unweighted,
          beforeError: error instanceof Error ? error : new Error(String(error)),
        };
      }
    },
    async keep(graph, node, signal) {
      const { relation } = node;
      if (relation === undefined || !isSlow(node) || !isRead(graph, node)) return;
      await main.session.block(async (query) => materialise(query, relation, await main.relations(query)), {
        signal,
      });
    },
    page(node, request, variables, signal) {
      const { relation } = node;
      if (relation === undefined) return Promise.reject(new Error('A cell without a name has no pages.'));
      return main.session.block(
        async (query) => {
          await main.session.setVariables(variables);
          const relations = await main.relations(query);
          if (isSlow(node)) await materialise(query, relation, relations);
          return readPage(query, relation, request);
        },
        { urgent: true, ...(signal === undefined ? {} : { signal }) },
      );
    },
    async forget(relation) {
      await main.session.block(async (query) => dropRelation(query, relation, await main.relations(query)));
      await before?.session.block(async (query) =>
        dropRelation(query, relation, await before.relations(query)),
      );
    },
    async close() {
      await connection.close();
      await beforeConnection?.close();
    },
  };
}

const isTaken = (graph: Graph, name: string): boolean =>
  [...graph.nodes.values()].some((n) => n.relation?.toLowerCase() === name.toLowerCase());

interface Place {
  readonly session: Session;
  relations(query: Query): Promise<Relations>;
  form(node: Node): 'view' | 'table' | undefined;
}

function place(connection: Connection): Place {
  const session = createSession(connection);
  let known: Relations | undefined;
  return {
    session,
    async relations(query) {
      known ??= await relationsIn(query, connection.schema);
      return known;
    },
    form: (node) => known?.get(node.relation?.toLowerCase() ?? ''),
  };
}
