import { useState } from 'react';
import { useApp } from '../context.ts';

/** The title of the user's own notebook: a click edits it. */
export function TitleInput({ id, title }: { id: string; title: string }) {
  const app = useApp();
  const [draft, setDraft] = useState<string>();
  if (draft === undefined)
    return (
      <button type="button" aria-current="page" title="Rename" onClick={() => setDraft(title)}>
        {title}
      </button>
    );
  const finish = (save: boolean) => {
    const text = draft.trim();
    if (save && text !== '' && text !== title) app.renameNotebook(id, text);
    setDraft(undefined);
  };
  return (
    <input
      className="title-input"
      aria-label="Title of the notebook"
      // biome-ignore lint/a11y/noAutofocus: the user asked to edit
      autoFocus
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
    />
  );
}
