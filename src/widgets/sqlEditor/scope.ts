/** Which relations a half-written statement reads, for completing columns. Text alone: the parser refuses half SQL. */

export interface InScope {
  readonly table: string;
  /** What columns are qualified with: the alias, else the name. */
  readonly as: string;
}

/** Comments and string literals become blanks, so that offsets stay. Quoted identifiers stay. */
export function blankLiterals(sql: string): string {
  return sql.replace(
    /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*(?:'|$)|\$\$[\s\S]*?(?:\$\$|$)/g,
    (literal) => literal.replace(/[^\n]/g, ' '),
  );
}

/** The statement around `at`, by semicolons outside of literals. */
export function statementAt(sql: string, at: number): string {
  const blank = blankLiterals(sql);
  const from = blank.lastIndexOf(';', at - 1) + 1;
  const to = blank.indexOf(';', at);
  return blank.slice(from, to < 0 ? undefined : to);
}

const NAME = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)`;
const SOURCE = new RegExp(
  String.raw`\b(?:from|join|update|into|summarize|describe)\s+(${NAME}(?:\.${NAME})*)(?:\s+(?:as\s+)?(${NAME}))?`,
  'gi',
);
const COMMA = new RegExp(String.raw`^\s*,\s*(${NAME}(?:\.${NAME})*)(?:\s+(?:as\s+)?(${NAME}))?`, 'i');
const NOT_ALIAS =
  /^(where|group|order|having|limit|join|left|right|full|inner|outer|cross|on|using|union|except|intersect|qualify|window|sample|select|set|natural|semi|anti|asof|positional|lateral|pivot|unpivot|offset|values|as)$/i;

const bare = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
const last = (path: string) => bare(/(?:"(?:[^"]|"")+"|[^.])+$/.exec(path)?.[0] ?? path);

/** Relations after FROM, JOIN and in comma lists, subqueries included; in order, each once. */
export function relationsInScope(statement: string): InScope[] {
  const found: InScope[] = [];
  const add = (path: string, alias: string | undefined) => {
    const table = last(path);
    const as = alias === undefined || NOT_ALIAS.test(alias) ? table : bare(alias);
    if (!found.some((f) => f.table === table && f.as === as)) found.push({ table, as });
  };
  const sql = blankLiterals(statement);
  for (const match of sql.matchAll(SOURCE)) {
    add(match[1] ?? '', match[2]);
    let rest = sql.slice(match.index + match[0].length);
    for (let next = COMMA.exec(rest); next !== null; next = COMMA.exec(rest)) {
      add(next[1] ?? '', next[2]);
      rest = rest.slice(next[0].length);
    }
  }
  return found;
}

/** Names that the statement defines: `WITH a AS (…), b AS (…)`. */
export function commonTables(statement: string): string[] {
  const sql = blankLiterals(statement);
  if (!/^\s*with\b/i.test(sql)) return [];
  return [
    ...sql.matchAll(
      new RegExp(
        String.raw`(?:\bwith\s+(?:recursive\s+)?|,\s*)(${NAME})\s+as\s*(?:materialized\s*)?\(`,
        'gi',
      ),
    ),
  ].map((m) => bare(m[1] ?? ''));
}
