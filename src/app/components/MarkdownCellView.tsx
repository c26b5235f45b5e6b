import { useEffect, useMemo, useState } from 'react';
import type { MarkdownCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { markdownHtml } from '../markdownHtml.ts';
import type { Session } from '../session.ts';
import { CellMenu } from './CellMenu.tsx';

export function MarkdownCellView({ session, cell }: { session: Session; cell: MarkdownCell }) {
  const app = useApp();
  const wanted = useAppState((s) => s.focusCell === cell.id);
  const [draft, setDraft] = useState<string>();
  const safe = useMemo(() => markdownHtml(cell.text), [cell.text]);
  useEffect(() => {
    if (!wanted) return;
    setDraft(cell.text);
    app.focused();
  }, [wanted, app, cell.text]);
  if (draft !== undefined) {
    const finish = () => {
      session.setText(cell.id, draft);
      setDraft(undefined);
    };
    return (
      <section className="cell mdc" id={`cell-${cell.id}`} data-cell-id={cell.id} aria-label="Text, editing">
        <div className="md-e">
          <textarea
            aria-label="Markdown"
            // biome-ignore lint/a11y/noAutofocus: the user asked to edit
            autoFocus
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            onBlur={finish}
            onKeyDown={(event) => {
              if (event.key === 'Escape' || (event.key === 'Enter' && (event.metaKey || event.ctrlKey)))
                finish();
            }}
          />
          <div className="ed-bar">
            <button type="button" className="btn xs" onClick={finish}>
              Done
            </button>
            <span className="hint">Markdown</span>
          </div>
        </div>
      </section>
    );
  }
  const empty = cell.text.trim() === '';
  return (
    <section
      className="cell mdc"
      id={`cell-${cell.id}`}
      data-cell-id={cell.id}
      aria-label="Text"
      onDoubleClick={() => setDraft(cell.text)}
    >
      <div className="tools">
        <button type="button" className="ib" aria-label="Edit the text" onClick={() => setDraft(cell.text)}>
          <Icon name="md" />
        </button>
        <CellMenu session={session} cell={cell} />
      </div>
      {empty ? (
        <p className="md-b hint">Empty text: a double click edits it.</p>
      ) : (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised above
        <div className="md-b" dangerouslySetInnerHTML={{ __html: safe }} />
      )}
    </section>
  );
}
