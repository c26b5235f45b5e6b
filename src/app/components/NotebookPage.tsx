import { duration } from '../../base/format.ts';
import { span, toWall } from '../../base/time.ts';
import type { Cell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { newCell } from '../newCell.ts';
import { type Session, useDoc, useTotals, useViewContext } from '../session.ts';
import { CellFrame } from './CellFrame.tsx';
import { ChartCellView } from './ChartCellView.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { FilterBar } from './FilterBar.tsx';
import { InputCellView } from './InputCellView.tsx';
import { MarkdownCellView } from './MarkdownCellView.tsx';

/** Columns of twelve, from the fence's `width=`; all of them without it. */
function width(cell: Cell): number {
  const value = Number(cell.options.width);
  return Number.isInteger(value) && value >= 1 && value <= 12 ? value : 12;
}

export function NotebookPage({ session }: { session: Session }) {
  const app = useApp();
  const doc = useDoc(session);
  const shown = doc.cells.filter((cell) => cell.options.hidden !== true);
  return (
    <>
      <FilterBar session={session} />
      <div className="nbk">
        <Head session={session} title={doc.title} />
        {doc.notes.map((note) => (
          <p key={`${note.cell ?? ''} ${note.message}`} className="note-line" role="note">
            {note.message}
          </p>
        ))}
        <div className="grid">
          {shown.map((cell) => (
            <div key={cell.id} className="slot" style={{ '--w': width(cell) } as React.CSSProperties}>
              <ErrorBoundary what="This cell" resetKey={cell}>
                <AnyCell session={session} cell={cell} />
              </ErrorBoundary>
            </div>
          ))}
        </div>
        <div className="addrow">
          {(['sql', 'markdown', 'chart', 'input'] as const).map((kind) => {
            const cell = newCell(session, kind);
            return (
              <button
                key={kind}
                type="button"
                className="btn"
                disabled={cell === undefined}
                title={
                  cell === undefined ? 'A chart draws the result of a SQL cell: write one first' : undefined
                }
                onClick={() => cell?.insert((c) => app.insertCell(c, 'end'))}
              >
                <Icon name="plus" />
                {{ sql: 'SQL', markdown: 'Text', chart: 'Chart', input: 'Input' }[kind]}
              </button>
            );
          })}
        </div>
      </div>
    </>
  );
}

function AnyCell({ session, cell }: { session: Session; cell: Cell }) {
  switch (cell.kind) {
    case 'sql':
      return <CellFrame session={session} cell={cell} />;
    case 'markdown':
      return <MarkdownCellView session={session} cell={cell} />;
    case 'chart':
      return <ChartCellView session={session} cell={cell} />;
    case 'input':
      return <InputCellView session={session} cell={cell} />;
  }
}

/** Title, period, what it is compared with. */
function Head({ session, title }: { session: Session; title: string }) {
  const { range, timeZone } = useViewContext(session);
  const totals = useTotals(session);
  const shipped = useDoc(session).cells.some((cell) => session.isShipped(cell));
  const beyond = useAppState((s) => s.beyond);
  const known = Number.isFinite(range.from) && Number.isFinite(range.to);
  return (
    <div className="mdrow">
      <h1>{title || 'Untitled'}</h1>
      <p>
        {known && `${span(toWall(range.from, timeZone), toWall(range.to, timeZone))} ${timeZone}`}
        {known && totals.compared && ', against the period before'}
        {known && '. '}
        {beyond > 0 && `${beyond.toLocaleString('en-US')} spans lie far beyond, by a clock gone wrong. `}
        {shipped && (
          <>
            Every panel is a SQL cell; open it with <b>SQL</b>.
          </>
        )}
      </p>
      <span className="sp" />
      <span className="meta" data-testid="totals">
        {totals.cells} {totals.cells === 1 ? 'cell' : 'cells'} · {duration(totals.ms)}
      </span>
    </div>
  );
}
