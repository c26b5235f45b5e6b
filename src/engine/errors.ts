/** DuckDB's messages as QueryErrors: where in the text, what helps, what mends it. */
import { QueryError } from './engine.ts';
import { isSymbol, isWord, type Token, tokens } from './lexer.ts';

type Fix = NonNullable<QueryError['fix']>;
interface Help {
  readonly hint: string;
  readonly fix?: Fix | undefined;
  readonly position?: number | undefined;
}

interface Parsed {
  readonly message: string;
  readonly position: number | undefined;
}

/** `{"exception_type":"Parser","exception_message":…,"position":"12"}`, as the parser gives it. */
function parseJson(message: string): Parsed | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const error = JSON.parse(message) as Record<string, unknown>;
    if (typeof error.exception_message !== 'string') return undefined;
    const position = Number(error.position);
    return {
      message: `${String(error.exception_type)} Error: ${error.exception_message}`,
      position: error.position !== undefined && Number.isInteger(position) ? position : undefined,
    };
  } catch {
    return undefined;
  }
}

/** The offset that `LINE 2: … ^` points at. DuckDB cuts long lines to `...` on both sides. */
export function caretPosition(message: string, sql: string): number | undefined {
  const found = /^LINE (\d+): (.*)\n( *)\^/m.exec(message);
  if (found === null) return undefined;
  const [, number = '1', excerpt = '', indent = ''] = found;
  const lines = sql.split('\n');
  const line = lines[Number(number) - 1];
  if (line === undefined) return undefined;
  const start = lines.slice(0, Number(number) - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const column = indent.length - `LINE ${number}: `.length;
  const cutLeft = excerpt.startsWith('...') && !line.startsWith(excerpt);
  if (!cutLeft) return start + Math.min(Math.max(column, 0), line.length);
  const visible = excerpt.slice(3).replace(/\.\.\.$/, '');
  const at = line.indexOf(visible);
  return at === -1 ? undefined : start + Math.min(at + Math.max(column - 3, 0), line.length);
}

/** Without the excerpt of the text, which the editor marks, and without advice that does not work here. */
function tidy(message: string): string {
  return message
    .replace(/\n+LINE \d+: [\s\S]*$/, '')
    .replace(/\n+Please try installing and loading[\s\S]*$/, '')
    .trim();
}

const byName = (sql: string, name: string): Token | undefined =>
  tokens(sql).find(
    (t) => (t.kind === 'word' || t.kind === 'quoted') && t.text.toLowerCase() === name.toLowerCase(),
  );

function arrowHelp(sql: string): Help {
  const list = tokens(sql);
  const at = list.findIndex((t) => isSymbol(t, '->>') || isSymbol(t, '->'));
  const operator = list[at];
  const key = list[at + 1];
  const hint = "Attributes are a MAP: attributes['key'].";
  if (operator === undefined || key?.kind !== 'string') return { hint, position: operator?.from };
  const before = list[at - 1];
  const named = before?.kind === 'word' || before?.kind === 'quoted';
  const text = `['${key.text.replace(/^\$\./, '').replaceAll("'", "''")}']`;
  return {
    hint,
    position: operator.from,
    fix: named ? { from: operator.from, to: key.to, text } : undefined,
  };
}

/** now(), current_date and their like have a time zone, which only the icu extension can turn into a time. */
function clockHelp(sql: string): Help {
  const hint = 'Times are TIMESTAMP in UTC. Write now()::timestamp; for a time zone, local(start_time).';
  const list = tokens(sql);
  for (const [i, token] of list.entries()) {
    const call = isSymbol(list[i + 1], '(') && isSymbol(list[i + 2], ')');
    const to = call ? (list[i + 2]?.to ?? token.to) : token.to;
    const next = list[call ? i + 3 : i + 1];
    if (isWord(token, 'CURRENT_DATE', 'TODAY'))
      return { hint, position: token.from, fix: { from: token.from, to, text: 'now()::timestamp::date' } };
    const isNow =
      (isWord(token, 'NOW', 'GET_CURRENT_TIMESTAMP') && call) || isWord(token, 'CURRENT_TIMESTAMP');
    if (isNow && !isSymbol(next, '::'))
      return { hint, position: token.from, fix: { from: token.from, to, text: 'now()::timestamp' } };
  }
  return { hint };
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}

function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let least = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const d = distance(wanted, candidate.toLowerCase());
    if (d < least) [best, least] = [candidate, d];
  }
  return best;
}

function nameHelp(
  sql: string,
  name: string,
  candidates: Iterable<string>,
  otherwise: string,
): Help | undefined {
  const best = nearest(name, candidates);
  const at = byName(sql, name);
  if (best === undefined) return { hint: otherwise, position: at?.from };
  return {
    hint: `Did you mean ${best}?`,
    position: at?.from,
    fix: at === undefined ? undefined : { from: at.from, to: at.to, text: best },
  };
}

function help(message: string, sql: string, relations: Iterable<string>): Help | undefined {
  if (/in the json extension/.test(message)) {
    if (/"->>?"/.test(message)) return arrowHelp(sql);
    return { hint: "There is no json extension. Attributes are a MAP: attributes['key']." };
  }
  if (/name "(read_|parquet|sniff_)/.test(message) || /file system operations are disabled/.test(message))
    return { hint: 'Queries cannot read or write files: drop the file on the page, and it is a table.' };
  if (/(in|extension) (the )?'?icu'?/.test(message) || /TIMESTAMP WITH TIME ZONE/.test(message))
    return clockHelp(sql);
  if (/configuration has been locked|Cannot change configuration option/.test(message))
    return { hint: 'Settings are fixed, so that nothing leaves the page. SET VARIABLE name = value works.' };
  if (/extension/i.test(message) && /disabled|not in the catalog/.test(message))
    return { hint: 'Extensions cannot be loaded: everything works offline with what is built in.' };
  if (/^Out of Memory/.test(message))
    return { hint: 'Narrow the time range, select fewer columns, or aggregate before you sort or join.' };
  const table = /Table with name "?([^"\s!]+)"? does not exist/.exec(message)?.[1];
  if (table !== undefined) {
    if (/\.(parquet|csv|tsv|json|ndjson|jsonl|gz)$/i.test(table))
      return { hint: 'Queries cannot read files: drop the file on the page, and its spans are in spans.' };
    return nameHelp(sql, table, relations, 'SHOW TABLES FROM spanbook.main lists the tables.');
  }
  const column = /Referenced column "([^"]+)" (?:was )?not found/.exec(message)?.[1];
  if (column !== undefined) {
    const candidates = [...(/Candidate bindings: (.*)/.exec(message)?.[1] ?? '').matchAll(/"([^"]+)"/g)];
    const names = candidates.map((c) => (c[1] ?? '').split('.').at(-1) ?? '');
    return nameHelp(
      sql,
      column,
      names,
      "DESCRIBE lists a table's columns; other attributes are attributes['key'].",
    );
  }
  return undefined;
}

/** Any failure of a statement as a QueryError. `relations`: names to suggest. */
export function toQueryError(cause: unknown, sql: string, relations: Iterable<string> = []): QueryError {
  if (cause instanceof QueryError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  const parsed = parseJson(text);
  const message = parsed?.message ?? text;
  const helped = help(message, sql, relations);
  const position = caretPosition(message, sql) ?? parsed?.position ?? helped?.position;
  const atEnd = position === undefined && /at end of input/.test(message) ? sql.trimEnd().length : position;
  return new QueryError(tidy(message), sql, atEnd, helped?.hint, helped?.fix, { cause });
}
