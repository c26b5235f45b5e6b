import { sharedState } from '../../widgets/sharedState.ts';

/** What the head tells the body. `command` is done once, when its number changes. */
export interface TimelineState {
  readonly query: string;
  readonly command: {
    readonly number: number;
    readonly name: 'fit' | 'nextError' | 'nextMatch' | 'previousMatch';
  };
}

export const timelineState = sharedState<TimelineState>({ query: '', command: { number: 0, name: 'fit' } });

export function tell(cell: string, name: TimelineState['command']['name']): void {
  timelineState.set(cell, { command: { number: timelineState.get(cell).command.number + 1, name } });
}
