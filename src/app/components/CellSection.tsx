import type { KeyboardEvent, ReactNode, Ref } from 'react';
import type { Cell, CellState } from '../../notebook/types.ts';

/** The frame that keys and links find a cell by. `status` is that of the result it shows, if it shows one. */
export function CellSection(props: {
  host: Ref<HTMLElement>;
  cell: Cell;
  label: string;
  status?: CellState['status'];
  className?: string;
  onKeyDown: (event: KeyboardEvent) => void;
  children: ReactNode;
}) {
  const { cell, status } = props;
  return (
    <section
      ref={props.host}
      className={props.className ?? 'cell'}
      id={cell.name || `cell-${cell.id}`}
      data-cell-id={cell.id}
      data-cell={cell.name}
      data-status={status}
      aria-label={props.label}
      aria-busy={status === undefined ? undefined : status === 'running'}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a focused cell takes keys: Q, A, B, arrows
      tabIndex={0}
      onKeyDown={props.onKeyDown}
    >
      {props.children}
    </section>
  );
}
