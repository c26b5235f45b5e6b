import { sharedState } from '../../widgets/sharedState.ts';
import type { StatusFilter } from './useTracePage.ts';

/** The head's choice; the body shows it. */
export const tracesState = sharedState<{ readonly status: StatusFilter }>({ status: 'all' });
