import { isNumberType } from '../../base/table.ts';
import type { View } from '../view.ts';
import { TilesView } from './TilesView.tsx';

export const view: View = {
  name: 'tiles',
  title: 'Tiles',
  component: TilesView,
  accepts: (table) => table.columns.some((c) => isNumberType(c.type)),
};
