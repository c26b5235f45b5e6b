/** Runs one cell on one connection: makes its relation, reads the first rows, counts the rest. */
import { QueryError, type ResultTable } from '../engine/engine.ts';
import type { Node } from './graph.ts';
import type { Query } from './session.ts';
import { kindOf, quoteName, type Statement } from './sqlText.ts';
import { FIRST_ROWS } from './types.ts';

/** What a notebook's schema holds, by name in lower case. */
export type Relations = Map<string, 'view' | 'table'>;

export interface Execution {
  readonly table: ResultTable;
  readonly rowCount: number;
}

export interface ExecuteOptions {
  /** Kept up to date. */
  readonly relations: Relations;
  /** A table instead of a view: the cell was slow, and others read it. */
  readonly keep: boolean;
}

/** @throws QueryError with positions in the cell's text; Error if the cell holds no statement */
export async function execute(query: Query, node: Node, options: ExecuteOptions): Promise<Execution> {
  const { statements: list } = node;
  const last = list.at(-1);
  const sql = node.cell.kind === 'sql' ? node.cell.sql : '';
  if (last === undefined) throw new Error('There is nothing to run.');
  for (const statement of list.slice(0, -1)) await runAt(query, sql, statement, '', '');
  const kind = kindOf(last);
  if (kind === 'command') {
    const table = await runAt(query, sql, last, '', '');
    return { table, rowCount: table.numRows };
  }
  if (node.relation === undefined) {
    if (kind === 'listing') {
      const table = await runAt(query, sql, last, '', '');
      return { table, rowCount: table.numRows };
    }
    const table = await runAt(query, sql, last, 'SELECT * FROM (', `\n) LIMIT ${FIRST_ROWS}`);
    if (table.numRows < FIRST_ROWS) return { table, rowCount: table.numRows };
    const count = await runAt(query, sql, last, 'SELECT count(*)::BIGINT FROM (', '\n)');
    return { table, rowCount: countOf(count) };
  }
  const name = quoteName(node.relation);
  const form = kind === 'pivot' || !node.deterministic || options.keep ? 'table' : 'view';
  await dropOther(query, node.relation, form, options.relations);
  const before = `CREATE OR REPLACE ${form.toUpperCase()} ${name} AS `;
  if (kind === 'listing') await runAt(query, sql, last, `${before}SELECT * FROM (`, '\n)');
  else await runAt(query, sql, last, before, '');
  options.relations.set(node.relation.toLowerCase(), form);
  // What fails only when it runs (a cast, a division) fails here, without a position.
  const table = await inCell(sql, undefined, () => query(`SELECT * FROM ${name} LIMIT ${FIRST_ROWS}`));
  if (table.numRows < FIRST_ROWS) return { table, rowCount: table.numRows };
  return { table, rowCount: countOf(await query(`SELECT count(*)::BIGINT FROM ${name}`)) };
}

/** Turns the view of a slow cell into a table, so that its readers and pages do not run it again. */
export async function materialise(query: Query, relation: string, relations: Relations): Promise<void> {
  if (relations.get(relation.toLowerCase()) !== 'view') return;
  const name = quoteName(relation);
  const building = quoteName(`${relation}__building`);
  // Cancelled here, nothing has been made, and the view is still there.
  await query(`CREATE OR REPLACE TABLE ${building} AS SELECT * FROM ${name}`);
  await query(`DROP VIEW ${name}`);
  relations.delete(relation.toLowerCase());
  await query(`ALTER TABLE ${building} RENAME TO ${name}`);
  relations.set(relation.toLowerCase(), 'table');
}

/** Takes a relation away, so that its readers see that it is gone. */
export async function dropRelation(query: Query, relation: string, relations: Relations): Promise<void> {
  const form = relations.get(relation.toLowerCase());
  if (form === undefined) return;
  await query(`DROP ${form.toUpperCase()} IF EXISTS ${quoteName(relation)}`);
  relations.delete(relation.toLowerCase());
}

async function dropOther(
  query: Query,
  relation: string,
  form: 'view' | 'table',
  relations: Relations,
): Promise<void> {
  const present = relations.get(relation.toLowerCase());
  if (present !== undefined && present !== form) await dropRelation(query, relation, relations);
}

/** What the schema holds already, from an earlier session. */
export async function relationsIn(query: Query, schema: string): Promise<Relations> {
  const where = `schema_name = '${schema.replaceAll("'", "''")}' AND database_name = current_database()`;
  const table = await query(
    `SELECT view_name AS name, 'view' AS form FROM duckdb_views() WHERE ${where}
     UNION ALL SELECT table_name, 'table' FROM duckdb_tables() WHERE ${where}`,
  );
  const out: Relations = new Map();
  for (let row = 0; row < table.numRows; row++)
    out.set(String(table.value(row, 0)).toLowerCase(), table.value(row, 1) === 'view' ? 'view' : 'table');
  return out;
}

const countOf = (table: ResultTable): number => Number(table.value(0, 0));

function runAt(
  query: Query,
  sql: string,
  at: Statement,
  before: string,
  after: string,
): Promise<ResultTable> {
  return inCell(sql, { shift: at.start - before.length, from: at.start, to: at.start + at.sql.length }, () =>
    query(before + at.sql + after),
  );
}

/** Errors say where in the cell's text they are, not where in what we made of it. */
async function inCell<T>(
  sql: string,
  place: { readonly shift: number; readonly from: number; readonly to: number } | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const move = (position: number) => {
      const at = position + (place?.shift ?? 0);
      return place !== undefined && at >= place.from && at <= place.to ? at : undefined;
    };
    const position = error.position === undefined || place === undefined ? undefined : move(error.position);
    const from = error.fix === undefined ? undefined : move(error.fix.from);
    const to = error.fix === undefined ? undefined : move(error.fix.to);
    const fix =
      error.fix === undefined || from === undefined || to === undefined
        ? undefined
        : { from, to, text: error.fix.text };
    throw new QueryError(error.message, sql, position, error.hint, fix, { cause: error });
  }
}
