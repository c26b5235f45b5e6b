import { useState } from 'react';
import { isValidName } from '../../notebook/info.ts';
import type { Cell } from '../../notebook/types.ts';
import { useApp, useAppState } from '../context.ts';
import type { Session } from '../session.ts';

/** Title and name of a cell; a double click on the name edits it, and the cells that read it follow. */
export function CellName({ session, cell, title }: { session: Session; cell: Cell; title: string }) {
  const app = useApp();
  const tables = useAppState((s) => s.tables);
  const [draft, setDraft] = useState<string>();
  if (draft !== undefined) {
    const name = draft.trim();
    const taken =
      tables.some((t) => t.name === name.toLowerCase()) ||
      session.doc().cells.some((c) => c.id !== cell.id && c.name.toLowerCase() === name.toLowerCase());
    const bad = name !== '' && (!isValidName(name) || taken);
    const finish = (save: boolean) => {
      setDraft(undefined);
      if (!save || bad || name === cell.name || (name === '' && cell.kind === 'input')) return;
      session.runtime.rename(cell.id, name).catch((error: unknown) => app.alert(String(error)));
    };
    return (
      <input
        className={bad ? 'cname-in bad' : 'cname-in'}
        aria-label="Name of the cell"
        aria-invalid={bad}
        title={
          bad ? (taken ? 'This name is taken' : 'Letters, digits and _, no digit first') : 'Enter keeps it'
        }
        placeholder="name"
        // biome-ignore lint/a11y/noAutofocus: the user asked to edit
        autoFocus
        spellCheck={false}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => finish(true)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') finish(true);
          if (event.key === 'Escape') finish(false);
        }}
      />
    );
  }
  const edit = { onDoubleClick: () => setDraft(cell.name) };
  const named = cell.name !== '' && cell.name !== title;
  return (
    <>
      <h2>{title}</h2>
      {named ? (
        <button
          type="button"
          className="cname"
          title="Name for other cells; a double click edits it"
          {...edit}
        >
          {cell.name}
        </button>
      ) : (
        <button type="button" className="cname add" onClick={() => setDraft(cell.name)}>
          {cell.name === '' ? 'name it' : 'rename'}
        </button>
      )}
    </>
  );
}
