/** Every view there is. A new one is a folder in cells/ and a line here. */
import type { View } from '../cells/view.ts';
import type { ResultTable } from '../engine/engine.ts';
import type { Options } from '../notebook/types.ts';

const modules = import.meta.glob<{ view?: View; views?: readonly View[] }>('../cells/*/index.{ts,tsx}', {
  eager: true,
});
/** A folder exports `view`, or `views` where one drawing serves several (bars, lines, areas). */
export const VIEWS: readonly View[] = Object.values(modules).flatMap((m) => m.views ?? m.view ?? []);

/** What a cell shows that names no view, or one that cannot draw its result. */
const FALLBACK = 'grid';

/** The view of a result: what the fence names, if it can draw it. Undefined only where no view is registered. */
export function viewFor(table: ResultTable, options: Options): View | undefined {
  const named = VIEWS.find((v) => v.name === options.view);
  if (named?.accepts(table, options)) return named;
  return VIEWS.find((v) => v.name === FALLBACK) ?? VIEWS[0];
}
