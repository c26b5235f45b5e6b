import { columnIndex } from '../../base/table.ts';
import type { View } from '../view.ts';
import { TimelineHead } from './TimelineHead.tsx';
import { TimelineView } from './TimelineView.tsx';

export const view: View = {
  name: 'timeline',
  title: 'Span timeline',
  component: TimelineView,
  head: TimelineHead,
  accepts: (table) =>
    columnIndex(table, 'span_id') >= 0 &&
    (columnIndex(table, 'start_ns') >= 0 || columnIndex(table, 'start_time') >= 0),
};
