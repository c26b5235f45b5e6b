import { columnIndex } from '../../base/table.ts';
import type { View } from '../view.ts';
import { RangeView } from './RangeView.tsx';

export const view: View = {
  name: 'range',
  title: 'Percentile range',
  component: RangeView,
  accepts: (table, options) =>
    columnIndex(table, typeof options.low === 'string' ? options.low : 'p50_latency_ms') >= 0 &&
    columnIndex(table, typeof options.high === 'string' ? options.high : 'p99_latency_ms') >= 0,
};
