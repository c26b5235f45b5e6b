/** A light reading of DuckDB's SQL: tokens, statements, what they make. The engine's own parser has the last word. */

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol';
  /** Words in lower case, quoted identifiers without their quotes, strings without theirs. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const TOKEN = new RegExp(
  [
    String.raw`(--[^\r\n]*)`, // 1 comment
    String.raw`(\/\*)`, // 2 comment, nested
    String.raw`(\$([A-Za-z_]\w*)?\$)`, // 3 dollar quote, 4 its tag
    String.raw`([eE]'(?:[^'\\]|''|\\.)*'?|[xX]?'(?:[^']|'')*'?)`, // 5 string
    '("(?:[^"]|"")*"?)', // 6 quoted identifier
    String.raw`((?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)`, // 7 number
    String.raw`([\p{L}_][\p{L}\p{N}_$]*)`, // 8 word
    String.raw`(\S)`, // 9 symbol
  ].join('|'),
  'uy',
);

/** Comments and blanks are left out. Never fails: what is not closed runs to the end. */
export function tokens(sql: string): Token[] {
  const out: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    if (/\s/.test(sql.charAt(at))) {
      at++;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(sql);
    if (match === null) {
      at++;
      continue;
    }
    const [text, line, block, dollar, , string, quoted, number, word] = match;
    let end = at + text.length;
    const add = (kind: Token['kind'], value: string) => out.push({ kind, value, start: at, end });
    if (line !== undefined) {
      // a comment
    } else if (block !== undefined) end = blockEnd(sql, at);
    else if (dollar !== undefined) {
      const close = sql.indexOf(dollar, end);
      const inner = sql.slice(end, close < 0 ? sql.length : close);
      end = close < 0 ? sql.length : close + dollar.length;
      add('string', inner);
    } else if (string !== undefined) {
      const from = string.indexOf("'") + 1;
      add(
        'string',
        string
          .slice(from, string.endsWith("'") && string.length > from ? -1 : undefined)
          .replaceAll("''", "'"),
      );
    } else if (quoted !== undefined)
      add(
        'quoted',
        quoted.slice(1, quoted.length > 1 && quoted.endsWith('"') ? -1 : undefined).replaceAll('""', '"'),
      );
    else if (number !== undefined) add('number', number);
    else if (word !== undefined) add('word', word.toLowerCase());
    else add('symbol', text);
    at = end;
  }
  return out;
}

