/** What the engine ships for every notebook: its views, tables and macros, and the variables that they read. */
import type { ResultTable } from '../engine/engine.ts';
import { tokens } from './sqlText.ts';

export interface Catalog {
  /** Shipped relation or macro, in lower case → variables that it reads, through others too. */
  readonly variables: ReadonlyMap<string, ReadonlySet<string>>;
  /** Shipped relations, in lower case. */
  readonly relations: ReadonlySet<string>;
  /** Shipped macros, in lower case. */
  readonly macros: ReadonlySet<string>;
}

/** Reads the catalog of the schema `main`. @throws QueryError */
export async function readCatalog(query: (sql: string) => Promise<ResultTable>): Promise<Catalog> {
  const views = await query(
    `SELECT view_name AS name, sql FROM duckdb_views()
     WHERE NOT internal AND schema_name = 'main' AND database_name = current_database()`,
  );
  const tables = await query(
    `SELECT table_name AS name, '' AS sql FROM duckdb_tables()
     WHERE NOT internal AND schema_name = 'main' AND database_name = current_database()`,
  );
  const macros = await query(
    `SELECT function_name AS name, coalesce(macro_definition, '') AS sql FROM duckdb_functions()
     WHERE NOT internal AND schema_name = 'main' AND function_type IN ('macro', 'table_macro')`,
  );
  return catalogOf({ relations: [...pairs(views), ...pairs(tables)], macros: pairs(macros) });
}

function pairs(table: ResultTable): [name: string, sql: string][] {
  return Array.from({ length: table.numRows }, (_, row) => [
    String(table.value(row, 0)).toLowerCase(),
    String(table.value(row, 1)),
  ]);
}

/** From names and their definitions: what a view or macro reads is read by all that mention it. */
export function catalogOf(shipped: {
  readonly relations: readonly (readonly [name: string, sql: string])[];
  readonly macros: readonly (readonly [name: string, sql: string])[];
}): Catalog {
  const definitions = new Map<string, string[]>();
  for (const [name, sql] of [...shipped.relations, ...shipped.macros])
    definitions.set(name, [...(definitions.get(name) ?? []), sql]);
  const mentioned = new Map<string, { words: Set<string>; own: Set<string> }>();
  for (const [name, texts] of definitions) {
    const list = texts.flatMap((text) => tokens(text));
    const words = new Set(
      list.filter((t) => t.kind === 'word' || t.kind === 'quoted').map((t) => t.value.toLowerCase()),
    );
    mentioned.set(name, { words, own: new Set(texts.flatMap(variablesIn)) });
  }
  const variables = new Map<string, ReadonlySet<string>>();
  for (const name of definitions.keys()) {
    const found = new Set<string>();
    const seen = new Set([name]);
    for (const at of seen) {
      for (const variable of mentioned.get(at)?.own ?? []) found.add(variable);
      for (const word of mentioned.get(at)?.words ?? []) if (definitions.has(word)) seen.add(word);
    }
    variables.set(name, found);
  }
  return {
    variables,
    relations: new Set(shipped.relations.map(([name]) => name)),
    macros: new Set(shipped.macros.map(([name]) => name)),
  };
}

/** Names in `getvariable('…')`; they do not depend on case. */
export function variablesIn(sql: string): string[] {
  const list = tokens(sql);
  return list.flatMap((token, i) =>
    token.value === 'getvariable' && list[i + 1]?.value === '(' && list[i + 2]?.kind === 'string'
      ? [list[i + 2]?.value.toLowerCase() ?? '']
      : [],
  );
}
