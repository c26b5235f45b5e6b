import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import type { SqlCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { type Session, useCellState, useDoc } from '../session.ts';
import { firstSpan } from '../spanFacts.ts';
import { CellFrame } from './CellFrame.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Inspector, tabOf } from './Inspector.tsx';

/** One trace: its facts on top, the timeline, and beside it what is known of the selected span. */
export function TracePage({ session, traceId }: { session: Session; traceId: string }) {
  const app = useApp();
  const doc = useDoc(session);
  const cells = doc.cells.filter((c): c is SqlCell => c.kind === 'sql' && c.options.hidden !== true);
  const head = cells.find((c) => c.options.view === 'facts');
  const tabs = cells.filter((c) => tabOf(c) !== undefined);
  const rest = cells.filter((c) => c !== head && tabOf(c) === undefined);
  const neighbours = useAppState((s) => s.neighbours);
  useEffect(() => app.findNeighbours(traceId), [app, traceId]);
  const timeline = cells.find((c) => c.options.view === 'timeline');
  useFirstSpan(session, timeline?.id ?? '');
  return (
    <div className="tracep" data-testid="trace" data-trace={traceId}>
      <div className="tr-h">
        <button
          type="button"
          className="ib"
          aria-label="Previous trace"
          title="Previous trace of the list (K)"
          disabled={neighbours?.previous === undefined}
          onClick={() => app.stepTrace(-1)}
        >
          <Icon name="up" />
        </button>
        <button
          type="button"
          className="ib"
          aria-label="Next trace"
          title="Next trace of the list (J)"
          disabled={neighbours?.next === undefined}
          onClick={() => app.stepTrace(1)}
        >
          <Icon name="up" className="up" />
        </button>
        {head !== undefined && <Head session={session} cell={head} traceId={traceId} />}
      </div>
      <div className="tr">
        <section className="wf" aria-label="Timeline">
          {rest.map((cell) => (
            <Guarded key={cell.id} cell={cell}>
              <CellFrame session={session} cell={cell} />
            </Guarded>
          ))}
        </section>
        <Inspector session={session} tabs={tabs} timeline={timeline?.id ?? ''} />
      </div>
    </div>
  );
}

/** Without a span in the address, the one is shown where the trace failed, or its root. */
function useFirstSpan(session: Session, timelineId: string) {
  const state = useCellState(session, timelineId);
  const selected = useStore(session.runtime.store, (s) => s.variables.span_id);
  useEffect(() => {
    if (typeof selected === 'string' || state.status !== 'done' || state.result.table.numRows === 0) return;
    const first = firstSpan(state.result.table);
    if (first !== undefined) session.selectSpan(first);
  }, [session, state, selected]);
}

function Guarded({ cell, children }: { cell: SqlCell; children: ReactNode }) {
  return (
    <ErrorBoundary what="This cell" resetKey={cell}>
      {children}
    </ErrorBoundary>
  );
}

function Head({ session, cell, traceId }: { session: Session; cell: SqlCell; traceId: string }) {
  const state = useCellState(session, cell.id);
  if (state.status === 'done' && state.result.rowCount === 0)
    return (
      <p className="note-line" role="alert">
        No trace <code>{traceId}</code> in the files that are open.
      </p>
    );
  return (
    <Guarded cell={cell}>
      <CellFrame session={session} cell={cell} bare />
    </Guarded>
  );
}
