/** Files into the tables: each is staged, then taken over in one transaction. All work is linear in rows. */
import type { DriverConnection } from './driver.ts';
import type { FileLoad, LoadedFile, Price } from './engine.ts';
import { sql } from './sql.ts';
import { STORE, StagedFile, type Summary, type Taker, WEIGHTED } from './stagedFile.ts';
import { UPDATE_TRACES } from './traceTables.ts';
import { quantileMacro } from './views.ts';

/** In bytes of Arrow. */
export interface LoadLimits {
  /** A file that holds more than this is staged compressed. Default: 256 MiB. */
  readonly stagedBytes?: number;
  /** Rows are compressed at the latest when this much has been added. Default: 192 MiB, about a second's work. */
  readonly looseBytes?: number;
}
const MIB = 1024 * 1024;

interface Waiting {
  readonly file: StagedFile;
  readonly summary: Summary;
  /** All of it is in the staging tables. */
  staged: boolean;
  resolve(loaded: LoadedFile): void;
  reject(error: unknown): void;
}

/** Runs one commit or removal after the other, on a connection that nothing else uses. */
export class Loader implements Taker {
  private tail: Promise<unknown> = Promise.resolve();
  private readonly names = new Set<string>();
  private count = 0;
  private weighted = false;
  /** Files to be taken: all that have come while the engine was busy go into one transaction. */
  private waiting: Waiting[] = [];
  private pumping = false;
  /** Bytes in the tables that are not compressed yet. */
  private loose = 0;
  readonly stagedBytes: number;
  private readonly looseBytes: number;

  /** @param staging a connection whose current catalog is `staging` */
  constructor(
    private readonly connection: DriverConnection,
    private readonly staging: DriverConnection,
    limits: LoadLimits,
  ) {
    this.stagedBytes = limits.stagedBytes ?? 256 * MIB;
    this.looseBytes = limits.looseBytes ?? 192 * MIB;
  }

  async begin(name: string): Promise<FileLoad & { readonly sourceFile: string }> {
    const sourceFile = this.uniqueName(name);
    this.names.add(sourceFile);
    return new StagedFile(this, sourceFile, ++this.count, () => this.names.delete(sourceFile));
  }

  /** Rows of the file go; what another file held too and was dropped as a duplicate does not come back by itself. */
  async remove(sourceFile: string): Promise<void> {
    await this.transaction(async () => {
      const file = sql`${sourceFile}`;
      await this.touch(`SELECT DISTINCT trace_id FROM ${STORE}.spans WHERE source_file = ${file}`);
      await this.run(
        `DELETE FROM ${STORE}.messages WHERE span_key IN (SELECT span_key FROM ${STORE}.spans WHERE source_file = ${file})`,
      );
      for (const table of ['spans', 'logs', 'rejects', 'files'])
        await this.run(`DELETE FROM ${STORE}.${table} WHERE source_file = ${file}`);
      await this.run(`DELETE FROM ${STORE}.contents WHERE content_id NOT IN (
        SELECT content_id FROM ${STORE}.messages WHERE content_id IS NOT NULL
        UNION ALL SELECT tool_arguments_id FROM ${STORE}.messages WHERE tool_arguments_id IS NOT NULL)`);
      await this.updateTraces();
    });
    this.names.delete(sourceFile);
    await this.exclusive(async () =>
      this.setQuantile((await this.number(`SELECT count(*) FROM ${STORE}.spans WHERE ${WEIGHTED}`)) > 0),
    );
  }

  /** Overrides: the rows win over what files brought, before and after. */
  async setPrices(prices: readonly Price[]): Promise<void> {
    if (prices.length === 0) return;
    const rows = prices.map(
      (
        p,
      ) => sql`(${p.priceKey}, ${p.provider}, ${p.model}, NULL, 0, ${p.input}, ${p.cacheRead}, ${p.cacheWrite},
        ${p.output}, ${p.perRequest}, 'override')`,
    );
    await this.transaction(async () => {
      const keys = sql`${prices.map((p) => p.priceKey)}`;
      await this.run(`DELETE FROM ${STORE}.prices WHERE list_contains(${keys}, price_key)`);
      await this.run(`INSERT INTO ${STORE}.prices VALUES ${rows.join(', ')}`);
      // Traces keep their cost, so that a list of them costs no join.
      await this.touch(
        `SELECT DISTINCT trace_id FROM ${STORE}.spans WHERE list_contains(${keys}, price_key)`,
      );
      await this.updateTraces();
    });
  }

