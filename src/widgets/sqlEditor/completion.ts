import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete';
import { keywordCompletionSource } from '@codemirror/lang-sql';
import { syntaxTree } from '@codemirror/language';
import { duckdb } from './dialect.ts';
import type { SqlColumn, SqlFunction, SqlSchema, SqlTable } from './schema.ts';
import { commonTables, relationsInScope, statementAt } from './scope.ts';

const PLAIN = /^[a-z_][a-z0-9_]*$/;
const KEYWORDS = new Set(duckdb.spec.keywords?.split(/\s+/));
/** As it must stand in SQL. */
const quoted = (name: string) =>
  PLAIN.test(name) && !KEYWORDS.has(name) ? name : `"${name.replaceAll('"', '""')}"`;

function info(title: string, text: string | undefined, facts: Readonly<Record<string, string>>): () => Node {
  return () => {
    const box = document.createElement('div');
    const add = (tag: string, content: string, to: Element = box) => {
      const element = document.createElement(tag);
      element.textContent = content;
      to.append(element);
      return element;
    };
    add('b', title);
    if (text !== undefined && text !== '') add('p', text);
    const list = add('dl', '');
    for (const [name, value] of Object.entries(facts)) {
      add('dt', name, list);
      add('dd', value, list);
    }
    return box;
  };
}

const columnCompletion = (table: string, column: SqlColumn, boost: number): Completion => ({
  label: column.name,
  apply: quoted(column.name),
  type: typeIcon(column.type),
  detail: column.type.length > 18 ? `${column.type.slice(0, 17)}…` : column.type,
  info: info(`${table}.${column.name}`, column.meaning, { type: column.type }),
  boost,
});

/** As many names as one reads at a glance. */
function columnList({ columns }: SqlTable): string {
  const names = columns.slice(0, 12).map((c) => c.name);
  const more = columns.length - names.length;
  if (more > 0) names.push(`${more} more`);
  return names.join(', ') || 'unknown';
}

const tableCompletion = (table: SqlTable, boost: number): Completion => ({
  label: table.name,
  apply: quoted(table.name),
  type: 'table',
  detail: 'table',
  info: info(table.name, table.description, {
    columns: columnList(table),
  }),
  boost,
});

const functionCompletion = (f: SqlFunction): Completion => ({
  label: f.name,
  type: 'function',
  detail: 'function',
  apply: (view, _, from, to) => {
    const text = `${f.name}(`;
    const closes = view.state.sliceDoc(to, to + 1) === '(';
    view.dispatch({
      changes: { from, to, insert: closes ? f.name : `${text})` },
      selection: { anchor: from + text.length },
      userEvent: 'input.complete',
    });
  },
  info: info(f.signature ?? `${f.name}(…)`, f.description, {}),
});

/** The sign in front of a column, as in the tables list: number, text, time, nested. */
export function typeIcon(type: string): string {
  if (/^(STRUCT|MAP|UNION)|\]$/.test(type)) return 'nested';
  if (/INT|DOUBLE|FLOAT|DECIMAL/.test(type)) return 'number';
  if (/TIME|DATE|INTERVAL/.test(type)) return 'time';
  return 'text';
}

const SKIPPED = new Set(['String', 'LineComment', 'BlockComment']);

/**
 * After `name.`: the columns of that table or alias. Elsewhere: columns of the relations that the statement reads
 * first, then its common tables, tables, functions. After FROM and JOIN: relations only.
 */
export function schemaSource(schema: SqlSchema): CompletionSource {
  const byName = new Map(schema.tables.map((t) => [t.name.toLowerCase(), t]));
  const functions = schema.functions.map(functionCompletion);
  return (context: CompletionContext): CompletionResult | null => {
    if (SKIPPED.has(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    const word = context.matchBefore(/[\w$]*/);
    const from = word?.from ?? context.pos;
    const sql = context.state.doc.toString();
    const before = sql.slice(0, from);
    const statement = statementAt(sql, context.pos);
    const scope = relationsInScope(statement);
    const result = (options: Completion[]): CompletionResult => ({ from, options, validFor: /^[\w$]*$/ });

    const qualifier = /(?:"((?:[^"]|"")+)"|([\w$]+))\.$/.exec(before);
    if (qualifier !== null) {
      const name = (qualifier[1] ?? qualifier[2] ?? '').toLowerCase();
      const target = scope.find((s) => s.as.toLowerCase() === name)?.table ?? name;
      const table = byName.get(target.toLowerCase());
      return table === undefined
        ? null
        : result(table.columns.map((c) => columnCompletion(table.name, c, 2)));
    }
    if (from === context.pos && !context.explicit) return null;
    const tables = [
      ...schema.tables.map((t) => tableCompletion(t, 0)),
      ...commonTables(statement).map((name) => tableCompletion({ name, columns: [] }, 1)),
    ];
    if (/\b(from|join|summarize|describe|pivot|unpivot)\s+$/i.test(before)) return result(tables);
    const seen = new Set<string>();
    const columns = scope.flatMap(({ table: name }) => {
      const table = byName.get(name.toLowerCase());
      return (table?.columns ?? [])
        .filter((c) => !seen.has(c.name) && seen.add(c.name))
        .map((c) => columnCompletion(name, c, 3));
    });
    return result([...columns, ...tables, ...functions]);
  };
}

const keywords = keywordCompletionSource(duckdb, true, (label) => ({
  label,
  type: 'keyword',
  detail: 'keyword',
  boost: -1,
}));

/** Keywords, but not behind a dot, where only columns can stand. */
export const keywordSource: CompletionSource = (context) =>
  context.matchBefore(/\.\w*/) !== null ? null : keywords(context);
