import { useMemo, useState } from 'react';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { emptyHint } from '../../widgets/emptyHint.ts';
import { detailText } from '../../widgets/grid/cellText.ts';
import { Icon } from '../../widgets/Icon.tsx';
import type { ViewProps } from '../view.ts';
import './record.css';
import { type Entry, entrySql, recordGroups } from './record.ts';

/** Longer values are folded to one line; a click opens them. */
const LONG = 60;

/** `view=record`: the first row as keys and values, maps opened, with a search. */
export function RecordView({ result, context }: ViewProps) {
  const { table } = result;
  const [search, setSearch] = useState('');
  const groups = useMemo(
    () => (table.numRows === 0 ? [] : recordGroups(table, 0, search, context.timeZone)),
    [table, search, context.timeZone],
  );
  if (table.numRows === 0) return <p className="note-line">{emptyHint({})}</p>;
  return (
    <div className="record">
      <label className="fld txt sm">
        <Icon name="search" />
        <input
          placeholder="Find a key or value"
          aria-label="Find a key or value"
          value={search}
          onChange={(e) => setSearch(e.target.value)}
          onKeyDown={(e) => {
            if (e.key === 'Escape') setSearch('');
          }}
        />
      </label>
      {groups.map((group) => (
        <section key={group.column}>
          {group.column === '' ? null : (
            <h3>
              {group.column} <span className="n">{group.entries.length}</span>
            </h3>
          )}
          <dl className="kv">
            {group.entries.map((entry) => (
              <Row key={entrySql(entry)} entry={entry} />
            ))}
          </dl>
        </section>
      ))}
      {groups.length === 0 ? <p className="note-line">Nothing here contains “{search}”.</p> : null}
    </div>
  );
}

function Row({ entry }: { readonly entry: Entry }) {
  const [open, setOpen] = useState(false);
  const folds = entry.text.length > LONG || entry.text.includes('\n');
  return (
    <div className={open ? 'open' : ''}>
      <dt title={entrySql(entry)}>{entry.key === '' ? entry.column : entry.key}</dt>
      <dd>
        {folds ? (
          <button type="button" className="val" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? detailText(entry.text, 'VARCHAR') : entry.text}
          </button>
        ) : (
          <span className="val">{entry.text}</span>
        )}
        <CopyButton text={entry.exact} label="Copy value" className="small" />
      </dd>
    </div>
  );
}
