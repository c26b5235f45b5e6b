import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { columnLabel } from '../../base/labels.ts';
import { fixed } from '../../base/number.ts';
import { columnIndex, field, isNumberType, isTimeType } from '../../base/table.ts';
import { DAY, isUtcColumn, timeFormat, toWall } from '../../base/time.ts';
import { valueText } from '../../base/valueText.ts';
import { emptyHint } from '../../widgets/emptyHint.ts';
import { Icon } from '../../widgets/Icon.tsx';
import '../../widgets/table.css';
import type { ViewProps } from '../view.ts';
import { isSortable, traceColumns } from './columns.ts';
import { tracesState } from './state.ts';
import { pageFormats, TraceRow } from './TraceRow.tsx';
import './traces.css';
import { type TraceQuery, useTracePage } from './useTracePage.ts';

const SIZES = [14, 25, 50] as const;

/** `view=traces`: the list of traces, page by page through all of them. ↑ ↓ choose, Enter opens, PageUp/PageDown turn. */
export function TracesView(props: ViewProps) {
  const { cellName, context, options } = props;
  const { status } = tracesState.use(cellName);
  const [size, setSize] = useState(() => {
    const wanted = Number(options.rows);
    return wanted >= 1 && wanted <= 200 ? wanted : SIZES[0];
  });
  const [orderBy, setOrderBy] = useState<TraceQuery['orderBy']>();
  const [offset, setOffset] = useState(0);
  const [chosen, setChosen] = useState(-1);
  const box = useRef<HTMLDivElement>(null);
  const page = useTracePage(props, { status, orderBy, offset, limit: size });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => {
    setOffset(0);
    setChosen(-1);
  }, [status, orderBy, size, context.filters]);

  const { table, rows, rowCount } = page;
  const columns = useMemo(() => traceColumns(table), [table]);
  const formats = useMemo(() => {
    const start = columnIndex(table, 'start_time');
    const walls = rows.map((row) => Number(table.value(row, start))).filter(Number.isFinite);
    const local = walls.map((w) => toWall(w, context.timeZone));
    // On a page of older traces, or of a long range, the day says more than the millisecond.
    const newest = toWall(context.range.to, context.timeZone);
    const old = local.some((w) => Math.floor(w / DAY) !== Math.floor((newest - 1) / DAY));
    return pageFormats(table, rows, columns, timeFormat(old ? [0, ...local] : local, old ? 'second' : 'ms'));
  }, [table, rows, columns, context.timeZone, context.range.to]);

  const last = Math.max(0, Math.floor((rowCount - 1) / size) * size);
  const turn = (to: number) => {
    setOffset(Math.max(0, Math.min(last, to)));
    setChosen(-1);
  };
  const keys = (e: KeyboardEvent) => {
    if (e.target !== box.current) return;
    const row = rows[chosen];
    if (e.key === 'ArrowDown') setChosen((c) => Math.min(rows.length - 1, c + 1));
    else if (e.key === 'ArrowUp') setChosen((c) => Math.max(0, c - 1));
    else if (e.key === 'PageDown') turn(offset + size);
    else if (e.key === 'PageUp') turn(offset - size);
    else if (e.key === 'Home') turn(0);
    else if (e.key === 'End') turn(last);
    else if (e.key === 'Enter' && row !== undefined)
      context.openTrace(valueText(field(table, row, 'trace_id')));
    else return;
    e.preventDefault();
  };
  const sort = (name: string, numeric: boolean) =>
    setOrderBy((old) => {
      if (old?.column !== name) return { column: name, descending: numeric };
      return old.descending === numeric ? { column: name, descending: !numeric } : undefined;
    });
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: scrolls, and takes the keys of the list */}
      <div
        className={page.loading ? 'tw-x traces waiting' : 'tw-x traces'}
        ref={box}
        role="group"
        aria-label="Traces"
        aria-busy={page.loading}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        onKeyDown={keys}
      >
        <table className="t rows">
          <thead>
            <tr>
              {columns.map(({ name, index, wide }) => {
                const type = table.columns[index]?.type ?? '';
                const right = isNumberType(type);
                const sorted = orderBy?.column === name ? orderBy : undefined;
                const label = headOf(name, type, context.timeZone);
                const className = `${right ? 'r' : ''}${wide ? ' wide' : ''}`;
                if (!isSortable(type))
                  return (
                    <th key={name} className={className}>
                      {label}
                    </th>
                  );
                return (
                  <th
                    key={name}
                    className={className}
                    aria-sort={
                      sorted === undefined ? undefined : sorted.descending ? 'descending' : 'ascending'
                    }
                  >
                    <button type="button" onClick={() => sort(name, right || isTimeType(type))}>
                      {label}
                      {sorted === undefined ? null : (
                        <Icon name="sort" className={sorted.descending ? 'xs' : 'xs up'} />
                      )}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the group around the table */}
          <tbody
            onClick={(e) => {
              const row = (e.target as Element).closest('tr');
              if (row !== null) setChosen(row.sectionRowIndex);
            }}
            onDoubleClick={(e) => {
              const id = (e.target as Element).closest('tr')?.dataset.trace;
              if (id !== undefined) context.openTrace(id);
            }}
          >
            {rows.map((row, i) => (
              <TraceRow
                key={valueText(field(table, row, 'trace_id')) || row}
                {...{ table, row, columns, formats, context }}
                selected={i === chosen}
              />
            ))}
          </tbody>
        </table>
        {rowCount === 0 ? (
          <p className="note-line">
            {emptyHint(context.filters)}
            {status === 'all' ? '' : ` · this list shows status ${status} only`}
          </p>
        ) : null}
        {page.error === undefined ? null : (
          <p className="note-line bad" role="alert">
            This page could not be read: {page.error}
          </p>
        )}
      </div>
      <div className="pager">
        <span>
          {rowCount === 0
            ? '0 traces'
            : `${fixed(offset + 1, 0)}–${fixed(Math.min(rowCount, offset + size), 0)} of ${fixed(rowCount, 0)} traces`}
        </span>
        <span className="sp" />
        <label>
          <span className="sr-only">Rows a page</span>
          <select value={size} onChange={(e) => setSize(Number(e.target.value))}>
            {[...new Set<number>([...SIZES, size])]
              .sort((a, b) => a - b)
              .map((n) => (
                <option key={n} value={n}>
                  {n} rows
                </option>
              ))}
          </select>
        </label>
        <button
          type="button"
          className="ib"
          aria-label="Newer page"
          title="Page before"
          disabled={offset === 0}
          onClick={() => turn(offset - size)}
        >
          <Icon name="left" />
        </button>
        <button
          type="button"
          className="ib"
          aria-label="Next page"
          title="Next page"
          disabled={offset >= last}
          onClick={() => turn(offset + size)}
        >
          <Icon name="right" />
        </button>
      </div>
    </>
  );
}

function headOf(name: string, type: string, zone: string): string {
  const label = columnLabel(name);
  if (isTimeType(type)) return isUtcColumn(name) ? `${label}, ${zone}` : label;
  return /_usd$/.test(name) ? `${label}, USD` : label;
}
