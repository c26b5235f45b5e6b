import { columnIndex } from '../../base/table.ts';
import type { View } from '../view.ts';
import { TracesHead } from './TracesHead.tsx';
import { TracesView } from './TracesView.tsx';

export const view: View = {
  name: 'traces',
  title: 'Traces',
  component: TracesView,
  head: TracesHead,
  accepts: (table) => columnIndex(table, 'trace_id') >= 0,
};
