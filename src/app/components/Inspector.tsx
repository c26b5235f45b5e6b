import { useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { CellState, SqlCell } from '../../notebook/types.ts';
import { type Session, useCellState } from '../session.ts';
import { CellFrame } from './CellFrame.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { SpanHead } from './SpanHead.tsx';

/** The tab of the inspector that a cell fills; undefined if it has none. */
export const tabOf = (cell: SqlCell) => (typeof cell.options.tab === 'string' ? cell.options.tab : undefined);

const settled = (state: CellState | undefined) =>
  state !== undefined && state.status !== 'running' && state.status !== 'stale' && state.status !== 'never';
const filled = (state: CellState | undefined) =>
  state?.status === 'error' || (state?.status === 'done' && state.result.rowCount > 0);

/** The tab that was asked for if it holds something, else the first that does; while spans change, the one before. */
function useTab(session: Session, tabs: readonly SqlCell[], chosen: string | undefined): SqlCell | undefined {
  const states = useStore(session.runtime.store, (s) => s.cells);
  const before = useRef<string>(undefined);
  const wanted = tabs.find((t) => t.name === chosen);
  let current: SqlCell | undefined;
  if (tabs.every((t) => settled(states[t.id])))
    current =
      (wanted !== undefined && filled(states[wanted.id]) ? wanted : undefined) ??
      tabs.find((t) => filled(states[t.id]));
  current ??= tabs.find((t) => t.name === before.current) ?? wanted ?? tabs[0];
  before.current = current?.name;
  return current;
}

/** What is known of the selected span: a cell a tab. */
export function Inspector(props: {
  session: Session;
  tabs: readonly SqlCell[];
  /** Id of the cell with the spans in their order. */
  timeline: string;
}) {
  const { session, tabs } = props;
  const [chosen, setChosen] = useState<string>();
  /** Clicked, and shown even if there is nothing in it, until another span is selected. */
  const [forced, setForced] = useState<{ tab: string; span: unknown }>();
  const selected = useStore(session.runtime.store, (s) => s.variables.span_id);
  const timeline = useCellState(session, props.timeline);
  const found = useTab(session, tabs, chosen);
  const current = (forced?.span === selected ? tabs.find((t) => t.name === forced?.tab) : undefined) ?? found;
  const choose = (tab: SqlCell) => {
    setChosen(tab.name);
    setForced({ tab: tab.name, span: selected });
  };
  const move = (by: number) => {
    const at = current === undefined ? -1 : tabs.indexOf(current);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (next === undefined) return;
    choose(next);
    document.getElementById(`tab-${next.name}`)?.focus();
  };
  const step = (by: 1 | -1) => {
    if (timeline.status !== 'done') return;
    const { table } = timeline.result;
    const ids = Array.from({ length: table.numRows }, (_, i) => table.row(i).span_id);
    const next = ids[ids.indexOf(typeof selected === 'string' ? selected : '') + by];
    if (typeof next === 'string') session.context.setVariable('span_id', next);
  };
  if (current === undefined) return null;
  return (
    <aside className="insp" aria-label="Span" data-testid="inspector">
      <SpanHead session={session} onStep={step} />
      <div className="tabs" role="tablist" aria-label="Of this span">
        {tabs.map((tab) => (
          <Tab
            key={tab.id}
            session={session}
            cell={tab}
            selected={tab === current}
            onSelect={() => choose(tab)}
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
          <ErrorBoundary what="This cell" resetKey={current} key={current.id}>
            <CellFrame session={session} cell={current} />
          </ErrorBoundary>
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
  // A record is one row whatever it holds: only lists are counted. The last count stays while the next is read.
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  const count = cell.options.view === 'record' ? undefined : result?.rowCount;
  return (
    <button
      type="button"
      role="tab"
      id={`tab-${cell.name}`}
      aria-selected={selected}
      aria-controls={`panel-${cell.name}`}
      tabIndex={selected ? 0 : -1}
      className={count === 0 ? 'empty' : undefined}
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
