import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { SqlCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { type Session, useCellState, useDoc } from '../session.ts';
import { CellFrame } from './CellFrame.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';

const tabOf = (cell: SqlCell) => (typeof cell.options.tab === 'string' ? cell.options.tab : undefined);

/** One trace: its facts on top, the timeline, and beside it what is known of the selected span. */
export function TracePage({
  session,
  traceId,
  spanId,
}: {
  session: Session;
  traceId: string;
  spanId?: string;
}) {
  const app = useApp();
  const doc = useDoc(session);
  const cells = doc.cells.filter((c): c is SqlCell => c.kind === 'sql' && c.options.hidden !== true);
  const head = cells.find((c) => c.options.view === 'facts');
  const tabs = cells.filter((c) => tabOf(c) !== undefined);
  const rest = cells.filter((c) => c !== head && tabOf(c) === undefined);
  const neighbours = useAppState((s) => s.neighbours);
  useEffect(() => app.findNeighbours(traceId), [app, traceId]);
  useFirstSpan(session, cells.find((c) => c.options.view === 'timeline')?.id ?? '');
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
        <Inspector session={session} tabs={tabs} />
      </div>
    </div>
  );
}

/** Without a span in the address, the trace's first one is shown. */
function useFirstSpan(session: Session, timelineId: string) {
  const state = useCellState(session, timelineId);
  const selected = useStore(session.runtime.store, (s) => s.variables.span_id);
  useEffect(() => {
    if (typeof selected === 'string' || state.status !== 'done' || state.result.table.numRows === 0) return;
    const first = state.result.table.row(0).span_id;
    if (typeof first === 'string') session.selectSpan(first);
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

function Inspector(props: { session: Session; tabs: readonly SqlCell[] }) {
  const { session, tabs } = props;
  const [chosen, setChosen] = useState<string>();
  const selected = useStore(session.runtime.store, (s) => s.variables.span_id);
  const current = tabs.find((t) => t.name === chosen) ?? tabs[0];
  const move = (by: number) => {
    const at = tabs.findIndex((t) => t === current);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    setChosen(next.name);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  if (current === undefined) return null;
  return (
    <aside className="insp" aria-label="Span" data-testid="inspector">
      <SpanHead session={session} />
      <div className="tabs" role="tablist" aria-label="Of this span">
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            session={session}
            cell={tab}
            selected={tab === current}
            onSelect={() => setChosen(tab.name)}
            onMove={move}
          />
        ))}
      </div>
      <div
        className="pane"
        role="tabpanel"
        id={`panel-${current.name}`}
        aria-labelledby={`tab-${current.name}`}
      >
        {typeof selected !== 'string' ? (
          <p className="note-line">Select a span in the timeline.</p>
        ) : (
          <Guarded cell={current} key={current.id}>
            <CellFrame session={session} cell={current} />
          </Guarded>
        )}
      </div>
    </aside>
  );
}

function Tab(props: {
  session: Session;
  cell: SqlCell;
  selected: boolean;
  onSelect(): void;
  onMove(by: number): void;
}) {
  const { cell, selected } = props;
  const state = useCellState(props.session, cell.id);
  // A record is one row whatever it holds: only lists are counted.
  const count = state.status === 'done' && cell.options.view !== 'record' ? state.result.rowCount : undefined;
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${cell.name}`}
      aria-selected={selected}
      aria-controls={`panel-${cell.name}`}
      tabIndex={selected ? 0 : -1}
      onClick={props.onSelect}
      onKeyDown={(event) => {
        const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        props.onMove(by);
      }}
    >
      {tabOf(cell)} {count !== undefined && <span className="n">{count}</span>}
    </button>
  );
}

/** Kind, name and model of the selected span, out of the cell with `view=record`. */
function SpanHead({ session }: { session: Session }) {
  const doc = useDoc(session);
  const cell = doc.cells.find((c) => c.kind === 'sql' && c.options.view === 'record');
  const state = useCellState(session, cell?.id ?? '');
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  const row = result !== undefined && result.table.numRows > 0 ? result.table.row(0) : undefined;
  const text = (key: string) => (typeof row?.[key] === 'string' ? row[key] : undefined);
  const kind = text('kind')?.toLowerCase() ?? 'chain';
  const token = { guardrail: 'guard', internal: 'chain', evaluator: 'guard' }[kind] ?? kind;
  return (
    <header className="in-h">
      <i className="kd" style={{ background: `var(--kind-${token})` }} />
      <h2 title={text('name')}>{text('name') ?? 'No span selected'}</h2>
      <span className="mdl">{[text('kind'), text('model')].filter((t) => t !== undefined).join(' · ')}</span>
    </header>
  );
}