  run(statement: string) {
    return this.connection.run(statement);
  }

  /** Beside what is being taken at the moment. */
  stage(statement: string) {
    return this.staging.run(statement);
  }

  insert(table: string, ipc: Uint8Array): Promise<void> {
    return this.staging.insertArrow('main', table, ipc);
  }

  /** Its place in the order is that of the calls. */
  commit(file: StagedFile, summary: Summary, staged: Promise<void>): Promise<LoadedFile> {
    return new Promise((resolve, reject) => {
      const entry: Waiting = { file, summary, staged: false, resolve, reject };
      this.waiting.push(entry);
      staged
        .then(
          () => {
            entry.staged = true;
          },
          (error) => {
            this.waiting = this.waiting.filter((w) => w !== entry);
            reject(error);
          },
        )
        .then(() => this.pump())
        .catch(() => undefined);
    });
  }

  private async pump(): Promise<void> {
    if (this.pumping) return;
    this.pumping = true;
    while (this.waiting[0]?.staged === true)
      await this.exclusive(() => {
        const unready = this.waiting.findIndex((w) => !w.staged);
        return this.takeAll(this.waiting.splice(0, unready < 0 ? this.waiting.length : unready));
      });
    this.pumping = false;
  }

  /**
   * Compresses what has been added: to a sixth, in about 6 µs a span. Nothing is lost when it cannot be done now: the
   * next time finds it.
   */
  compact(): Promise<void> {
    return this.exclusive(() => this.compress());
  }

  /** For work that makes no transaction of its own. */
  async compress(): Promise<void> {
    if (this.loose === 0) return;
    try {
      await this.run('CHECKPOINT spanbook');
      this.loose = 0;
    } catch {
      // A statement of someone else is under way.
    }
  }

  private async takeAll(group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    try {
      const loaded = await this.inTransaction(async () => {
        const out: LoadedFile[] = [];
        for (const { file, summary } of group) out.push(await file.take(summary));
        const touching = group.flatMap(({ file }) => file.touching());
        if (touching.length > 0) {
          await this.touch(touching.join(' UNION '));
          await this.updateTraces();
        }
        return out;
      });
      for (const { file } of group) {
        if (file.weighted && !this.weighted) await this.setQuantile(true);
        this.loose += file.bytes;
      }
      for (const [i, { resolve }] of group.entries()) {
        const file = loaded[i];
        if (file !== undefined) resolve(file);
      }
    } catch (error) {
      // Only the file at fault fails.
      if (group.length > 1) for (const one of group) await this.takeAll([one]);
      else for (const { reject } of group) reject(error);
      return;
    }
    if (this.loose > this.looseBytes) await this.compress();
  }

  /** One number, of a query that gives one. */
  async number(query: string): Promise<number> {
    return Number((await this.run(query)).value(0, 0) ?? 0);
  }

  async touch(query: string): Promise<void> {
    await this.run(`CREATE OR REPLACE TABLE ${STORE}.touched AS ${query}`);
  }

  async updateTraces(): Promise<void> {
    for (const statement of UPDATE_TRACES) await this.run(statement);
    await this.run(`DROP TABLE ${STORE}.touched`);
  }

  /** `wquantile` is the built-in quantile while every weight is 1. */
  private async setQuantile(weighted: boolean): Promise<void> {
    if (weighted !== this.weighted) await this.run(quantileMacro(weighted));
    this.weighted = weighted;
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.exclusive(() => this.inTransaction(work));
  }

  private async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN');
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      // A failed COMMIT has rolled back by itself.
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private uniqueName(name: string): string {
    if (!this.names.has(name)) return name;
    for (let n = 2; ; n++) if (!this.names.has(`${name} (${n})`)) return `${name} (${n})`;
  }
}
