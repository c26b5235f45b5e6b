/** What the engine ships for every notebook: its views, tables and macros, and the variables that they read. */
import type { ResultTable } from '../engine/engine.ts';
import { type Token, tokens } from './sqlText.ts';

export interface Catalog {
  /** Shipped relation or macro, in lower case → variables that it reads, through others too. */
  readonly variables: ReadonlyMap<string, ReadonlySet<string>>;
  /** Shipped relations, in lower case; those of the schema `store` as `store.name`. */
  readonly relations: ReadonlySet<string>;
  /** Shipped macros, in lower case. */
  readonly macros: ReadonlySet<string>;
}

/** Reads the schemas that every notebook sees. @throws QueryError */
export async function readCatalog(query: (sql: string) => Promise<ResultTable>): Promise<Catalog> {
  const where = "NOT internal AND schema_name IN ('main', 'store') AND database_name = current_database()";
  const name = (column: string) =>
    `CASE schema_name WHEN 'main' THEN '' ELSE 'store.' END || ${column} AS name`;
  const views = await query(`SELECT ${name('view_name')}, sql FROM duckdb_views() WHERE ${where}`);
  const tables = await query(`SELECT ${name('table_name')}, '' AS sql FROM duckdb_tables() WHERE ${where}`);
  const macros = await query(
    `SELECT function_name AS name, coalesce(macro_definition, '') AS sql FROM duckdb_functions()
     WHERE NOT internal AND schema_name = 'main' AND database_name = current_database() AND function_type IN ('macro', 'table_macro')`,
  );
  return catalogOf({ relations: [...pairs(views), ...pairs(tables)], macros: pairs(macros) });
}

function pairs(table: ResultTable): [name: string, sql: string][] {
  return Array.from({ length: table.numRows }, (_, row) => [
    String(table.value(row, 0)).toLowerCase(),
    String(table.value(row, 1)),
  ]);
}

/** The engine writes the zone's rules into this macro, so that its text names no variable. */
const IMPLICIT: Readonly<Record<string, string>> = { local: 'time_zone' };

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
    const words = new Set(list.flatMap(nameAt));
    mentioned.set(name, { words, own: new Set(texts.flatMap(variablesIn)) });
  }
  const variables = new Map<string, ReadonlySet<string>>();
  for (const name of definitions.keys()) {
    const found = new Set<string>();
    const seen = new Set([name]);
    for (const at of seen) {
      for (const variable of mentioned.get(at)?.own ?? []) found.add(variable);
      const implicit = Object.hasOwn(IMPLICIT, at) ? IMPLICIT[at] : undefined;
      if (implicit !== undefined) found.add(implicit);
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

/**
 * A relation or macro that a definition uses, as the catalog names it: `main.spans` and `FROM spans` → spans,
 * `store.spans` as it is, `local(` → local. Columns may have the names of views: alone they do not count.
 */
function nameAt(token: Token, i: number, list: readonly Token[]): string[] {
  if (token.kind !== 'word' && token.kind !== 'quoted') return [];
  const name = token.value.toLowerCase();
  const before = list[i - 1]?.value;
  if (before === '.') {
    const qualifier = list[i - 2]?.value.toLowerCase();
    return qualifier === 'main' ? [name] : qualifier === 'store' ? [`store.${name}`] : [];
  }
  return /^(from|join)$/.test(before ?? '') || list[i + 1]?.value === '(' ? [name] : [];
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
