/** A notebook's session. */
import type { DriverConnection } from './driver.ts';
import type { Connection, QueryOptions, Reads, ResultTable, Variable } from './engine.ts';
import { toQueryError } from './errors.ts';
import { guard } from './guard.ts';
import { identifiersOf, tokens, variablesOf } from './lexer.ts';
import { identifier, sql as sqlText } from './sql.ts';
import { MACRO_NAMES, VIEW_NAMES } from './views.ts';

const SHIPPED: ReadonlySet<string> = new Set([...VIEW_NAMES, ...MACRO_NAMES]);

/** Answers which relations a statement reads; one for all connections. */
export interface RelationParser {
  tableNames?(sql: string): Promise<readonly string[]>;
}

/** Opens a session on a schema of its own, which is made if it is not there. */
export async function openConnection(
  driver: DriverConnection,
  schema: string,
  parser: RelationParser,
): Promise<Connection> {
  await driver.run(sqlText`CREATE SCHEMA IF NOT EXISTS ${identifier('spanbook', schema)}`);
  await driver.run(sqlText`USE ${identifier('spanbook', schema)}`);
  return new Session(driver, schema, parser);
}

class Session implements Connection {
  constructor(
    private readonly driver: DriverConnection,
    readonly schema: string,
    private readonly parser: RelationParser,
  ) {}

  async query(sql: string, options: QueryOptions = {}): Promise<ResultTable> {
    guard(sql, { schema: this.schema, shipped: SHIPPED });
    try {
      return await this.driver.run(sql, options.signal);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw toQueryError(error, sql, VIEW_NAMES);
    }
  }

  async setVariable(name: string, value: Variable): Promise<void> {
    const statement =
      value === null
        ? sqlText`RESET VARIABLE ${identifier(name)}`
        : sqlText`SET VARIABLE ${identifier(name)} = ${value}`;
    try {
      await this.driver.run(statement);
    } catch (error) {
      throw toQueryError(error, statement);
    }
  }

  async reads(sql: string): Promise<Reads> {
    const list = tokens(sql);
    return { relations: await this.relations(sql), variables: variablesOf(list) };
  }

  private async relations(sql: string): Promise<readonly string[]> {
    const list = tokens(sql);
    if (this.parser.tableNames === undefined || list.length === 0) return identifiersOf(list);
    try {
      return await this.parser.tableNames(sql);
    } catch (error) {
      const failure = toQueryError(error, sql, VIEW_NAMES);
      if (/^Parser Error|syntax error/.test(failure.message)) throw failure;
      // What the empty catalog cannot bind (JOIN … USING, PIVOT) the lexer reads, with names too many at worst.
      return identifiersOf(list);
    }
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}
