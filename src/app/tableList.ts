/** The relations that a user sees, with the meaning of their columns. */
import { STORED_TABLES } from '@spanbook/sdk/schema';
import type { Connection } from '../engine/engine.ts';
import type { ColumnInfo, TableInfo } from './store.ts';

/** In the sidebar, in this order; the others are known to the editor only. */
export const SIDEBAR_TABLES = [
  'traces',
  'spans',
  'llm_calls',
  'sessions',
  'messages',
  'events',
  'logs',
  'prices',
  'files',
  'rejects',
] as const;

/** Those that filters apply to. */
export const FILTERED_TABLES = ['traces', 'spans', 'llm_calls', 'sessions', 'events', 'logs'] as const;

function meanings(): Map<string, string> {
  const out = new Map<string, string>();
  for (const columns of Object.values(STORED_TABLES))
    for (const c of columns) {
      const unit = 'unit' in c && c.unit !== undefined ? ` (${c.unit})` : '';
      if (!out.has(c.name)) out.set(c.name, c.meaning + unit);
    }
  return out;
}

/** Every shipped view and table with its columns; the engine's comments, else the schema, say what they mean. */
export async function readTables(connection: Connection): Promise<TableInfo[]> {
  const table = await connection.query(
    `SELECT table_name, column_name, data_type, comment FROM duckdb_columns()
     WHERE schema_name = 'main' AND NOT internal AND database_name = current_database()
     ORDER BY table_name, column_index`,
  );
  const known = meanings();
  const found = new Map<string, ColumnInfo[]>();
  for (let row = 0; row < table.numRows; row++) {
    const r = table.row(row);
    const name = String(r.column_name);
    const meaning = typeof r.comment === 'string' && r.comment !== '' ? r.comment : (known.get(name) ?? '');
    const key = String(r.table_name);
    found.set(key, [...(found.get(key) ?? []), { name, type: String(r.data_type), meaning }]);
  }
  const rank = (name: string) => {
    const at = (SIDEBAR_TABLES as readonly string[]).indexOf(name);
    return at < 0 ? SIDEBAR_TABLES.length : at;
  };
  return [...found]
    .map(([name, columns]) => ({ name, columns }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

export const inSidebar = (name: string) => SIDEBAR_TABLES.some((t) => t === name);

/** For completion: one entry a function, with its parameters. */
export async function readFunctions(
  connection: Connection,
): Promise<{ name: string; signature?: string; description?: string }[]> {
  const table = await connection.query(
    `SELECT function_name AS name, any_value(parameters) AS parameters, any_value(description) AS description
     FROM duckdb_functions()
     WHERE function_type IN ('scalar', 'aggregate', 'macro', 'table', 'table_macro')
       AND regexp_matches(function_name, '^[a-z][a-z0-9_]*$') AND NOT starts_with(function_name, 'pg_')
     GROUP BY 1 ORDER BY 1`,
  );
  return Array.from({ length: table.numRows }, (_, row) => {
    const r = table.row(row);
    const name = String(r.name);
    const parameters = Array.isArray(r.parameters) ? r.parameters.map(String) : [];
    const signature = `${name}(${parameters.join(', ')})`;
    return typeof r.description === 'string'
      ? { name, signature, description: r.description }
      : { name, signature };
  });
}
