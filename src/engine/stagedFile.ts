/** One file on its way in: its batches in staging tables, then in the tables. */
import type { StoredBatch, StoredTableName } from '@spanbook/sdk/schema';
import { createTable } from './ddl.ts';
import type { FileLoad, LoadedFile } from './engine.ts';
import { identifier, raw, sql } from './sql.ts';

export const STORE = 'spanbook.store';
/** Where batches come in: not compressed, since they leave it soon. */
const STAGING = 'staging.main';
/** Condition of spans that stand for several. */
export const WEIGHTED = 'sample_weight <> 1';

/** Ids that name no span: all such spans are kept. */
const NAMED = (s: string) => `ltrim(${s}.trace_id, '0') <> '' AND ltrim(${s}.span_id, '0') <> ''`;

export interface Summary {
  readonly format: string;
  readonly bytes: number;
  readonly loadMs: number;
}

/** What a file asks of the loader. */
export interface Taker {
  /** A file that holds more than this, bytes of Arrow, is staged compressed. */
  readonly stagedBytes: number;
  run(statement: string): Promise<unknown>;
  /** One number, of a query that gives one. */
  number(query: string): Promise<number>;
  /** On the connection of the staging tables, beside what is being taken at the moment. */
  stage(statement: string): Promise<unknown>;
  insert(table: string, ipc: Uint8Array): Promise<void>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  commit(file: StagedFile, summary: Summary, staged: Promise<void>): Promise<LoadedFile>;
}

export class StagedFile implements FileLoad {
  private readonly staged = new Set<StoredTableName>();
  private over = false;
  /** Some of it is staged in the compressed database, since it is large. */
  private spilled = false;
  private inPlain = 0;
  private tail: Promise<unknown> = Promise.resolve();
  /** Of Arrow, in all. */
  bytes = 0;
  /** Some of its spans stand for several. */
  weighted = false;

  constructor(
    private readonly loader: Taker,
    readonly sourceFile: string,
    private readonly number: number,
    private readonly forget: () => void,
  ) {}

  append(batch: StoredBatch): Promise<void> {
    if (this.over) return Promise.reject(new Error(`${this.sourceFile}: the load is over`));
    const result = this.tail.then(() => this.stageBatch(batch));
    this.tail = result.catch(() => undefined);
    return result;
  }

  async commit(summary: Summary): Promise<LoadedFile> {
    if (this.over) throw new Error(`${this.sourceFile}: the load is over`);
    this.over = true;
    try {
      return await this.loader.commit(this, summary, this.allStaged());
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
    await this.tail;
    await this.dropStages();
  }

  /** Queries for the ids of the traces that it changes. */
  touching(): string[] {
    return this.staged.has('spans') ? [`SELECT DISTINCT trace_id FROM ${this.stage('spans')}`] : [];
  }

  private async allStaged(): Promise<void> {
    await this.tail;
    if (this.spilled) await this.loader.exclusive(() => this.spill());
  }

  private async stageBatch(batch: StoredBatch): Promise<void> {
    if (batch.rows === 0) return;
    const { loader } = this;
    if (!this.staged.has(batch.table)) {
      this.staged.add(batch.table);
      await loader.stage(createTable(batch.table, this.plain(batch.table)));
      if (this.spilled)
        await loader.exclusive(() => loader.run(createTable(batch.table, this.packed(batch.table))));
    }
    const size = batch.ipc.byteLength;
    await loader.insert(this.stageName(batch.table), batch.ipc);
    this.bytes += size;
    this.inPlain += size;
    if (this.inPlain > loader.stagedBytes) await loader.exclusive(() => this.spill());
  }

  /** What is staged so far goes into the compressed database. */
  private async spill(): Promise<void> {
    const { loader } = this;
    for (const table of this.staged) {
      if (!this.spilled) await loader.run(createTable(table, this.packed(table)));
      await loader.run(`INSERT INTO ${this.packed(table)} FROM ${this.plain(table)}`);
      await loader.run(`DROP TABLE ${this.plain(table)}`);
      await loader.run(createTable(table, this.plain(table)));
    }
    this.spilled = true;
    this.inPlain = 0;
    await loader.run('CHECKPOINT spanbook').catch(() => undefined);
  }

  private stageName(table: string): string {
    return `stage_${this.number}_${table}`;
  }

  private plain(table: string): string {
    return `${STAGING}.${this.stageName(table)}`;
  }

  private packed(table: string): string {
    return `${STORE}.${this.stageName(table)}`;
  }

  /** Where all of it is when it is taken. */
  private stage(table: string): string {
    return this.spilled ? this.packed(table) : this.plain(table);
  }

  private get dropped(): string {
    return `${STORE}.stage_${this.number}_dropped`;
  }

  private async dropStages(): Promise<void> {
    const tables = [...this.staged];
    this.staged.clear();
    const drop = (name: string) => `DROP TABLE IF EXISTS ${name}`;
    const plain = tables.map((t) => drop(this.plain(t)));
    const packed = this.spilled ? tables.map((t) => drop(this.packed(t))) : [];
    if (plain.length > 0) await this.loader.stage(plain.join(';'));
    await this.loader.exclusive(() => this.loader.run([...packed, drop(this.dropped)].join(';')));
  }

  /** Into the tables, but for what is derived from them. To be called in a transaction. */
  async take(summary: Summary): Promise<LoadedFile> {
    const { loader, sourceFile } = this;
    const counts = { spans: 0, duplicates: 0, logs: 0, rejects: 0 };
    if (this.staged.has('prices')) await this.takePrices();
    if (this.staged.has('spans')) {
      counts.spans = await loader.number(`SELECT count(*) FROM ${this.stage('spans')}`);
      const heavy = `SELECT count(*) FROM ${this.stage('spans')} WHERE ${WEIGHTED}`;
      this.weighted = (await loader.number(heavy)) > 0;
      counts.duplicates = await this.findDuplicates();
    }
    const kept = counts.duplicates === 0 ? '' : `WHERE span_key NOT IN (FROM ${this.dropped})`;
    if (this.staged.has('spans')) await this.insert('spans', kept);
    if (this.staged.has('messages')) await this.insert('messages', kept);
    if (this.staged.has('contents')) await this.takeContents(kept !== '');
    if (this.staged.has('logs')) counts.logs = await this.takeLogs();
    if (this.staged.has('rejects')) {
      await this.insert('rejects', '');
      counts.rejects = await loader.number(`SELECT count(*) FROM ${this.stage('rejects')}`);
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
    const { dropped } = this;
    await loader.run(`CREATE OR REPLACE TABLE ${dropped} AS
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
