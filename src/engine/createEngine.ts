/** The engine over any driver: catalog, lock, sessions, loads. */
import { openConnection, type RelationParser } from './connection.ts';
import { dataRange } from './dataRange.ts';
import { TABLES } from './ddl.ts';
import type { Driver, DriverConnection } from './driver.ts';
import type { Connection, Engine, Price } from './engine.ts';
import { Loader, type LoadLimits } from './load.ts';
import { localTimeSql } from './timeZone.ts';
import { localMacro, macrosIn, VIEWS } from './views.ts';

/** No extension, no file, no network, and no way back. */
const LOCK = [
  'SET autoinstall_known_extensions = false',
  'SET autoload_known_extensions = false',
  'SET enable_external_access = false',
  // Compressing takes as long as all else of a commit: the loader does it when there is time for it.
  "SET checkpoint_threshold = '1TB'",
  'SET lock_configuration = true',
];

async function inOrder(connection: DriverConnection, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await connection.run(statement);
}

/** A connection whose catalog holds nothing but our macros: there, DuckDB names the relations of a statement without looking into views. */
async function relationParser(driver: Driver): Promise<RelationParser> {
  const connection = await driver.connect();
  if (connection.tableNames === undefined) {
    await connection.close();
    return {};
  }
  await inOrder(connection, ["ATTACH ':memory:' AS parse", 'USE parse', ...macrosIn('parse')]);
  return { tableNames: (sql) => connection.tableNames?.(sql) ?? Promise.resolve([]) };
}

/** Makes the tables and views, locks the database, and hands out sessions. Closes the driver if that fails. */
export async function createEngine(driver: Driver, limits: LoadLimits = {}): Promise<Engine> {
  try {
    const internal = await driver.connect();
    const staging = await driver.connect();
    await inOrder(internal, [
      "ATTACH ':memory:' AS spanbook (COMPRESS)",
      "ATTACH ':memory:' AS staging",
      'USE spanbook',
      ...TABLES,
      ...VIEWS,
      ...LOCK,
    ]);
    await inOrder(staging, ['USE staging']);
    return new DuckdbEngine(
      driver,
      internal,
      new Loader(internal, staging, limits),
      await relationParser(driver),
    );
  } catch (error) {
    await driver.close();
    throw error;
  }
}

class DuckdbEngine implements Engine {
  constructor(
    private readonly driver: Driver,
    private readonly internal: DriverConnection,
    private readonly loader: Loader,
    private readonly parser: RelationParser,
  ) {}

  async connect(schema: string): Promise<Connection> {
    return await openConnection(await this.driver.connect(), schema, this.parser);
  }

  beginFile(name: string) {
    return this.loader.begin(name);
  }

  removeFile(sourceFile: string) {
    return this.loader.remove(sourceFile);
  }

  setPrices(prices: readonly Price[]): Promise<void> {
    return this.loader.setPrices(prices);
  }

  compact(): Promise<void> {
    return this.loader.compact();
  }

  async setTimeZone(zone: string): Promise<void> {
    // By the data without clocks gone wild: the rules must cover the many, not one span of the year 2100.
    await this.loader.exclusive(async () => {
      const now = Date.now();
      const { from, to } = (await dataRange({ query: (sql) => this.internal.run(sql) })) ?? {
        from: now,
        to: now,
      };
      await this.internal.run(localMacro(localTimeSql(zone, from, to)));
    });
  }

  async memory(): Promise<{ usedBytes: number; limitBytes: number }> {
    const used = await this.internal.run('SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory()');
    const limit = await this.internal.run("SELECT current_setting('memory_limit')");
    return { usedBytes: Number(used.value(0, 0) ?? 0), limitBytes: bytes(String(limit.value(0, 0))) };
  }

  onCrash(listener: (reason: string) => void): void {
    this.driver.onCrash(listener);
  }

  close(): Promise<void> {
    return this.driver.close();
  }
}

/** `3.1 GiB` as bytes; 0 if it is no size. */
function bytes(text: string): number {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*([A-Za-z]*)/.exec(text) ?? [];
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(unit.charAt(0).toUpperCase());
  return Math.round(Number(number) * (unit.includes('i') ? 1024 : 1000) ** Math.max(power, 0));
}
