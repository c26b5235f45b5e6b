import type { ResultTable, Value } from '../../src/engine/engine.ts';

/** A result in memory: `tableOf({ model: 'VARCHAR', n: 'BIGINT' }, [['a', 1n]])`. */
export function tableOf(
  columns: Readonly<Record<string, string>>,
  rows: readonly (readonly Value[])[],
): ResultTable {
  const list = Object.entries(columns).map(([name, type]) => ({ name, type }));
  const value = (row: number, column: number): Value => rows[row]?.[column] ?? null;
  return {
    columns: list,
    numRows: rows.length,
    value,
    row: (row) => Object.fromEntries(list.map((c, i) => [c.name, value(row, i)])),
  };
}
