import type { KeyboardEvent, RefObject } from 'react';
import type { Cell } from '../notebook/types.ts';
import { useApp } from './context.ts';
import { isMod } from './keys.ts';
import { TRACE_NOTEBOOK } from './notebooks.ts';
import type { Session } from './session.ts';

/**
 * The keys of a focused cell, whatever its kind: A and B insert, Mod-Enter runs, arrows go to the next cell. `own`: what
 * the cell itself does with a letter; true if it took it.
 */
export function useCellKeys(
  session: Session,
  cell: Cell,
  host: RefObject<HTMLElement | null>,
  own: (key: string) => boolean = () => false,
): (event: KeyboardEvent) => void {
  const app = useApp();
  return (event) => {
    if (event.target !== host.current || event.altKey) return;
    if (event.key === 'Enter' && (isMod(event) || event.shiftKey)) {
      if (isMod(event) && event.shiftKey) return;
      event.preventDefault();
      session.run(cell.id);
      if (event.shiftKey) focusBeside(cell.id, 1);
      return;
    }
    if (event.metaKey || event.ctrlKey) return;
    const key = event.key.toLowerCase();
    if (own(key)) event.preventDefault();
    // On a trace's page A and D move the timeline, arrows its spans.
    else if (session.id === TRACE_NOTEBOOK) return;
    else if (key === 'a') app.insertCell({ kind: 'sql' }, { before: cell.id });
    else if (key === 'b') app.insertCell({ kind: 'sql' }, { after: cell.id });
    else if (key === 'arrowdown' || key === 'arrowup') focusBeside(cell.id, key === 'arrowdown' ? 1 : -1);
    else return;
    event.preventDefault();
  };
}

function focusBeside(id: string, by: 1 | -1): void {
  const cells = [...document.querySelectorAll<HTMLElement>('.grid [data-cell-id]')];
  const next = cells[cells.findIndex((c) => c.dataset.cellId === id) + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
