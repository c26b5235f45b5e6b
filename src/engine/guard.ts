/** Which statements a notebook may run: it reads everything, and writes to its own schema only. */
import { QueryError } from './engine.ts';
import { isSymbol, isWord, statements, type Token } from './lexer.ts';

/** Statements that act on the session or the machine, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  ATTACH: 'Nothing is read from files here: drop the file on the page.',
  DETACH: 'The catalog is fixed.',
  USE: 'A notebook stays in its own schema; write the schema before the name.',
  COPY: 'Nothing is written to files here: use the download of the cell.',
  EXPORT: 'Nothing is written to files here: use the download of the cell.',
  IMPORT: 'Nothing is read from files here: drop the file on the page.',
  INSTALL: 'Extensions cannot be loaded: everything works offline with what is built in.',
  LOAD: 'Extensions cannot be loaded: everything works offline with what is built in.',
  PRAGMA: 'Settings are fixed. For columns use DESCRIBE, for relations SHOW TABLES.',
  CHECKPOINT: 'The engine does this by itself.',
  FORCE: 'The engine does this by itself.',
  VACUUM: 'The engine does this by itself.',
  ANALYZE: 'The engine does this by itself.',
  CALL: 'Write SELECT * FROM function(…).',
  RESET: 'Settings are fixed. RESET VARIABLE name works.',
  SET: 'Settings are fixed. SET VARIABLE name = value works.',
  BEGIN: 'Each statement is a transaction of its own.',
  START: 'Each statement is a transaction of its own.',
  COMMIT: 'Each statement is a transaction of its own.',
  END: 'Each statement is a transaction of its own.',
  ROLLBACK: 'Each statement is a transaction of its own.',
  ABORT: 'Each statement is a transaction of its own.',
  COMMENT: 'Comments on relations are not kept.',
};

/** Words that may stand between CREATE, DROP or ALTER and the name. */
const MODIFIERS = [
  'OR',
  'REPLACE',
  'TEMP',
  'TEMPORARY',
  'PERSISTENT',
  'RECURSIVE',
  'UNIQUE',
  'LOCAL',
  'MATERIALIZED',
];
const KINDS = ['TABLE', 'VIEW', 'MACRO', 'FUNCTION', 'TYPE', 'SEQUENCE', 'INDEX'];

export interface GuardContext {
  /** The schema that the connection writes to. */
  readonly schema: string;
  /** Names of shipped views and macros: not to be shadowed, either. */
  readonly shipped: ReadonlySet<string>;
}

/** @throws QueryError where the statement may not run. Text that is no known statement passes: the parser says why. */
export function guard(sql: string, context: GuardContext): void {
  const found = statements(sql);
  const second = found[1]?.[0];
  if (second !== undefined)
    refuse(sql, second, 'A cell runs one statement.', 'Put the second one into a cell of its own.');
  if (found[0] !== undefined) new Check(sql, found[0], context).statement(0);
}

function refuse(sql: string, at: Token, message: string, hint: string): never {
  throw new QueryError(message, sql, at.from, hint, undefined);
}

class Check {
  constructor(
    private readonly sql: string,
    private readonly list: readonly Token[],
    private readonly context: GuardContext,
  ) {}

  statement(start: number): void {
    const first = this.list[start];
    if (first === undefined || first.kind !== 'word') return;
    const verb = first.text.toUpperCase();
    const inner = this.innerStatement(verb, start);
    if (inner !== undefined) {
      this.statement(inner);
      return;
    }
    if ((verb === 'SET' || verb === 'RESET') && isWord(this.list[start + 1], 'VARIABLE')) return;
    const hint = REFUSED[verb];
    if (hint !== undefined) refuse(this.sql, first, `${verb} is not possible in a notebook.`, hint);
    if (verb === 'CREATE' || verb === 'DROP' || verb === 'ALTER') this.definition(first, start + 1);
    else if (verb === 'INSERT' || verb === 'MERGE' || verb === 'DELETE')
      this.afterWord(start, 'INTO', 'FROM');
    else if (verb === 'UPDATE') this.target(start + 1);
    else if (verb === 'TRUNCATE') this.target(isWord(this.list[start + 1], 'TABLE') ? start + 2 : start + 1);
  }

