import type { View } from '../view.ts';
import { TableHead, TableView } from './TableView.tsx';

export const view: View = {
  name: 'table',
  title: 'Table',
  component: TableView,
  head: TableHead,
  accepts: () => true,
};
