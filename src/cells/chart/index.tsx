import type { View, ViewProps } from '../view.ts';
import { ChartView } from './ChartView.tsx';
import { rolesOf } from './data.ts';
import type { MarkKind } from './plotArea.ts';

const chart = (name: MarkKind, title: string): View => ({
  name,
  title,
  component: (props: ViewProps) => <ChartView {...props} mark={name} />,
  accepts: (table, options) => rolesOf(table, options) !== undefined,
});

/** One drawing, three marks. */
export const views: readonly View[] = [chart('bar', 'Bars'), chart('line', 'Lines'), chart('area', 'Areas')];
