import type { View } from '../view.ts';
import { FactsView } from './FactsView.tsx';

export const view: View = { name: 'facts', title: 'Facts', component: FactsView, accepts: () => true };
