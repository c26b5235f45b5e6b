import { columnIndex } from '../../base/table.ts';
import type { View } from '../view.ts';
import { MessagesHead, MessagesView } from './MessagesView.tsx';

export const view: View = {
  name: 'messages',
  title: 'Messages',
  component: MessagesView,
  head: MessagesHead,
  accepts: (table) =>
    columnIndex(table, 'role') >= 0 &&
    (columnIndex(table, 'text') >= 0 || columnIndex(table, 'content') >= 0),
};