function blockEnd(sql: string, from: number): number {
  let depth = 0;
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  for (let match = mark.exec(sql); match !== null; match = mark.exec(sql)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return match.index + 2;
  }
  return sql.length;
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

export interface Statement {
  readonly sql: string;
  /** Offset in the cell's text. */
  readonly start: number;
  readonly tokens: readonly Token[];
}

/** The statements of a text, without their semicolons and the comments around them. Token offsets are the text's. */
export function statements(sql: string): Statement[] {
  const out: Statement[] = [];
  let piece: Token[] = [];
  const flush = () => {
    const first = piece[0];
    const last = piece.at(-1);
    if (first !== undefined && last !== undefined)
      out.push({ sql: sql.slice(first.start, last.end), start: first.start, tokens: piece });
    piece = [];
  };
  for (const token of tokens(sql)) {
    if (token.kind === 'symbol' && token.value === ';') flush();
    else piece.push(token);
  }
  flush();
  return out;
}

/**
 * relation: can be a view · pivot: only a table, since its columns depend on the rows · listing: can be read as
 * `FROM (…)` · command: runs as it is.
 */
export type StatementKind = 'relation' | 'pivot' | 'listing' | 'command';

export function kindOf(statement: Statement): StatementKind {
  const words = statement.tokens.map((t) => (t.kind === 'word' || t.kind === 'symbol' ? t.value : ''));
  const first = words.find((w) => w !== '(') ?? '';
  switch (first) {
    case 'select':
    case 'from':
    case 'values':
    case 'table':
      return words.includes('pivot') || words.includes('pivot_wider') ? 'pivot' : 'relation';
    case 'with': {
      // The statement's verb is the first one outside the parentheses of the CTEs.
      let depth = 0;
      for (const word of words) {
        if (word === '(') depth++;
        else if (word === ')') depth--;
        else if (depth === 0 && /^(insert|update|delete|merge)$/.test(word)) return 'command';
      }
      return words.includes('pivot') ? 'pivot' : 'relation';
    }
    case 'pivot':
    case 'pivot_wider':
      return 'pivot';
    case 'unpivot':
    case 'pivot_longer':
      return 'relation';
    case 'summarize':
    case 'describe':
    case 'desc':
    case 'show':
      return 'listing';
    default:
      return 'command';
  }
}

const WORDS_BEFORE_NAME = /^(or|replace|temp|temporary|recursive|if|not|exists|unique|persistent|secret)$/;

/** What a command makes or changes for later cells: relations, macros, session variables. */
export function makes(statement: Statement): {
  readonly names: readonly string[];
  readonly variables: readonly string[];
} {
  const t = statement.tokens;
  const word = (i: number) => (t[i]?.kind === 'word' ? t[i]?.value : undefined);
  if (word(0) === 'set' && word(1) === 'variable') {
    const name = t[2]?.value;
    return { names: [], variables: name === undefined ? [] : [name] };
  }
  const target = { insert: 2, delete: 2, update: 1, alter: 2, drop: 2 }[word(0) ?? ''];
  if (target !== undefined) return { names: names(t, target), variables: [] };
  if (word(0) !== 'create') return { names: [], variables: [] };
  let i = 1;
  const skip = () => {
    while (WORDS_BEFORE_NAME.test(word(i) ?? '')) i++;
  };
  skip();
  if (!/^(table|view|macro|function|type|sequence)$/.test(word(i) ?? '')) return { names: [], variables: [] };
  i++;
  skip();
  return { names: names(t, i), variables: [] };
}

/** The last part of the name that stands there, `IF EXISTS` skipped. */
function names(t: readonly Token[], from: number): string[] {
  let i = from;
  while (t[i]?.kind === 'word' && /^(if|exists|into)$/.test(t[i]?.value ?? '')) i++;
  while (t[i + 1]?.value === '.') i += 2;
  const name = t[i];
  return name !== undefined && (name.kind === 'word' || name.kind === 'quoted') ? [name.value] : [];
}

/** Names of the functions that a text calls, in lower case. */
export function calls(list: readonly Token[]): Set<string> {
  const out = new Set<string>();
  list.forEach((token, i) => {
    const next = list[i + 1];
    if (token.kind === 'word' && next?.kind === 'symbol' && next.value === '(') out.add(token.value);
  });
  return out;
}

const UNSTABLE = new Set(
  'random uuid gen_random_uuid uuidv4 uuidv7 now current_timestamp transaction_timestamp get_current_timestamp get_current_time current_date current_time today nextval currval setseed txid_current'.split(
    ' ',
  ),
);

/** Whether two runs over the same data may differ, so that the result must be kept for the cells that read it. */
export function isDeterministic(list: readonly Token[]): boolean {
  const called = calls(list);
  for (const name of called) if (UNSTABLE.has(name)) return false;
  return !list.some(
    (token, i) =>
      token.kind === 'word' &&
      (/^(current_timestamp|current_date|current_time|localtimestamp|localtime|tablesample)$/.test(
        token.value,
      ) ||
        (token.value === 'using' && list[i + 1]?.value === 'sample')),
  );
}

/** Renames a relation where a statement reads it: after FROM and JOIN, in lists of FROM, and before a dot. */
export function renameRelation(sql: string, from: string, to: string): string {
  const old = from.toLowerCase();
  const list = tokens(sql);
  /** Per parenthesis: whether we stand in a FROM list, where a comma starts another relation. */
  const inFrom: boolean[] = [false];
  let expects = false;
  let out = '';
  let at = 0;
  for (const [i, token] of list.entries()) {
    const next = list[i + 1];
    if ((token.kind === 'word' || token.kind === 'quoted') && token.value.toLowerCase() === old) {
      const qualified = list[i - 1]?.value === '.';
      const qualifies = next?.kind === 'symbol' && next.value === '.';
      if (!qualified && (expects || qualifies)) {
        out += sql.slice(at, token.start) + (token.kind === 'quoted' ? quoteName(to) : to);
        at = token.end;
      }
    }
    expects = false;
    if (token.kind === 'symbol') {
      if (token.value === '(') {
        // `FROM (a, b)` does not exist; a parenthesis after FROM holds a join or a query.
        inFrom.push(false);
        expects = /^(from|join)$/.test(list[i - 1]?.value ?? '');
      } else if (token.value === ')') inFrom.pop();
      else if (token.value === ',') expects = inFrom.at(-1) === true;
    } else if (token.kind === 'word') {
      if (/^(from|join|summarize|pivot|unpivot|describe|table)$/.test(token.value)) expects = true;
      if (token.value === 'from') inFrom[inFrom.length - 1] = true;
      if (/^(select|where|group|order|having|limit|union|except|intersect|window|qualify)$/.test(token.value))
        inFrom[inFrom.length - 1] = false;
    }
  }
  return out + sql.slice(at);
}
