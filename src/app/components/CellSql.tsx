import { QueryError } from '../../engine/engine.ts';
import type { CellState, SqlCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { LazySqlEditor } from '../../widgets/sqlEditor/LazySqlEditor.tsx';
import { useApp, useAppState } from '../context.ts';
import { keyLabel } from '../keys.ts';
import { type Session, useEditorSchema } from '../session.ts';
import { Picks } from './Picks.tsx';

/** Views whose columns are picked here. */
const PICKED = new Set(['bar', 'line', 'area', 'donut']);

/** The editor, in place. The first edit of a shipped panel makes it the user's own. */
export function CellSql(props: {
  session: Session;
  cell: SqlCell;
  state: CellState;
  autoFocus: boolean;
  onBlur(): void;
}) {
  const { session, cell, state } = props;
  const app = useApp();
  const tables = useAppState((s) => s.tables);
  const functions = useAppState((s) => s.functions);
  const schema = useEditorSchema(session, tables, functions);
  const error = state.status === 'error' && state.error instanceof QueryError ? state.error : undefined;
  const marked =
    error?.position === undefined || error.sql !== cell.sql
      ? undefined
      : { ...markedRange(error, cell.sql), message: error.message };
  const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
  const forked = session.isForked(cell);
  const shipped = session.isShipped(cell);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears that the editor inside lost the focus
    <div
      className="cell-sql"
      id={`sql-${cell.id}`}
      onBlur={() => {
        session.seal();
        props.onBlur();
      }}
    >
      <LazySqlEditor
        value={cell.sql}
        onChange={(sql) => session.setSql(cell.id, sql)}
        onRun={() => session.run(cell.id)}
        onRunAndAdvance={() => {
          session.run(cell.id);
          app.focusNext(cell.id);
        }}
        onFix={() => {
          if (error?.fix !== undefined && error.sql === cell.sql) session.applyFix(cell.id, error.fix);
        }}
        onEscape={() => {
          if (state.status === 'running') session.cancel(cell.id);
          else document.querySelector<HTMLElement>(`[data-cell-id="${cell.id}"]`)?.focus();
        }}
        schema={schema}
        error={marked}
        ariaLabel={`SQL of ${cell.name || 'this cell'}`}
        autoFocus={props.autoFocus}
      />
      <div className="ed-bar">
        <button type="button" className="btn xs" onClick={() => session.run(cell.id)}>
          <Icon name="play" />
          Run <kbd>{keyLabel('Mod+Enter')}</kbd>
        </button>
        {shipped && cell.options.view !== undefined && (
          <span className="hint">{forked ? 'Edited here' : 'Editing forks this panel'}</span>
        )}
        {forked && (
          <button type="button" className="btn ghost xs" onClick={() => session.resetCell(cell)}>
            Reset to shipped
          </button>
        )}
        <span className="sp" />
        {result !== undefined && PICKED.has(String(cell.options.view)) ? (
          <Picks session={session} cell={cell} table={result.table} options={cell.options} layout="row" />
        ) : (
          typeof cell.options.view === 'string' && (
            <span className="hint">
              view <code>{cell.options.view}</code>
            </span>
          )
        )}
      </div>
    </div>
  );
}

/** The word at the position, at least one character. */
function markedRange(error: QueryError, sql: string): { from: number; to: number } {
  const from = Math.min(error.position ?? 0, Math.max(0, sql.length - 1));
  const word = /^[\w$]+|^"[^"]*"|^\S/.exec(sql.slice(from))?.[0] ?? '';
  return { from, to: Math.min(sql.length, from + Math.max(1, word.length)) };
}
