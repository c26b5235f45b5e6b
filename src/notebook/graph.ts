/** Which cell reads which: from the SQL itself, as the engine's parser sees it. */
import type { Reads } from '../engine/engine.ts';
import { type Catalog, variablesIn } from './catalog.ts';
import { isValidName } from './info.ts';
import { inputSpec } from './inputs.ts';
import { calls, isDeterministic, kindOf, makes, type Statement, statements, type Token } from './sqlText.ts';
import type { Cell } from './types.ts';
import { isReserved } from './variables.ts';

export interface Node {
  readonly id: string;
  readonly cell: Cell;
  /** The relation that a SQL cell makes under its name; undefined if it makes none. */
  readonly relation: string | undefined;
  readonly statements: readonly Statement[];
  /** Ids of the cells that it reads, in the order of the document. */
  readonly reads: readonly string[];
  /** Session variables that it reads, also through shipped views and macros; lower case. */
  readonly variables: ReadonlySet<string>;
  /** Shipped relations that it reads itself; lower case. */
  readonly shipped: ReadonlySet<string>;
  /** Relations that nobody ships or makes, as written. The engine has the last word (files, functions). */
  readonly missing: readonly string[];
  readonly deterministic: boolean;
  /** Consists of statements that do something, and gives no relation. */
  readonly command: boolean;
}

export interface Graph {
  readonly nodes: ReadonlyMap<string, Node>;
  /** Every cell after those that it reads; otherwise in the order of the document. Cells in a cycle come last. */
  readonly order: readonly string[];
  /** Id → why the cell cannot run, in words for the user. */
  readonly problems: ReadonlyMap<string, string>;
  /** Id → cells that read it. */
  readonly readers: ReadonlyMap<string, readonly string[]>;
}

/** What a cell's statements read; several statements are one list. */
export async function readsOf(
  list: readonly Statement[],
  ask: (sql: string) => Promise<Reads>,
): Promise<Reads> {
  const relations = new Set<string>();
  const variables = new Set<string>();
  for (const statement of list) {
    for (const name of variablesIn(statement.sql)) variables.add(name);
    let reads: Reads | undefined;
    try {
      reads = await ask(statement.sql);
    } catch {
      // Bad SQL shows when it runs, with its position; meanwhile what stands after FROM will do.
    }
    // The engine's parser answers for queries; other statements name what they work on after FROM, INTO, UPDATE.
    if (reads === undefined || kindOf(statement) === 'command')
      for (const name of scanReads(statement.tokens)) relations.add(name);
    for (const name of reads?.relations ?? []) relations.add(name);
    for (const name of reads?.variables ?? []) variables.add(name.toLowerCase());
  }
  return { relations: [...relations], variables: [...variables] };
}

function scanReads(list: readonly Token[]): string[] {
  const out: string[] = [];
  for (const [i, token] of list.entries()) {
    if (
      token.kind !== 'word' ||
      !/^(from|join|into|update|table|summarize|describe|pivot|unpivot)$/.test(token.value)
    )
      continue;
    let at = i + 1;
    while (list[at + 1]?.value === '.') at += 2;
    const name = list[at];
    if (name !== undefined && (name.kind === 'word' || name.kind === 'quoted')) out.push(name.value);
  }
  return out;
}

export interface GraphInput {
  readonly cells: readonly Cell[];
  /** By cell id; SQL cells only. */
  readonly reads: ReadonlyMap<string, Reads>;
  readonly catalog: Catalog;
  /** The notebook's own schema: `nb1.cost` is the cell `cost`. */
  readonly schema: string;
}

export function buildGraph({ cells, reads, catalog, schema }: GraphInput): Graph {
  const problems = new Map<string, string>();
  const parsed = new Map(cells.map((c) => [c.id, c.kind === 'sql' ? statements(c.sql) : []]));
  const relations = relationNames(cells, catalog, problems, parsed);
  const makers = makersOf(cells, parsed, relations);
  const nodes = new Map<string, Node>();
  for (const [index, cell] of cells.entries()) {
    const own = reads.get(cell.id) ?? { relations: [], variables: [] };
    const list = parsed.get(cell.id) ?? [];
    const words = list.flatMap((s) => s.tokens);
    const called = calls(words);
    const variables = new Set(own.variables.map((name) => name.toLowerCase()));
    const shipped = new Set<string>();
    const missing: string[] = [];
    const from = new Set<string>();
    const made = new Set(
      list.flatMap((s) => (s.tokens[0]?.value === 'create' ? makes(s).names : [])).map(lower),
    );
    for (const written of own.relations) {
      const name = bareName(written, schema);
      if (name !== undefined && made.has(name)) continue;
      const found = name === undefined ? [] : makersFor(makers.relations.get(name), index, cell.id);
      for (const id of found) from.add(id);
      if (found.length > 0) continue;
      const known = shippedName(written);
      if (catalog.relations.has(known)) shipped.add(known);
      else missing.push(written);
    }
    for (const name of [...shipped, ...[...called].filter((c) => catalog.macros.has(c))])
      for (const variable of catalog.variables.get(name) ?? []) variables.add(variable);
    for (const name of variables)
      for (const id of makersFor(makers.variables.get(name), index, cell.id)) from.add(id);
    const wanted = viewSource(cell);
    if (wanted !== undefined && wanted !== '') {
      const [source] = makers.relations.get(lower(wanted)) ?? [];
      if (source !== undefined) from.add(source.id);
      else if (!problems.has(cell.id)) problems.set(cell.id, `There is no cell ${wanted}.`);
    }
    nodes.set(cell.id, {
      id: cell.id,
      cell,
      relation: relations.get(cell.id),
      statements: list,
      reads: cells.filter((c) => from.has(c.id)).map((c) => c.id),
      variables,
      shipped,
      missing,
      deterministic: isDeterministic(words),
      command: list.length > 0 && list.every((s) => kindOf(s) === 'command'),
    });
  }
  const order = sort(cells, nodes, problems);
  const readers = new Map<string, string[]>();
  for (const node of nodes.values())
    for (const id of node.reads) readers.set(id, [...(readers.get(id) ?? []), node.id]);
  return { nodes, order, problems, readers };
}

