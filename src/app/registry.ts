/** Every view there is. A new one is a folder in cells/, an import and an entry here. */
import { views as charts } from '../cells/chart/index.tsx';
import { view as donut } from '../cells/donut/index.ts';
import { view as facts } from '../cells/facts/index.ts';
import { view as grid } from '../cells/grid/index.ts';
import { view as messages } from '../cells/messages/index.ts';
import { view as range } from '../cells/range/index.ts';
import { view as record } from '../cells/record/index.ts';
import { view as table } from '../cells/table/index.ts';
import { view as tiles } from '../cells/tiles/index.ts';
import { view as timeline } from '../cells/timeline/index.ts';
import { view as traces } from '../cells/traces/index.ts';
import type { View } from '../cells/view.ts';
import type { ResultTable } from '../engine/engine.ts';
import type { Options } from '../notebook/types.ts';

export const VIEWS: readonly View[] = [
  grid,
  table,
  tiles,
  ...charts,
  range,
  donut,
  traces,
  timeline,
  facts,
  messages,
  record,
];

/** The view of a result: what the fence names, if it can draw it, else the grid, which draws anything. */
export function viewFor(table: ResultTable, options: Options): View {
  const named = VIEWS.find((v) => v.name === options.view);
  return named?.accepts(table, options) ? named : grid;
}
