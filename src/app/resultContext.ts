import { useMemo, useRef } from 'react';
import type { CellState, ViewContext } from '../notebook/types.ts';
import { type Session, useViewContext } from './session.ts';

/**
 * What a cell's view is given. An old result, shown until there is a new one, keeps the time range and the zone that it
 * was made for: its buckets would not fit into others.
 */
export function useResultContext(session: Session, state: CellState): ViewContext {
  const context = useViewContext(session);
  const { range, timeZone } = context;
  const made = useRef({ range, timeZone });
  if (state.status === 'done') made.current = { range, timeZone };
  const old = made.current;
  return useMemo(
    () =>
      context.range === old.range && context.timeZone === old.timeZone ? context : { ...context, ...old },
    [context, old],
  );
}
