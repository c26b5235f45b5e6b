/** The shape of a result that widgets draw: the engine's ResultTable fits, and so does an array in a test. */
export interface DataColumn {
  readonly name: string;
  /** DuckDB's type name. */
  readonly type: string;
}
export interface DataTable {
  readonly columns: readonly DataColumn[];
  readonly numRows: number;
  value(row: number, column: number): unknown;
}

/** −1 if there is no such column. Names compare without case, as in SQL. */
export function columnIndex(table: DataTable, name: string): number {
  const wanted = name.toLowerCase();
  return table.columns.findIndex((c) => c.name.toLowerCase() === wanted);
}

/** NULL if there is no such column. */
export function field(table: DataTable, row: number, column: string): unknown {
  const index = columnIndex(table, column);
  return index < 0 ? null : table.value(row, index);
}

export function columnValues(table: DataTable, column: number): unknown[] {
  return Array.from({ length: table.numRows }, (_, row) => table.value(row, column));
}

export const isNumberType = (type: string) =>
  /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|REAL|DECIMAL\(.*\))$/.test(type);
export const isTimeType = (type: string) => /^TIMESTAMP(_S|_MS|_NS)?$|^TIMESTAMP WITH TIME ZONE$/.test(type);
export const isNested = (type: string) => /\[\d*\]$|^(STRUCT|MAP|UNION)\b/.test(type);

/** Compares what a column can hold; NULL is last, whatever the direction. */
export function compareValues(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  const [x, y] = [String(a), String(b)];
  if (/^-?\d+(\.\d+)?$/.test(x) && /^-?\d+(\.\d+)?$/.test(y) && Number(x) !== Number(y))
    return Number(x) - Number(y);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Row numbers in the order of a column; equal rows keep their order. */
export function sortedRows(
  table: DataTable,
  rows: readonly number[],
  column: number,
  descending: boolean,
): number[] {
  const keyed = rows.map((row) => ({ row, value: table.value(row, column) }));
  return keyed
    .sort((a, b) => {
      const [noA, noB] = [
        a.value === null || a.value === undefined,
        b.value === null || b.value === undefined,
      ];
      if (noA || noB) return Number(noA) - Number(noB) || a.row - b.row;
      const order = compareValues(a.value, b.value);
      return (descending ? -order : order) || a.row - b.row;
    })
    .map((k) => k.row);
}