  /** Where the statement starts that this one wraps. */
  private innerStatement(verb: string, start: number): number | undefined {
    if (verb === 'WITH') return this.afterCtes(start);
    if (verb === 'EXPLAIN') return this.afterExplain(start + 1);
    if (verb === 'PREPARE') return this.afterAs(start);
    return undefined;
  }

  /** The verb behind `WITH a AS (…), b AS (…)`: the first word after a closing parenthesis that goes on no CTE. */
  private afterCtes(start: number): number {
    let depth = 0;
    for (let i = start; i < this.list.length; i++) {
      const token = this.list[i];
      if (isSymbol(token, '(')) depth++;
      else if (isSymbol(token, ')')) depth--;
      else if (depth === 0 && isSymbol(this.list[i - 1], ')') && token?.kind === 'word')
        if (!isWord(token, 'AS', 'USING')) return i;
    }
    return this.list.length;
  }

  private afterExplain(at: number): number {
    let i = at;
    while (isWord(this.list[i], 'ANALYZE', 'VERBOSE')) i++;
    if (!isSymbol(this.list[i], '(')) return i;
    let depth = 0;
    for (; i < this.list.length; i++) {
      if (isSymbol(this.list[i], '(')) depth++;
      if (isSymbol(this.list[i], ')') && --depth === 0) return i + 1;
    }
    return i;
  }

  private afterAs(start: number): number {
    for (let i = start; i < this.list.length; i++) if (isWord(this.list[i], 'AS')) return i + 1;
    return this.list.length;
  }

  private afterWord(start: number, ...words: readonly string[]): void {
    for (let i = start; i < this.list.length; i++)
      if (isWord(this.list[i], ...words)) {
        this.target(i + 1);
        return;
      }
  }

  private definition(verb: Token, start: number): void {
    let i = start;
    while (isWord(this.list[i], ...MODIFIERS)) i++;
    const kind = this.list[i];
    if (!isWord(kind, ...KINDS))
      refuse(
        this.sql,
        verb,
        `${verb.text.toUpperCase()} ${kind?.text.toUpperCase() ?? ''} is not possible in a notebook.`,
        'Tables, views, macros, types, sequences and indexes can be made.',
      );
    i++;
    if (isWord(kind, 'MACRO') && isWord(this.list[i], 'TABLE')) i++;
    if (isWord(kind, 'INDEX') && isWord(verb, 'CREATE')) {
      this.afterWord(i, 'ON');
      return;
    }
    while (isWord(this.list[i], 'IF', 'NOT', 'EXISTS')) i++;
    do i = this.target(i) + 1;
    while (isWord(verb, 'DROP') && isSymbol(this.list[i - 1], ','));
  }

  /** Checks the name at `at`; returns the index behind it. */
  private target(at: number): number {
    const first = this.list[at];
    if (first === undefined) return at;
    const path = [first.text];
    let end = at + 1;
    for (; isSymbol(this.list[end], '.'); end += 2) path.push(this.list[end + 1]?.text ?? '');
    const lower = path.map((p) => p.toLowerCase());
    const name = lower.at(-1) ?? '';
    const schema = lower.at(-2);
    const own = this.context.schema.toLowerCase();
    const mine =
      (lower.length === 1 && !this.context.shipped.has(name)) ||
      (lower.length === 2 && (schema === own || schema === 'temp')) ||
      (lower.length === 3 && ((lower[0] === 'spanbook' && schema === own) || lower[0] === 'temp'));
    if (!mine)
      refuse(
        this.sql,
        first,
        `${path.join('.')} is read-only.`,
        'A notebook reads the shipped tables and writes under names of its own, such as: CREATE TABLE my_spans AS FROM spans.',
      );
    return end;
  }
}
