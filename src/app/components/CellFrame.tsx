import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { SqlCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useCellKeys } from '../cellKeys.ts';
import { useApp, useAppState } from '../context.ts';
import { viewFor } from '../registry.ts';
import { useResultContext } from '../resultContext.ts';
import { type Session, useCellState } from '../session.ts';
import { CellBody } from './CellBody.tsx';
import { CellMenu } from './CellMenu.tsx';
import { CellMeta } from './CellMeta.tsx';
import { CellName } from './CellName.tsx';
import { CellSection } from './CellSection.tsx';
import { CellSql } from './CellSql.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { ViewPicker } from './ViewPicker.tsx';

interface Props {
  readonly session: Session;
  readonly cell: SqlCell;
  /** Without a head of its own: the trace's facts, the inspector's tabs. */
  readonly bare?: boolean;
}

/** Whether the SQL is shown when the page opens: unless the fence says `folded`. */
const opensFolded = (cell: SqlCell) => cell.options.folded === true;

/** What a run brought is scrolled into view, if the run was asked for in this cell and there is room for all of it. */
function useShownWhenDone(host: RefObject<HTMLElement | null>, running: boolean): void {
  const ran = useRef(running);
  useEffect(() => {
    const ended = ran.current && !running;
    ran.current = running;
    const cell = host.current;
    if (!ended || cell === null || !cell.contains(document.activeElement)) return;
    if (cell.offsetHeight < window.innerHeight * 0.8) cell.scrollIntoView({ block: 'nearest' });
  }, [host, running]);
}

/** Every panel is this: state, title, name, meta, SQL, menu; the SQL above the result, in place. */
export function CellFrame({ session, cell, bare = false }: Props) {
  const app = useApp();
  const host = useRef<HTMLElement>(null);
  const state = useCellState(session, cell.id);
  const queued = useStore(session.runtime.store, (s) => s.queued.includes(cell.id));
  const context = useResultContext(session, state);
  const [open, setOpen] = useState(() => !opensFolded(cell));
  const wanted = useAppState((s) => s.focusCell === cell.id);
  /** The editor is to take the focus as soon as it is there. */
  const [grab, setGrab] = useState(false);
  useEffect(() => {
    if (!wanted || host.current === null) return;
    host.current.scrollIntoView({ block: 'nearest' });
    setOpen(true);
    setGrab(true);
    app.focused();
  }, [wanted, app]);

  const result =
    state.status === 'done' ? state.result : state.status === 'never' ? undefined : state.previous;
  useShownWhenDone(host, state.status === 'running');
  const view = result === undefined ? undefined : viewFor(result.table, cell.options);
  const Head = view?.head;
  const title = typeof cell.options.title === 'string' ? cell.options.title : cell.name || 'SQL';

  const shared = useCellKeys(session, cell, host, (key) => {
    if (key !== 'q') return false;
    setOpen(!open);
    return true;
  });
  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && state.status === 'running') session.cancel(cell.id);
    shared(event);
  };
  const adhoc = !session.isShipped(cell) || cell.options.view === undefined;

  return (
    <CellSection host={host} cell={cell} label={title} status={state.status} onKeyDown={keys}>
      {!bare && (
        <header className="cell-h">
          <span
            className={`state ${queued && state.status === 'stale' ? 'queued' : state.status}`}
            title={queued ? 'waiting' : state.status}
          />
          {session.isShipped(cell) ? (
            <>
              <h2>{title}</h2>
              {cell.name !== title && <code className="cname">{cell.name}</code>}
            </>
          ) : (
            <CellName session={session} cell={cell} title={title} />
          )}
          <span className="sp" />
          {adhoc && result !== undefined && view !== undefined && (
            <ViewPicker session={session} cell={cell} table={result.table} view={view.name} />
          )}
          {Head !== undefined && result !== undefined && (
            <ErrorBoundary what="The head" resetKey={result.run}>
              <Head cellName={cell.name} options={cell.options} result={result} context={context} />
            </ErrorBoundary>
          )}
          <CellMeta state={state} queued={queued} onCancel={() => session.cancel(cell.id)} />
          <button
            type="button"
            className="tgl"
            aria-expanded={open}
            aria-controls={`sql-${cell.id}`}
            title="Show and edit this cell's SQL (Q)"
            onClick={() => setOpen(!open)}
          >
            <Icon name="code" />
            <span>SQL</span>
          </button>
          <CellMenu session={session} cell={cell} />
        </header>
      )}
      {open && !bare && (
        <CellSql session={session} cell={cell} state={state} autoFocus={grab} onBlur={() => setGrab(false)} />
      )}
      <CellBody {...{ session, cell, state, queued, result, view, context }} />
    </CellSection>
  );
}
