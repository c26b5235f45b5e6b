import { QueryError } from '../../engine/engine.ts';
import type { SqlCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { caretExcerpt, splitMessage } from '../errorText.ts';
import { keyLabel } from '../keys.ts';
import type { Session } from '../session.ts';

/** With the word that it is put behind: `['tier']` alone says little. */
function fixText(sql: string, fix: { readonly from: number; readonly text: string }): string {
  const before = /^\[/.test(fix.text) ? (/[\w."]+$/.exec(sql.slice(0, fix.from))?.[0] ?? '') : '';
  return before + fix.text;
}

/** What the engine says, where in the text, and what helps. */
export function CellError(props: { session: Session; cell: SqlCell; error: Error }) {
  const { session, cell, error } = props;
  const { kind, text } = splitMessage(error.message);
  const query = error instanceof QueryError ? error : undefined;
  // The text may have been edited since: the error belongs to the SQL that ran.
  const excerpt = query?.position === undefined ? undefined : caretExcerpt(query.sql, query.position);
  const fix = query?.fix;
  return (
    <div className="errbox" role="alert" data-testid="cell-error">
      <Icon name="err" />
      <div>
        <b>{kind}</b>
        <span>{text}</span>
        {excerpt !== undefined && (
          <pre>
            {excerpt.line}
            {'\n'}
            {' '.repeat(excerpt.column)}
            <i>^</i>
          </pre>
        )}
        {(query?.hint !== undefined || fix !== undefined) && (
          <div className="fix">
            {query?.hint !== undefined && (
              <span>
                <b>{fix === undefined ? 'Hint' : 'Fix'}</b> {query.hint}
              </span>
            )}
            {fix !== undefined && query?.sql === cell.sql && (
              <>
                <button
                  type="button"
                  className="btn xs"
                  title="Put this into the SQL and run"
                  onClick={() => session.applyFix(cell.id, fix)}
                >
                  <code>{fixText(query.sql, fix)}</code>
                </button>
                <kbd>{keyLabel('Mod+.')}</kbd>
              </>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
