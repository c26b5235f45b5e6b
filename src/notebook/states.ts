/** How the state of a cell follows from the one before. */
import type { CellResult, CellState, NotebookDoc } from './types.ts';

/** What `because` of a stale cell says; a cell's name stands in backticks. */
export const BECAUSE = {
  edited: 'its SQL',
  name: 'its name',
  data: 'the data',
  filters: 'the filters',
  timeZone: 'the time zone',
  restart: 'the engine was restarted',
  variable: (name: string): string => `the variable ${name}`,
} as const;

/** The result to be shown while there is no newer one. */
export function previousOf(state: CellState): { readonly previous?: CellResult } {
  switch (state.status) {
    case 'done':
      return { previous: state.result };
    case 'never':
      return {};
    default:
      return state.previous === undefined ? {} : { previous: state.previous };
  }
}

/** States after an edit: new cells have none, edited ones are stale, and an undone edit brings the result back. */
export function shiftedStates(
  states: Readonly<Record<string, CellState>>,
  doc: NotebookDoc,
  last: ReadonlyMap<string, { readonly sql: string; readonly ok: boolean }>,
): Record<string, CellState> {
  const out: Record<string, CellState> = {};
  for (const cell of doc.cells) {
    if (cell.kind !== 'sql') continue;
    const state = states[cell.id] ?? { status: 'never' };
    const ran = last.get(cell.id);
    out[cell.id] = ran === undefined ? state : shifted(state, ran.sql === cell.sql, ran.ok);
  }
  return out;
}

function shifted(state: CellState, same: boolean, ok: boolean): CellState {
  if (state.status === 'running' || state.status === 'never') return state;
  if (!same) return { status: 'stale', because: BECAUSE.edited, ...previousOf(state) };
  if (state.status === 'stale' && state.because === BECAUSE.edited && ok && state.previous !== undefined)
    return { status: 'done', result: state.previous };
  return state;
}
