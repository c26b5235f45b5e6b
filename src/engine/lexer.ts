/** DuckDB's SQL as tokens, for what must be known without the parser: kinds of statements, names, variables. */

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'symbol' | 'comment';
  /** As written; of a quoted identifier or a string without its quotes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const WORD = /[\p{L}_][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:0[xX][0-9a-fA-F_]+|\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y;
const DOLLAR = /\$([\p{L}_][\p{L}\p{N}_]*)?\$/uy;
const OPERATOR = /->>|->|::|:=|=>|\|\||<=|>=|<>|!=|==/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** End of a quoted piece that starts at `at`; a doubled quote is one of its characters. */
function quotedEnd(sql: string, at: number, quote: string, backslash: boolean): number {
  for (let i = at + 1; i < sql.length; i++) {
    if (backslash && sql[i] === '\\') i++;
    else if (sql[i] === quote) {
      if (sql[i + 1] !== quote) return i + 1;
      i++;
    }
  }
  return sql.length;
}

/** Block comments nest in DuckDB. */
function blockCommentEnd(sql: string, at: number): number {
  let depth = 0;
  for (let i = at; i < sql.length; i++) {
    if (sql.startsWith('/*', i)) {
      depth++;
      i++;
    } else if (sql.startsWith('*/', i)) {
      i++;
      if (--depth === 0) return i + 1;
    }
  }
  return sql.length;
}

function tokenAt(sql: string, from: number): Token {
  const make = (kind: Token['kind'], to: number, text = sql.slice(from, to)): Token => ({
    kind,
    text,
    from,
    to,
  });
  const c = sql[from] ?? '';
  if (sql.startsWith('--', from)) {
    const end = sql.indexOf('\n', from);
    return make('comment', end === -1 ? sql.length : end);
  }
  if (sql.startsWith('/*', from)) return make('comment', blockCommentEnd(sql, from));
  if (c === "'" || ((c === 'e' || c === 'E') && sql[from + 1] === "'")) {
    const open = c === "'" ? from : from + 1;
    const to = quotedEnd(sql, open, "'", open !== from);
    return make('string', to, sql.slice(open + 1, to - 1).replaceAll("''", "'"));
  }
  if (c === '"') {
    const to = quotedEnd(sql, from, '"', false);
    return make('quoted', to, sql.slice(from + 1, to - 1).replaceAll('""', '"'));
  }
  const dollar = c === '$' ? match(DOLLAR, sql, from) : undefined;
  if (dollar !== undefined) {
    const close = sql.indexOf(dollar, from + dollar.length);
    const end = close === -1 ? sql.length : close;
    return make('string', Math.min(sql.length, end + dollar.length), sql.slice(from + dollar.length, end));
  }
  const number = match(NUMBER, sql, from);
  if (number !== undefined) return make('number', from + number.length);
  const word = match(WORD, sql, from);
  if (word !== undefined) return make('word', from + word.length);
  const wide = (sql.codePointAt(from) ?? 0) > 0xffff ? 2 : 1;
  return make('symbol', from + (match(OPERATOR, sql, from)?.length ?? wide));
}

/** All tokens, comments left out. */
export function tokens(sql: string): Token[] {
  const out: Token[] = [];
  for (let at = 0; at < sql.length; ) {
    if (/\s/.test(sql[at] ?? '')) {
      at++;
      continue;
    }
    const token = tokenAt(sql, at);
    if (token.kind !== 'comment') out.push(token);
    at = token.to;
  }
  return out;
}

/** The statements of a text, each as its tokens; empty ones are left out. */
export function statements(sql: string): Token[][] {
  const out: Token[][] = [[]];
  for (const token of tokens(sql)) {
    if (token.kind === 'symbol' && token.text === ';') out.push([]);
    else out.at(-1)?.push(token);
  }
  return out.filter((statement) => statement.length > 0);
}

export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toUpperCase());
export const isSymbol = (token: Token | undefined, text: string): boolean =>
  token?.kind === 'symbol' && token.text === text;

/** Names in `getvariable('…')`, each once. */
export function variablesOf(list: readonly Token[]): string[] {
  const names = new Set<string>();
  for (const [i, token] of list.entries()) {
    const argument = list[i + 2];
    if (isWord(token, 'GETVARIABLE') && isSymbol(list[i + 1], '(') && argument?.kind === 'string')
      names.add(argument.text);
  }
  return [...names];
}

/** Every identifier, and every path of them: what a statement reads is among these. */
export function identifiersOf(list: readonly Token[]): string[] {
  const names = new Set<string>();
  const isName = (t: Token | undefined): t is Token => t?.kind === 'word' || t?.kind === 'quoted';
  for (let i = 0; i < list.length; i++) {
    const token = list[i];
    if (!isName(token)) continue;
    const path = [token.text];
    while (isSymbol(list[i + 1], '.') && isName(list[i + 2])) {
      path.push(list[i + 2]?.text ?? '');
      i += 2;
    }
    // A function's name is no relation.
    if (!isSymbol(list[i + 1], '(')) names.add(path.join('.'));
  }
  return [...names];
}
