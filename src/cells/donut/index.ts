import type { View } from '../view.ts';
import { DonutView } from './DonutView.tsx';
import { donutRoles } from './donut.ts';

export const view: View = {
  name: 'donut',
  title: 'Donut',
  component: DonutView,
  accepts: (table, options) => donutRoles(table, options) !== undefined,
};
