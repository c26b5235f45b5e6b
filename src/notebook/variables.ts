/** The session variables that filters become; the engine's views read them by these names. */
import type { Variable } from '../engine/engine.ts';
import { defaultOf, inputSpec } from './inputs.ts';
import type { Extent, ResolvedRange } from './range.ts';
import type { Cell, Filters } from './types.ts';

export type Variables = Readonly<Record<string, Variable>>;

/** Names that inputs may not take. */
export const RESERVED = [
  'filter_from',
  'filter_to',
  'filter_services',
  'filter_models',
  'filter_status',
  'filter_text',
  'bucket',
  'time_zone',
] as const;

/** `period`: the bounds to set instead of the range's own, for the period before. NULL means no filter. */
export function filterVariables(
  filters: Filters,
  range: ResolvedRange,
  timeZone: string,
  period?: Extent,
): Record<(typeof RESERVED)[number], Variable> {
  const bounds = period ?? (range.bounded ? range : undefined);
  return {
    filter_from: bounds === undefined ? null : { epochMs: bounds.from },
    filter_to: bounds === undefined ? null : { epochMs: bounds.to },
    filter_services: listOf(filters.services),
    filter_models: listOf(filters.models),
    filter_status: filters.status ?? null,
    filter_text: filters.text === undefined || filters.text === '' ? null : filters.text,
    bucket: { intervalMs: range.bucketMs },
    time_zone: timeZone,
  };
}

const listOf = (list: readonly string[] | undefined): Variable =>
  list === undefined || list.length === 0 ? null : list;

/** What the inputs of a notebook set before anybody has chosen. */
export function inputDefaults(cells: readonly Cell[]): Record<string, Variable> {
  const out: Record<string, Variable> = {};
  for (const cell of cells) {
    if (cell.kind !== 'input' || cell.name === '' || isReserved(cell.name) || cell.name in out) continue;
    out[cell.name] = defaultOf(inputSpec(cell.body).spec);
  }
  return out;
}

export const isReserved = (name: string): boolean =>
  RESERVED.some((reserved) => reserved === name.toLowerCase());

/** Equality of what the engine would hold. */
export function sameVariable(a: Variable | undefined, b: Variable | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && signature(a) === signature(b));
}

function signature(value: Variable): string {
  if (value === null) return 'null';
  if (value instanceof Date) return `date ${value.getTime()}`;
  return `${typeof value} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`;
}

/** All that a session is to hold. `period`: see `filterVariables`. */
export function sessionVariables(
  cells: readonly Cell[],
  state: {
    readonly filters: Filters;
    readonly range: ResolvedRange;
    readonly timeZone: string;
    readonly variables: Variables;
  },
  period?: Extent,
): Map<string, Variable> {
  const { filters, range, timeZone, variables } = state;
  return new Map<string, Variable>(
    Object.entries({
      ...inputDefaults(cells),
      ...variables,
      ...filterVariables(filters, range, timeZone, period),
    }),
  );
}

/** Names whose values differ; what is not there is NULL. */
export function differing(
  before: ReadonlyMap<string, Variable>,
  after: ReadonlyMap<string, Variable>,
): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => !sameVariable(before.get(name) ?? null, after.get(name) ?? null),
  );
}
