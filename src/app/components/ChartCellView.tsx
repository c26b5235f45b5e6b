import { useRef } from 'react';
import { useStore } from 'zustand';
import { sqlCellNamed } from '../../notebook/cells.ts';
import type { ChartCell } from '../../notebook/types.ts';
import { useCellKeys } from '../cellKeys.ts';
import { viewFor } from '../registry.ts';
import { useResultContext } from '../resultContext.ts';
import { type Session, useCellState, useDoc } from '../session.ts';
import { DEFAULT_CHART } from '../views.ts';
import { CellMenu } from './CellMenu.tsx';
import { CellName } from './CellName.tsx';
import { CellSection } from './CellSection.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Picks } from './Picks.tsx';

/** A further view of another cell's result, with pickers for what it draws. */
export function ChartCellView({ session, cell }: { session: Session; cell: ChartCell }) {
  const host = useRef<HTMLElement>(null);
  const doc = useDoc(session);
  const source = sqlCellNamed(doc, cell.from);
  const state = useCellState(session, source?.id ?? '');
  const context = useResultContext(session, state);
  const problem = useStore(session.runtime.store, (s) => s.problems[cell.id]);
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  const options = cell.options.view === undefined ? { ...cell.options, view: DEFAULT_CHART } : cell.options;
  const title = typeof cell.options.title === 'string' ? cell.options.title : cell.name || 'Chart';
  const keys = useCellKeys(session, cell, host);
  const view = result === undefined ? undefined : viewFor(result.table, options);
  const Body = view?.component;
  return (
    <CellSection host={host} cell={cell} label={title} status={state.status} onKeyDown={keys}>
      <header className="cell-h">
        <span className={`state ${state.status}`} title={state.status} />
        <span className="kindtag">Chart</span>
        <CellName session={session} cell={cell} title={title} />
        <span className="sp" />
        <span className="meta">
          of {cell.from || 'no cell'}
          {result !== undefined && ` · ${result.rowCount.toLocaleString('en-US')} rows`}
        </span>
        <CellMenu session={session} cell={cell} />
      </header>
      <div className="cell-b">
        {state.status === 'running' && (
          <div className="prog" aria-hidden="true">
            <i />
          </div>
        )}
        {(problem ?? cell.notes[0]) !== undefined && (
          <p className="note-line" role="note">
            {problem ?? cell.notes.join(' ')}
          </p>
        )}
        {result === undefined || Body === undefined ? (
          problem === undefined && <div className="none0">no result of {cell.from} yet</div>
        ) : (
          <div className="chartcell">
            <div className={state.status === 'done' ? 'fresh' : 'old'}>
              <ErrorBoundary what="This chart" resetKey={`${result.run} ${cell.raw}`}>
                <Body cellName={cell.from} options={options} result={result} context={context} />
              </ErrorBoundary>
            </div>
            <Picks session={session} cell={cell} table={result.table} options={options} layout="column" />
          </div>
        )}
      </div>
    </CellSection>
  );
}
