import { useEffect, useMemo, useState } from 'react';
import { type DataTable, sortedRows } from '../../base/table.ts';
import { type GridPages, PagedRows } from './rows.ts';

export interface Sort {
  readonly column: number;
  readonly descending: boolean;
}

export interface GridRows {
  /** The table and the row in it that stand at this place; `undefined` while they are fetched. */
  at(index: number): { table: DataTable; row: number } | undefined;
  readonly error: unknown;
}

/** Rows in order. What is not in `table` comes in pages; a whole result is sorted here, a part of one by the engine. */
export function useGridRows(
  table: DataTable,
  rowCount: number,
  pages: GridPages | undefined,
  sort: Sort | undefined,
  seen: { readonly first: number; readonly count: number },
): GridRows {
  const whole = pages === undefined || rowCount <= table.numRows;
  const [, redraw] = useState(0);
  const [error, setError] = useState<unknown>();
  const order = useMemo(() => {
    if (!whole || sort === undefined) return undefined;
    return sortedRows(
      table,
      Array.from({ length: table.numRows }, (_, i) => i),
      sort.column,
      sort.descending,
    );
  }, [table, whole, sort]);
  const [paged, setPaged] = useState<PagedRows>();
  useEffect(() => {
    if (whole || pages === undefined) {
      setPaged(undefined);
      return;
    }
    const name = sort === undefined ? undefined : table.columns[sort.column]?.name;
    const source = new PagedRows(
      pages,
      name === undefined || sort === undefined ? undefined : { column: name, descending: sort.descending },
      (failure) => {
        setError(failure);
        redraw((n) => n + 1);
      },
    );
    setError(undefined);
    setPaged(source);
    return () => source.close();
  }, [whole, pages, sort, table]);
  const { first, count } = seen;
  const needed = sort !== undefined || first + count > table.numRows;
  useEffect(() => {
    if (needed) paged?.want(first, count);
  }, [paged, first, count, needed]);
  return {
    error,
    at(index) {
      if (order !== undefined) {
        const row = order[index];
        return row === undefined ? undefined : { table, row };
      }
      if (sort === undefined && index < table.numRows) return { table, row: index };
      return paged?.at(index);
    },
  };
}
