/** What the buttons below a notebook insert. */
import { freeName, type NewCell } from '../notebook/edit.ts';
import type { SqlCell } from '../notebook/types.ts';
import type { Session } from './session.ts';

type Insert = (cell: NewCell) => void;

/** A chart of this cell; a cell without a name gets one, by which the chart finds it. */
export function chartOf(session: Session, cell: SqlCell, insert: Insert): void {
  const name = cell.name || freeName(session.doc(), 'query');
  const chart = () => insert({ kind: 'chart', name: freeName(session.doc(), `${name}_chart`), from: name });
  if (cell.name !== '') chart();
  else {
    void session.runtime.rename(cell.id, name).catch(() => undefined);
    chart();
  }
}

/** Undefined: there is nothing yet that such a cell could show. */
export function newCell(
  session: Session,
  kind: 'sql' | 'markdown' | 'chart' | 'input',
): { insert(insert: Insert): void } | undefined {
  switch (kind) {
    case 'sql':
      return { insert: (insert) => insert({ kind }) };
    case 'markdown':
      return { insert: (insert) => insert({ kind, text: '' }) };
    case 'input':
      return {
        insert: (insert) =>
          insert({ kind, name: freeName(session.doc(), 'input'), body: 'type: text\nlabel: Text' }),
      };
    case 'chart': {
      const source = session
        .doc()
        .cells.findLast((c): c is SqlCell => c.kind === 'sql' && c.sql.trim() !== '');
      return source === undefined ? undefined : { insert: (insert) => chartOf(session, source, insert) };
    }
  }
}
