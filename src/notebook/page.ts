/** A piece of a cell's result, ordered and filtered by the engine. */
import type { Query } from './session.ts';
import { quoteName, quoteText } from './sqlText.ts';
import type { Page, PageRequest } from './types.ts';

/** Rows of equal rank keep the order of the cell's result, on every page. NULLs come last. */
export function pageSql(
  relation: string,
  request: PageRequest,
): { readonly rows: string; readonly count: string } {
  const where =
    request.where === undefined
      ? ''
      : ` WHERE ${quoteName(request.where.column)} = ${quoteText(request.where.equals)}`;
  const from = `FROM ${quoteName(relation)}${where}`;
  const piece = `LIMIT ${whole(request.limit)} OFFSET ${whole(request.offset)}`;
  const count = `SELECT count(*)::BIGINT ${from}`;
  if (request.orderBy === undefined) return { rows: `SELECT * ${from} ${piece}`, count };
  const { column, descending } = request.orderBy;
  const place = quoteName('row number in the cell');
  const order = `${quoteName(column)} ${descending ? 'DESC' : 'ASC'} NULLS LAST, ${place}`;
  return {
    rows: `SELECT * EXCLUDE (${place}) FROM (SELECT *, row_number() OVER () AS ${place} ${from}) ORDER BY ${order} ${piece}`,
    count,
  };
}

export async function readPage(query: Query, relation: string, request: PageRequest): Promise<Page> {
  const sql = pageSql(relation, request);
  const table = await query(sql.rows);
  const count = await query(sql.count);
  return { table, rowCount: Number(count.value(0, 0)) };
}

function whole(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`Not a row number: ${value}`);
  return value;
}
