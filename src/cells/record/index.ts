import type { View } from '../view.ts';
import { RecordView } from './RecordView.tsx';

export const view: View = { name: 'record', title: 'Record', component: RecordView, accepts: () => true };
