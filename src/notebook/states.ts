/** How the state of a cell follows from the one before. */
import { sqlCells } from './cells.ts';
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

/** What a cell was when it last ran. */
export interface LastRun {
  readonly sql: string;
  readonly ok: boolean;
}

/** Why a cell cannot run, where something that it reads has no result. */
export function failedSource(
  sources: readonly { readonly name: string; readonly state: CellState }[],
): string | undefined {
  const failed = sources.find(({ state }) => state.status === 'error' || state.status === 'cancelled');
  if (failed === undefined) return undefined;
  const who = failed.name === '' ? 'A cell' : `The cell ${failed.name}`;
  return `${who}, which this one reads, ${failed.state.status === 'error' ? 'failed' : 'was cancelled'}.`;
}

/** States after an edit: new cells have none, edited ones are stale, and an undone edit brings the result back. */
export function shiftedStates(
  states: Readonly<Record<string, CellState>>,
  doc: NotebookDoc,
  last: ReadonlyMap<string, LastRun>,
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

/** What an edit did to names: those that no cell has any more, and why which cells have to run again. */
export function renamed(
  before: NotebookDoc,
  after: NotebookDoc,
  readersOf: (id: string) => readonly string[],
): { readonly left: readonly string[]; readonly reasons: ReadonlyMap<string, string> } {
  const names = new Set(sqlCells(after).map((c) => c.name.toLowerCase()));
  const present = new Map(after.cells.map((c) => [c.id, c]));
  const left: string[] = [];
  const reasons = new Map<string, string>();
  for (const cell of sqlCells(before)) {
    const now = present.get(cell.id);
    if (cell.name === '' || now?.name === cell.name) continue;
    if (!names.has(cell.name.toLowerCase())) left.push(cell.name);
    for (const reader of readersOf(cell.id)) if (present.has(reader)) reasons.set(reader, `\`${cell.name}\``);
    if (now !== undefined) reasons.set(cell.id, BECAUSE.name);
  }
  return { left, reasons };
}
