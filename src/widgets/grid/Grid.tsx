import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { DataTable } from '../../base/table.ts';
import { copyText } from '../clipboard.ts';
import { describe } from './columns.ts';
import { Detail } from './Detail.tsx';
import { GridHead } from './GridHead.tsx';
import './grid.css';
import { valueText } from '../../base/valueText.ts';
import { type Place, placeAfter } from './keys.ts';
import { type GridPages, scrollTo, windowOf } from './rows.ts';
import { type Sort, useGridRows } from './useGridRows.ts';

const ROW = 26;
const HEAD = 30;

export interface GridProps {
  /** The first rows. */
  readonly table: DataTable;
  /** Rows of the whole result. */
  readonly rowCount: number;
  /** Rows beyond `table`, and other orders of them; absent: `table` is all that can be shown. */
  readonly pages?: GridPages;
  readonly label: string;
}

/** A result of any size and width. Arrows move, Enter shows the whole value, Mod-C copies it; a head click sorts. */
export function Grid({ table, rowCount, pages, label }: GridProps) {
  const rows = pages === undefined ? table.numRows : Math.max(rowCount, table.numRows);
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 400 });
  const [sort, setSort] = useState<Sort>();
  const [focus, setFocus] = useState<Place>();
  const [detail, setDetail] = useState<Place>();
  const columns = useMemo(() => describe(table), [table]);
  const [resized, setResized] = useState<ReadonlyMap<string, number>>(new Map());
  const width = (i: number) => resized.get(columns[i]?.name ?? '') ?? columns[i]?.width ?? 80;

  const view = windowOf(scroll.top, Math.max(0, scroll.height - HEAD), rows, ROW);
  const data = useGridRows(table, rowCount, pages, sort, view);
  const indexWidth = 22 + String(rows).length * 7;
  const across = useVirtualizer({
    count: columns.length,
    horizontal: true,
    getScrollElement: () => box.current,
    estimateSize: width,
    paddingStart: indexWidth,
    overscan: 3,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when a width or the columns change
  useLayoutEffect(() => across.measure(), [resized, columns]);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const read = () => setScroll({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(read);
    observer.observe(element);
    element.addEventListener('scroll', read, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', read);
    };
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new result starts at the top, unsorted
  useEffect(() => {
    setSort(undefined);
    setFocus(undefined);
    setDetail(undefined);
    box.current?.scrollTo(0, 0);
  }, [table]);

  const valueAt = (place: Place): unknown => {
    const found = data.at(place.row);
    return found?.table.value(found.row, place.column);
  };
  const go = (row: number, column: number) => {
    const place = {
      row: Math.max(0, Math.min(rows - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    setFocus(place);
    const element = box.current;
    if (element === null) return;
    const top = scrollTo(place.row, element.scrollTop, element.clientHeight - HEAD, rows, ROW);
    if (top !== undefined) element.scrollTop = top;
    const item = across.measurementsCache[place.column];
    if (item === undefined) return;
    if (item.start - indexWidth < element.scrollLeft) element.scrollLeft = item.start - indexWidth;
    else if (item.end > element.scrollLeft + element.clientWidth)
      element.scrollLeft = item.end - element.clientWidth;
  };
  const keys = (event: KeyboardEvent) => {
    if (event.target !== box.current || rows === 0) return;
    const at = focus ?? { row: -1, column: 0 };
    const page = Math.max(1, Math.floor(scroll.height / ROW) - 2);
    const mod = event.metaKey || event.ctrlKey;
    const target = event.altKey
      ? undefined
      : placeAfter(event.key, mod, at, page, { rows, columns: columns.length });
    if (event.key === 'Enter' && !mod) {
      event.preventDefault();
      setDetail(focus);
    } else if (target !== undefined) {
      event.preventDefault();
      go(target.row, target.column);
    } else if (
      mod &&
      event.key === 'c' &&
      focus !== undefined &&
      window.getSelection()?.isCollapsed !== false
    ) {
      event.preventDefault();
      void copyText(valueText(valueAt(focus), columns[focus.column]?.type)).catch(() => undefined);
    }
  };
  const sortBy = (column: number) =>
    setSort((old) =>
      old?.column !== column
        ? { column, descending: columns[column]?.right ?? false }
        : old.descending === columns[column]?.right
          ? { column, descending: !old.descending }
          : undefined,
    );

  const items = across.getVirtualItems();
  const style = (start: number, size: number) => ({ left: start, width: size });
  return (
    <div className="gridbox">
      {/* biome-ignore lint/a11y/useSemanticElements: a virtualised grid cannot be a table element */}
      <div
        className="grid-v"
        ref={box}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-rowcount={rows + 1}
        aria-colcount={columns.length}
        style={{ height: HEAD + view.contentHeight + 2 }}
        onKeyDown={keys}
      >
        <GridHead
          columns={columns}
          items={items}
          width={across.getTotalSize()}
          height={HEAD}
          indexWidth={indexWidth}
          sort={sort}
          onSort={sortBy}
          onResize={(name, px) => setResized((old) => new Map(old).set(name, px))}
        />
        <div className="gv-rows" style={{ height: view.contentHeight, width: across.getTotalSize() }}>
          <div style={{ position: 'absolute', top: view.top, left: 0, width: '100%' }}>
            {Array.from({ length: view.count }, (_, i) => {
              const index = view.first + i;
              const found = data.at(index);
              return (
                // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
                // biome-ignore lint/a11y/useSemanticElements: see above
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 2}
                  className={focus?.row === index ? 'gv-r sel' : 'gv-r'}
                  style={{ height: ROW }}
                >
                  <span className="gv-ix" style={{ width: indexWidth }}>
                    {index + 1}
                  </span>
                  {items.map((item) => {
                    const column = columns[item.index];
                    if (column === undefined) return null;
                    const value = found?.table.value(found.row, item.index);
                    const focused = focus?.row === index && focus.column === item.index;
                    return (
                      // biome-ignore lint/a11y/useFocusableInteractive: the grid has the focus
                      // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled by the grid
                      // biome-ignore lint/a11y/useSemanticElements: see above
                      <div
                        key={item.key}
                        role="gridcell"
                        aria-colindex={item.index + 1}
                        aria-selected={focused}
                        className={`gv-c ${column.right ? 'r' : ''} ${focused ? 'foc' : ''}`}
                        style={style(item.start, item.size)}
                        onClick={() => {
                          setFocus({ row: index, column: item.index });
                          box.current?.focus({ preventScroll: true });
                        }}
                        onDoubleClick={() => setDetail({ row: index, column: item.index })}
                      >
                        {found === undefined ? (
                          <i className="gv-wait" />
                        ) : value === null || value === undefined ? (
                          <i className="gv-null">NULL</i>
                        ) : (
                          column.text(value)
                        )}
                      </div>
                    );
                  })}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {rows === 0 ? <p className="note-line">0 rows</p> : null}
      {data.error === undefined ? null : (
        <p className="note-line bad" role="alert">
          More rows could not be read: {data.error instanceof Error ? data.error.message : String(data.error)}
        </p>
      )}
      {detail === undefined ? null : (
        <Detail
          title={columns[detail.column]?.name ?? ''}
          type={columns[detail.column]?.type ?? ''}
          value={valueAt(detail)}
          anchor={box.current}
          onClose={() => {
            setDetail(undefined);
            box.current?.focus({ preventScroll: true });
          }}
        />
      )}
    </div>
  );
}
