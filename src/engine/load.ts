/** Files into the tables: each is staged, then taken over in one transaction. All work is linear in rows. */
import type { StoredBatch, StoredTableName } from '@spanbook/sdk/schema';
import { createTable } from './ddl.ts';
import type { DriverConnection } from './driver.ts';
import type { FileLoad, LoadedFile, Price } from './engine.ts';
import { identifier, raw, sql } from './sql.ts';
import { UPDATE_TRACES } from './traceTables.ts';
import { quantileMacro } from './views.ts';

const STORE = 'spanbook.store';

/** Ids that name no span: all such spans are kept. */
const NAMED = (s: string) => `ltrim(${s}.trace_id, '0') <> '' AND ltrim(${s}.span_id, '0') <> ''`;

/** Runs one commit or removal after the other, on a connection that nothing else uses. */
export class Loader {
  private tail: Promise<unknown> = Promise.resolve();
  private readonly names = new Set<string>();
  private count = 0;
  private weighted = false;

  constructor(private readonly connection: DriverConnection) {}

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
    await this.exclusive(() => this.chooseQuantile(`FROM ${STORE}.spans`, false));
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

  insert(table: string, ipc: Uint8Array): Promise<void> {
    return this.exclusive(() => this.connection.insertArrow('store', table, ipc));
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
  async chooseQuantile(from: string, keep = this.weighted): Promise<void> {
    const weighted = keep || (await this.number(`SELECT count(*) ${from} WHERE sample_weight <> 1`)) > 0;
    if (weighted !== this.weighted) await this.run(quantileMacro(weighted));
    this.weighted = weighted;
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.tail.then(work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.exclusive(async () => {
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
    });
  }

  private uniqueName(name: string): string {
    if (!this.names.has(name)) return name;
    for (let n = 2; ; n++) if (!this.names.has(`${name} (${n})`)) return `${name} (${n})`;
  }
}

class StagedFile implements FileLoad {
  private readonly staged = new Set<StoredTableName>();
  private over = false;

  constructor(
    private readonly loader: Loader,
    readonly sourceFile: string,
    private readonly number: number,
    private readonly forget: () => void,
  ) {}

  async append(batch: StoredBatch): Promise<void> {
    if (this.over) throw new Error(`${this.sourceFile}: the load is over`);
    if (batch.rows === 0) return;
    const stage = this.stageName(batch.table);
    if (!this.staged.has(batch.table)) {
      this.staged.add(batch.table);
      await this.loader.exclusive(() => this.loader.run(createTable(batch.table, stage)));
    }
    await this.loader.insert(stage, batch.ipc);
  }

  async commit(summary: { format: string; bytes: number; loadMs: number }): Promise<LoadedFile> {
    if (this.over) throw new Error(`${this.sourceFile}: the load is over`);
    this.over = true;
    try {
      const loaded = await this.loader.transaction(() => this.take(summary));
      if (this.staged.has('spans'))
        await this.loader.exclusive(() => this.loader.chooseQuantile(`FROM ${this.stage('spans')}`));
      return loaded;
    } catch (error) {
      this.forget();
      throw error;
    } finally {
      await this.dropStages();
    }
  }

  async abort(): Promise<void> {
    if (this.over) return;
    this.over = true;
    this.forget();
    await this.dropStages();
  }

  private stageName(table: string): string {
    return `stage_${this.number}_${table}`;
  }

  private stage(table: string): string {
    return `${STORE}.${this.stageName(table)}`;
  }

  private async dropStages(): Promise<void> {
    const names = [...this.staged].map((t) => this.stage(t));
    this.staged.clear();
    for (const name of [...names, this.stage('dropped')])
      await this.loader.exclusive(() => this.loader.run(`DROP TABLE IF EXISTS ${name}`));
  }

  private async take(summary: { format: string; bytes: number; loadMs: number }): Promise<LoadedFile> {
    const { loader, sourceFile } = this;
    const counts = { spans: 0, duplicates: 0, logs: 0, rejects: 0 };
    if (this.staged.has('prices')) await this.takePrices();
    if (this.staged.has('spans')) {
      counts.spans = await loader.number(`SELECT count(*) FROM ${this.stage('spans')}`);
      counts.duplicates = await this.findDuplicates();
    }
    const kept = counts.duplicates === 0 ? '' : `WHERE span_key NOT IN (FROM ${this.stage('dropped')})`;
    if (this.staged.has('spans')) await this.insert('spans', kept);
    if (this.staged.has('messages')) await this.insert('messages', kept);
    if (this.staged.has('contents')) await this.takeContents(kept !== '');
    if (this.staged.has('logs')) counts.logs = await this.takeLogs();
    if (this.staged.has('rejects')) {
      await this.insert('rejects', '');
      counts.rejects = await loader.number(`SELECT count(*) FROM ${this.stage('rejects')}`);
    }
    if (this.staged.has('spans')) {
      await loader.touch(`SELECT DISTINCT trace_id FROM ${this.stage('spans')}`);
      await loader.updateTraces();
    }
    await loader.run(sql`INSERT INTO ${identifier('spanbook', 'store', 'files')} VALUES (${sourceFile},
      ${summary.format}, ${summary.bytes}, ${counts.spans}, ${counts.duplicates}, ${counts.logs}, ${counts.rejects},
      ${summary.loadMs})`);
    return { sourceFile, ...counts };
  }

  private async insert(table: 'spans' | 'messages' | 'logs' | 'rejects', where: string): Promise<void> {
    const own = table === 'messages' ? raw('') : raw(`REPLACE (${sql`${this.sourceFile}`} AS source_file)`);
    await this.loader.run(
      sql`INSERT INTO ${raw(`${STORE}.${table}`)} SELECT * ${own} FROM ${raw(this.stage(table))} ${raw(where)}`,
    );
  }

  /**
   * Fills `dropped` with the keys of staged spans that are not taken, and removes stored snapshots that a finished span
   * of this file replaces. Only ids that occur twice are looked at closely. Returns the number of spans that were there
   * already, in the file or in the tables.
   */
  private async findDuplicates(): Promise<number> {
    const { loader } = this;
    const stage = this.stage('spans');
    const dropped = this.stage('dropped');
    await loader.run(`CREATE TABLE ${dropped} AS
      WITH twice AS (
        SELECT trace_id, span_id FROM ${stage} s WHERE ${NAMED('s')} GROUP BY ALL HAVING count(*) > 1)
      SELECT span_key FROM ${stage} s JOIN twice t ON s.trace_id = t.trace_id AND s.span_id = t.span_id
      QUALIFY row_number() OVER (PARTITION BY s.trace_id, s.span_id ORDER BY s.end_time IS NULL, s.rowid) > 1`);
    const within = await loader.number(`SELECT count(*) FROM ${dropped}`);
    const met = `${STORE}.met`;
    await loader.run(`CREATE OR REPLACE TABLE ${met} AS
      SELECT s.span_key AS new_key, o.span_key AS old_key, s.end_time IS NOT NULL AND o.end_time IS NULL AS replaces
      FROM ${stage} s JOIN ${STORE}.spans o ON s.trace_id = o.trace_id AND s.span_id = o.span_id
      WHERE ${NAMED('s')} AND s.span_key NOT IN (FROM ${dropped})`);
    const across = await loader.number(`SELECT count(*) FROM ${met}`);
    if (across > 0) {
      await loader.run(`INSERT INTO ${dropped} SELECT new_key FROM ${met} WHERE NOT replaces`);
      for (const table of ['messages', 'spans'])
        await loader.run(
          `DELETE FROM ${STORE}.${table} WHERE span_key IN (SELECT old_key FROM ${met} WHERE replaces)`,
        );
    }
    await loader.run(`DROP TABLE ${met}`);
    return within + across;
  }

  /** New bodies only, each once; of dropped spans, none that no other span has. */
  private async takeContents(someDropped: boolean): Promise<void> {
    const used = someDropped
      ? `AND content_id IN (SELECT content_id FROM ${STORE}.messages
          UNION ALL SELECT tool_arguments_id FROM ${STORE}.messages)`
      : '';
    await this.loader.run(`INSERT INTO ${STORE}.contents
      SELECT content_id, any_value(text) FROM ${this.stage('contents')}
      WHERE content_id NOT IN (SELECT content_id FROM ${STORE}.contents) ${used}
      GROUP BY content_id`);
  }

  /** A record that another file holds is not taken again; within one file, equal records are separate ones. */
  private async takeLogs(): Promise<number> {
    const stage = this.stage('logs');
    const same = ['time', 'severity', 'body', 'trace_id', 'span_id', 'service_name', 'attributes']
      .map((c) => `o.${c} IS NOT DISTINCT FROM s.${c}`)
      .join(' AND ');
    await this.insert('logs', `s WHERE NOT EXISTS (FROM ${STORE}.logs o WHERE ${same})`);
    return await this.loader.number(`SELECT count(*) FROM ${stage}`);
  }

  /** A key's first row stays, so that a later file does not undo an override; its calls already have their cost. */
  private async takePrices(): Promise<void> {
    await this.loader.run(`INSERT INTO ${STORE}.prices
      SELECT * FROM ${this.stage('prices')} WHERE price_key NOT IN (SELECT price_key FROM ${STORE}.prices)
      QUALIFY row_number() OVER (PARTITION BY price_key ORDER BY rowid) = 1`);
  }
}
