import { type PointerEvent, useRef } from 'react';
import { Icon } from '../Icon.tsx';
import { fitWidth, type GridColumn } from './columns.ts';
import './grid.css';
import type { Sort } from './useGridRows.ts';

interface GridHeadProps {
  readonly columns: readonly GridColumn[];
  /** Columns in sight. */
  readonly items: readonly { readonly index: number; readonly start: number; readonly size: number }[];
  readonly width: number;
  readonly height: number;
  readonly indexWidth: number;
  readonly sort: Sort | undefined;
  readonly onSort: (column: number) => void;
  readonly onResize: (name: string, px: number) => void;
}

export function GridHead({
  columns,
  items,
  width,
  height,
  indexWidth,
  sort,
  onSort,
  onResize,
}: GridHeadProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a virtualised grid cannot be a table element
    <div className="gv-head" role="row" tabIndex={-1} style={{ width, height }}>
      <span className="gv-ix" style={{ width: indexWidth }} />
      {items.map((item) => {
        const column = columns[item.index];
        if (column === undefined) return null;
        const sorted = sort?.column === item.index ? sort : undefined;
        return (
          // biome-ignore lint/a11y/useFocusableInteractive: the button inside takes the focus
          // biome-ignore lint/a11y/useSemanticElements: see above
          <div
            key={item.index}
            role="columnheader"
            aria-colindex={item.index + 1}
            aria-sort={sorted === undefined ? undefined : sorted.descending ? 'descending' : 'ascending'}
            className="gv-h"
            style={{ left: item.start, width: item.size }}
          >
            <button type="button" title={`${column.name} ${column.type}`} onClick={() => onSort(item.index)}>
              <b>{column.name}</b>
              {sorted === undefined ? null : (
                <Icon name="sort" className={sorted.descending ? 'xs' : 'xs up'} />
              )}
              <span>{column.type}</span>
            </button>
            <Resizer
              width={item.size}
              onResize={(px) => onResize(column.name, px)}
              onFit={() => onResize(column.name, fitWidth(column))}
            />
          </div>
        );
      })}
    </div>
  );
}

interface ResizerProps {
  readonly width: number;
  readonly onResize: (px: number) => void;
  readonly onFit: () => void;
}

function Resizer({ width, onResize, onFit }: ResizerProps) {
  const start = useRef<{ x: number; width: number }>(undefined);
  const move = (e: PointerEvent) => {
    if (start.current !== undefined)
      onResize(Math.max(40, start.current.width + e.clientX - start.current.x));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a pointer's handle; the keyboard has no need of widths
    <i
      className="gv-rs"
      onPointerDown={(e) => {
        start.current = { x: e.clientX, width };
        e.currentTarget.setPointerCapture(e.pointerId);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        start.current = undefined;
      }}
      onDoubleClick={onFit}
    />
  );
}
