import type { View } from '../view.ts';
import { GridHeadControls, GridView } from './GridView.tsx';

export const view: View = {
  name: 'grid',
  title: 'Grid',
  component: GridView,
  head: GridHeadControls,
  accepts: () => true,
};
