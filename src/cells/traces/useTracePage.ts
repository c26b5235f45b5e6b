import { useEffect, useMemo, useRef, useState } from 'react';
import { columnIndex, sortedRows } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';
import type { PageRequest } from '../../notebook/types.ts';
import type { ViewProps } from '../view.ts';

export type StatusFilter = 'all' | 'OK' | 'ERROR' | 'UNSET';

export interface TraceQuery {
  readonly status: StatusFilter;
  readonly orderBy: PageRequest['orderBy'];
  readonly offset: number;
  readonly limit: number;
}

export interface TracePage {
  readonly table: ResultTable;
  /** Rows of `table` to show, in order. */
  readonly rows: readonly number[];
  /** Rows that match the status. */
  readonly rowCount: number;
  /** A page is on its way; what is shown is the one before. */
  readonly loading: boolean;
  readonly error: string | undefined;
}

/** Filters, sorts and cuts in memory: possible where the whole result is. */
export function localPage(table: ResultTable, query: TraceQuery): { rows: number[]; rowCount: number } {
  const status = columnIndex(table, 'status');
  const all = Array.from({ length: table.numRows }, (_, row) => row);
  const matching =
    query.status === 'all' || status < 0
      ? all
      : all.filter((row) => table.value(row, status) === query.status);
  const column = query.orderBy === undefined ? -1 : columnIndex(table, query.orderBy.column);
  const ordered =
    column < 0 || query.orderBy === undefined
      ? matching
      : sortedRows(table, matching, column, query.orderBy.descending);
  return { rows: ordered.slice(query.offset, query.offset + query.limit), rowCount: matching.length };
}

/** One page of the list: from memory where the result is whole there, else from the engine. */
export function useTracePage({ cellName, result, context }: ViewProps, query: TraceQuery): TracePage {
  const { status, orderBy, offset, limit } = query;
  const { table, rowCount, run } = result;
  const local = rowCount <= table.numRows || cellName === '';
  const inMemory = useMemo(
    () => (local ? localPage(table, { status, orderBy, offset, limit }) : undefined),
    [local, table, status, orderBy, offset, limit],
  );
  const [fetched, setFetched] = useState<{ table: ResultTable; rowCount: number; key: string }>();
  const [failed, setFailed] = useState<{ message: string; key: string }>();
  const key = JSON.stringify([cellName, run, status, orderBy, offset, limit]);
  const page = useRef(context.page);
  useEffect(() => {
    page.current = context.page;
  });
  useEffect(() => {
    if (local) return;
    const controller = new AbortController();
    const request: PageRequest = {
      offset,
      limit,
      ...(orderBy === undefined ? {} : { orderBy }),
      ...(status === 'all' ? {} : { where: { column: 'status', equals: status } }),
    };
    page.current(cellName, request, controller.signal).then(
      (found) => setFetched({ table: found.table, rowCount: found.rowCount, key }),
      (error: unknown) => {
        if (!controller.signal.aborted)
          setFailed({ message: error instanceof Error ? error.message : String(error), key });
      },
    );
    return () => controller.abort();
  }, [local, cellName, offset, limit, orderBy, status, key]);
  if (inMemory !== undefined) return { table, ...inMemory, loading: false, error: undefined };
  const shown = fetched ?? { table, rowCount, key: '' };
  return {
    table: shown.table,
    rows: Array.from({ length: Math.min(limit, shown.table.numRows) }, (_, row) => row),
    rowCount: shown.rowCount,
    loading: shown.key !== key && failed?.key !== key,
    error: failed?.key === key ? failed.message : undefined,
  };
}

/** How many traces there are of each status. */
export function useStatusCounts({ cellName, result, context }: ViewProps): ReadonlyMap<StatusFilter, number> {
  const { table, rowCount, run } = result;
  const whole = rowCount <= table.numRows || cellName === '';
  const counted = useMemo(() => {
    const counts = new Map<StatusFilter, number>([['all', rowCount]]);
    const status = columnIndex(table, 'status');
    if (!whole || status < 0) return counts;
    for (const s of ['OK', 'ERROR', 'UNSET'] as const) counts.set(s, 0);
    for (let row = 0; row < table.numRows; row++) {
      const s = table.value(row, status) as StatusFilter;
      counts.set(s, (counts.get(s) ?? 0) + 1);
    }
    return counts;
  }, [table, rowCount, whole]);
  const [asked, setAsked] = useState<{ run: number; counts: ReadonlyMap<StatusFilter, number> }>();
  const page = useRef(context.page);
  useEffect(() => {
    page.current = context.page;
  });
  useEffect(() => {
    if (whole) return;
    const controller = new AbortController();
    const count = (equals: 'OK' | 'ERROR') =>
      page.current(cellName, { offset: 0, limit: 1, where: { column: 'status', equals } }, controller.signal);
    Promise.all([count('OK'), count('ERROR')]).then(
      ([ok, error]) => {
        const unset = rowCount - ok.rowCount - error.rowCount;
        setAsked({
          run,
          counts: new Map<StatusFilter, number>([
            ['all', rowCount],
            ['OK', ok.rowCount],
            ['ERROR', error.rowCount],
            ['UNSET', unset],
          ]),
        });
      },
      // Counts are an aid: without them the list still works.
      () => undefined,
    );
    return () => controller.abort();
  }, [whole, cellName, rowCount, run]);
  return asked !== undefined && asked.run === run && !whole ? asked.counts : counted;
}
