import { useState } from 'react';
import { bytes } from '../../base/format.ts';
import { FileName } from '../../widgets/FileName.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { formatRoute } from '../route.ts';
import type { FileRow, SidebarSection, TableInfo } from '../store.ts';
import { inSidebar } from '../tableList.ts';

const whole = (n: number) => n.toLocaleString('en-US');

export function Sidebar({ over }: { over: boolean }) {
  return (
    <aside className={`side${over ? ' over' : ''}`} aria-label="Sidebar" id="sidebar">
      <DataSection />
      <TablesSection />
      <NotebooksSection />
      <Foot />
    </aside>
  );
}

function DataSection() {
  const app = useApp();
  const files = useAppState((s) => s.files);
  const rejects = files.reduce((sum, f) => sum + f.rejects, 0);
  return (
    <section aria-labelledby="side-data">
      <h3 id="side-data">
        Data
        <button type="button" className="ib" aria-label="Open files" onClick={() => app.pickFiles()}>
          <Icon name="plus" />
        </button>
      </h3>
      {files.length === 0 && <p className="side-empty">No files open.</p>}
      <ul className="tree" data-testid="files">
        {files.map((file) => (
          <li key={file.sourceFile} className="row" data-file={file.sourceFile}>
            <button
              type="button"
              className="go"
              title={`${file.sourceFile}: ${contents(file)}`}
              onClick={() => app.insertSql(selectFile(file))}
            >
              <Icon name="file" />
              <b>
                <FileName name={file.sourceFile} />
              </b>
              <span className="n">{isLogs(file) ? `${whole(file.logs)} logs` : whole(file.spans)}</span>
            </button>
            <button
              type="button"
              className="ib rm"
              aria-label={`Close ${file.sourceFile}`}
              title="Close this file"
              onClick={() => app.removeFile(file.sourceFile)}
            >
              <Icon name="x" />
            </button>
          </li>
        ))}
        {rejects > 0 && (
          <li className="row">
            <button
              type="button"
              className="go warnrow"
              data-testid="rejects"
              aria-label={`${whole(rejects)} lines skipped: show them`}
              onClick={() => app.showRejects(undefined)}
            >
              <Icon name="warn" />
              <b>
                {whole(rejects)} {rejects === 1 ? 'line' : 'lines'} skipped
              </b>
              <span className="n">rejects</span>
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

const isLogs = (file: FileRow) => file.spans === 0 && file.logs > 0;
const contents = (file: FileRow) => `${whole(file.spans)} spans, ${whole(file.logs)} log records`;
const selectFile = (file: FileRow) => {
  const [table, time] = isLogs(file) ? ['logs', 'time'] : ['all_spans', 'start_time'];
  return `SELECT * FROM ${table}\nWHERE source_file = '${file.sourceFile.replaceAll("'", "''")}'\nORDER BY ${time}`;
};

function TablesSection() {
  const tables = useAppState((s) => s.tables);
  return (
    <section aria-labelledby="side-tables">
      <h3 id="side-tables">
        Tables <small>filtered / all</small>
      </h3>
      <ul className="tree" data-testid="tables">
        {tables
          .filter((t) => inSidebar(t.name))
          .map((table) => (
            <TableRow key={table.name} table={table} />
          ))}
      </ul>
    </section>
  );
}

const FIRST_COLUMNS = 12;

function TableRow({ table }: { table: TableInfo }) {
  const app = useApp();
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const columns = all ? table.columns : table.columns.slice(0, FIRST_COLUMNS);
  const more = table.columns.length - columns.length;
  return (
    <li data-table={table.name}>
      <div className="row has-tw tbl">
        <button
          type="button"
          className="tw"
          aria-expanded={open}
          aria-label={`Columns of ${table.name}`}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? 'down' : 'right'} />
        </button>
        <button
          type="button"
          className="go"
          title={`New cell: SELECT from ${table.name}`}
          onClick={() => app.insertSelect(table.name)}
        >
          <Icon name="table" />
          <b>{table.name}</b>
          <span className="n">
            {table.filtered === undefined ? '' : `${whole(table.filtered)} / `}
            {table.all === undefined ? '' : whole(table.all)}
          </span>
        </button>
      </div>
      {open && (
        <ul className="cols">
          {columns.map((column) => (
            <li key={column.name} className="row">
              <button
                type="button"
                className="go"
                title={`${column.name} ${column.type}${column.meaning === '' ? '' : `\n${column.meaning}`}`}
                onClick={() => app.insertSql(selectColumn(table.name, column.name))}
              >
                <i className="ty">{typeMark(column.type)}</i>
                <b>{column.name}</b>
                <span className="n">{column.type.replace(/\(.*|\[\]$/s, '')}</span>
              </button>
            </li>
          ))}
          {more > 0 && (
            <li className="row">
              <button type="button" className="go" onClick={() => setAll(true)}>
                {more} more columns
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

const quoted = (name: string) => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`);
const selectColumn = (table: string, column: string) =>
  `SELECT ${quoted(column)}, count(*) AS n\nFROM ${quoted(table)}\nGROUP BY ALL ORDER BY n DESC`;

function typeMark(type: string): string {
  if (/^(TIMESTAMP|DATE|TIME)/.test(type)) return '◷';
  if (/^(MAP|STRUCT|LIST)|\[\]$/.test(type)) return '{}';
  if (type === 'VARCHAR') return 'Aa';
  return type === 'BOOLEAN' ? '?' : '#';
}

function NotebooksSection() {
  const app = useApp();
  const notebooks = useAppState((s) => s.notebooks);
  const route = useAppState((s) => s.route);
  const own = notebooks.filter((n) => !n.shipped);
  const shipped = notebooks.filter((n) => n.shipped);
  return (
    <section aria-labelledby="side-notebooks">
      <h3 id="side-notebooks">
        Notebooks
        <button type="button" className="ib" aria-label="New notebook" onClick={() => app.newNotebook()}>
          <Icon name="plus" />
        </button>
      </h3>
      <ul className="tree" data-testid="notebooks">
        {[...own, ...shipped].map((n) => (
          <li key={n.id} className={`row${own.length > 0 && n === shipped[0] ? ' sep' : ''}`}>
            <a
              className="go"
              href={formatRoute({ page: 'notebook', id: n.id })}
              aria-current={route.page === 'notebook' && route.id === n.id ? 'page' : undefined}
              onClick={() => app.showSidebar(undefined)}
            >
              <Icon name={n.shipped ? 'book' : 'md'} />
              <b>{n.title}</b>
              {n.edited && <span className="n">edited</span>}
            </a>
            {!n.shipped && (
              <button
                type="button"
                className="ib rm"
                aria-label={`Delete the notebook ${n.title}`}
                onClick={() => app.deleteNotebook(n.id)}
              >
                <Icon name="x" />
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Foot() {
  const memory = useAppState((s) => s.memory);
  const engine = useAppState((s) => s.engine);
  const requests = useAppState((s) => s.requestsSent);
  return (
    <div className="side-foot">
      <span title="Requests to any other server since the page was opened">
        <Icon name={requests === 0 ? 'lock' : 'warn'} />
        {requests} {requests === 1 ? 'request' : 'requests'} sent
      </span>
      <span className="n" data-testid="engine">
        {engine.status !== 'ready' || memory === undefined
          ? `engine ${engine.status}`
          : `${bytes(memory.usedBytes)} of ${bytes(memory.limitBytes)}`}
      </span>
    </div>
  );
}

const RAIL: readonly [SidebarSection, 'file' | 'table' | 'book', string][] = [
  ['data', 'file', 'Data files'],
  ['tables', 'table', 'Tables'],
  ['notebooks', 'book', 'Notebooks'],
];

/** The folded sidebar: each item opens it over the page. */
export function Rail() {
  const app = useApp();
  const open = useAppState((s) => s.sidebar);
  const requests = useAppState((s) => s.requestsSent);
  return (
    <nav className="rail" aria-label="Sidebar, folded">
      {RAIL.map(([section, icon, label]) => (
        <button
          key={section}
          type="button"
          aria-label={label}
          title={label}
          aria-expanded={open === section}
          aria-controls="sidebar"
          onClick={() => app.showSidebar(open === section ? undefined : section)}
        >
          <Icon name={icon} />
        </button>
      ))}
      <span className="sp" />
      <span
        className="lock"
        role="img"
        aria-label={`${requests} requests sent`}
        title={`${requests} requests sent`}
      >
        <Icon name="lock" />
      </span>
    </nav>
  );
}