const lower = (text: string): string => text.toLowerCase();

/** The name of a relation that is unqualified or in the notebook's schema. */
function bareName(written: string, schema: string): string | undefined {
  const parts = lower(written).split('.');
  const name = parts.at(-1);
  const qualifier = parts.at(-2);
  return qualifier === undefined || qualifier === lower(schema) ? name : undefined;
}

/** `main.spans`, `spanbook.main.spans` and `spans` are one. */
const shippedName = (written: string): string => lower(written).replace(/^(?:spanbook\.)?(?:main\.)?/, '');

function viewSource(cell: Cell): string | undefined {
  if (cell.kind === 'chart') return cell.from;
  if (cell.kind === 'input') return inputSpec(cell.body).spec.from;
  return undefined;
}

/** Which cells make a relation of their name; the others are told why not. */
function relationNames(
  cells: readonly Cell[],
  catalog: Catalog,
  problems: Map<string, string>,
  parsed: ReadonlyMap<string, readonly Statement[]>,
): Map<string, string> {
  const out = new Map<string, string>();
  const taken = new Set<string>();
  for (const cell of cells) {
    if (cell.kind === 'input' && isReserved(cell.name))
      problems.set(cell.id, `${cell.name} is set by the filters: choose another name.`);
    if (cell.kind !== 'sql' || !isValidName(cell.name)) continue;
    const key = lower(cell.name);
    if (catalog.relations.has(key)) {
      problems.set(
        cell.id,
        `${cell.name} is a table that every notebook has: choose another name for the cell.`,
      );
      continue;
    }
    if (taken.has(key)) continue;
    taken.add(key);
    const last = parsed.get(cell.id)?.at(-1);
    if (last !== undefined && kindOf(last) !== 'command') out.set(cell.id, cell.name);
  }
  return out;
}

interface Maker {
  readonly id: string;
  readonly index: number;
  /** A cell's own relation is there for cells above it too; what a statement does, is for those below. */
  readonly everywhere: boolean;
}

function makersOf(
  cells: readonly Cell[],
  parsed: ReadonlyMap<string, readonly Statement[]>,
  names: ReadonlyMap<string, string>,
): { relations: Map<string, Maker[]>; variables: Map<string, Maker[]> } {
  const relations = new Map<string, Maker[]>();
  const variables = new Map<string, Maker[]>();
  const add = (map: Map<string, Maker[]>, name: string, maker: Maker) =>
    map.set(lower(name), [...(map.get(lower(name)) ?? []), maker]);
  for (const [index, cell] of cells.entries()) {
    const name = names.get(cell.id);
    if (name !== undefined) add(relations, name, { id: cell.id, index, everywhere: true });
    for (const statement of parsed.get(cell.id) ?? []) {
      const made = makes(statement);
      for (const n of made.names) add(relations, n, { id: cell.id, index, everywhere: false });
      for (const v of made.variables) add(variables, v, { id: cell.id, index, everywhere: false });
    }
  }
  return { relations, variables };
}

function makersFor(makers: readonly Maker[] | undefined, index: number, self: string): string[] {
  const all = makers ?? [];
  const owner = all.filter((m) => m.everywhere || (m.index < index && m.id !== self));
  if (owner.length > 0) return owner.map((m) => m.id);
  const first = all.find((m) => m.id !== self);
  return first === undefined ? [] : [first.id];
}

/** Topological order, stable; cells on a cycle get a problem. */
function sort(
  cells: readonly Cell[],
  nodes: ReadonlyMap<string, Node>,
  problems: Map<string, string>,
): string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (id: string) => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'open') {
      const circle = path.slice(path.indexOf(id));
      const names = [...circle, id].map((c) => nodes.get(c)?.cell.name || 'a cell without a name');
      const message =
        circle.length === 1
          ? `${names[0]} reads itself.`
          : `These cells read each other in a circle: ${names.join(' → ')}.`;
      for (const c of circle) if (!problems.has(c)) problems.set(c, message);
      return;
    }
    state.set(id, 'open');
    path.push(id);
    for (const next of nodes.get(id)?.reads ?? []) visit(next);
    path.pop();
    state.set(id, 'done');
    order.push(id);
  };
  for (const cell of cells) visit(cell.id);
  return order;
}

/** The cells and all that read them, in order. */
export function downstream(graph: Graph, ids: Iterable<string>): string[] {
  const found = new Set(ids);
  for (const id of found) for (const reader of graph.readers.get(id) ?? []) found.add(reader);
  return graph.order.filter((id) => found.has(id));
}

/** All that the cells read, themselves included, in order. */
export function upstream(graph: Graph, ids: Iterable<string>): string[] {
  const found = new Set(ids);
  for (const id of found) for (const read of graph.nodes.get(id)?.reads ?? []) found.add(read);
  return graph.order.filter((id) => found.has(id));
}
