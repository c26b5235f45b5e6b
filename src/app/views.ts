/** Which view draws a result, and which columns a chart takes: for the pickers. No DOM. */
import { rolesOf } from '../cells/chart/data.ts';
import { donutRoles } from '../cells/donut/donut.ts';
import type { ResultTable } from '../engine/engine.ts';
import type { Options } from '../notebook/types.ts';

export type Mark = 'bar' | 'hbar' | 'line' | 'area' | 'donut' | 'table' | 'tiles' | 'grid';
export const MARKS: readonly { readonly value: Mark; readonly label: string }[] = [
  { value: 'bar', label: 'Bar' },
  { value: 'hbar', label: 'Bar, horizontal' },
  { value: 'line', label: 'Line' },
  { value: 'area', label: 'Area' },
  { value: 'donut', label: 'Donut' },
  { value: 'table', label: 'Table' },
  { value: 'tiles', label: 'Tiles' },
  { value: 'grid', label: 'Grid' },
];

/** What a `chart` fence shows when it does not say. */
export const DEFAULT_CHART = 'bar';

export function markOf(table: ResultTable, options: Options): Mark {
  const view = options.view ?? DEFAULT_CHART;
  if (view === 'bar' && rolesOf(table, options)?.horizontal === true) return 'hbar';
  return MARKS.find((m) => m.value === view)?.value ?? 'grid';
}

/** As the options say, else what the view takes by itself. */
export function chosenFields(
  table: ResultTable,
  options: Options,
): { x: string | undefined; y: string | undefined; color: string | undefined } {
  const said = (key: string) => (typeof options[key] === 'string' ? options[key] : undefined);
  if (options.view === 'donut') {
    const roles = donutRoles(table, options);
    return { x: said('x') ?? roles?.x, y: said('y') ?? roles?.y, color: said('color') };
  }
  const roles = rolesOf(table, options);
  const [x, y] = roles?.horizontal ? [roles.y[0], roles.x] : [roles?.x, roles?.y.join(' ')];
  return { x: said('x') ?? x, y: said('y') ?? y, color: said('color') };
}

/** The segments above an ad-hoc result; a view that cannot draw it is left out. */
export const PICKED_VIEWS: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'grid', label: 'Table' },
  { value: 'bar', label: 'Bar' },
  { value: 'line', label: 'Line' },
  { value: 'area', label: 'Area' },
  { value: 'donut', label: 'Donut' },
  { value: 'tiles', label: 'Tiles' },
];
