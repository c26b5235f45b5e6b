/** Rows as plain objects into Arrow batches, and an engine to put them in. */
import { STORED_TABLES, type StoredBatch, type StoredTableName } from '@spanbook/sdk/schema';
import { type DataType, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Connection, Engine, LoadedFile, Value } from '../../src/engine/engine.ts';
import { arrowSchema } from '../../src/ingest/arrow/types.ts';

export type Row = Readonly<Record<string, unknown>>;

/** 2026-11-24T09:00:00Z. */
export const T0 = Date.UTC(2026, 10, 24, 9);

const EMPTY: Readonly<Record<string, unknown>> = {
  attributes: new Map(),
  resource: new Map(),
  events: [],
  links: [],
  sample_weight: 1,
  name: 'span',
  kind: 'INTERNAL',
  status: 'UNSET',
  source_file: '',
  tier: 0n,
  source: 'genai-prices',
};

export function batch(table: StoredTableName, rows: readonly Row[]): StoredBatch {
  const schema = arrowSchema(STORED_TABLES[table]);
  const columns = STORED_TABLES[table].map((column, i) => {
    const values = rows.map((row) => {
      const value = row[column.name] ?? (column.nullable ? null : EMPTY[column.name]);
      if (value === undefined) throw new Error(`${table}.${column.name} is missing`);
      return column.type === 'BIGINT' && typeof value === 'number' ? BigInt(value) : value;
    });
    const type = schema.fields[i]?.type as DataType;
    return [column.name, vectorFromArray(values as never[], type)] as const;
  });
  const vectors = Object.fromEntries(columns);
  return { table, rows: rows.length, ipc: tableToIPC(new Table(schema, vectors as never), 'stream') };
}

let spanKey = 0n;

/** A finished span; `at` and `ms` give its times. Each call is a span of its own, with its own key. */
export function span(
  row: Row & {
    readonly trace_id: string;
    readonly span_id: string;
    readonly at?: number;
    readonly ms?: number | null;
  },
): Row & { readonly span_key: bigint } {
  const start = T0 + (row.at ?? 0);
  const ms = row.ms === undefined ? 100 : row.ms;
  return {
    service_name: 'chatbot',
    start_time: start,
    end_time: ms === null ? null : start + ms,
    start_ns: BigInt(start) * 1_000_000n,
    duration_ns: ms === null ? null : BigInt(Math.round(ms * 1e6)),
    span_key: ++spanKey,
    ...row,
  };
}

/** A call with usage. */
export const call = (row: Parameters<typeof span>[0]) =>
  span({
    kind: 'LLM',
    role: 'call',
    provider: 'openai',
    model: 'gpt-4o-mini',
    price_key: 'openai/gpt-4o-mini',
    input_tokens: 1000,
    output_tokens: 100,
    total_tokens: 1100,
    ...row,
  });

export const PRICES: readonly Row[] = [
  {
    price_key: 'openai/gpt-4o-mini',
    provider: 'openai',
    model: 'gpt-4o-mini',
    input: 0.15,
    cache_read: 0.075,
    output: 0.6,
  },
];

export async function load(
  engine: Engine,
  name: string,
  tables: Partial<Record<StoredTableName, readonly Row[]>>,
): Promise<LoadedFile> {
  const file = await engine.beginFile(name);
  for (const [table, rows] of Object.entries(tables))
    await file.append(batch(table as StoredTableName, rows));
  return await file.commit({ format: 'spanbook-ndjson', bytes: 1, loadMs: 1 });
}

/** Every row as a list of values. */
export async function all(connection: Connection, sql: string): Promise<Value[][]> {
  const table = await connection.query(sql);
  return Array.from({ length: table.numRows }, (_, r) => table.columns.map((_c, c) => table.value(r, c)));
}

export async function one(connection: Connection, sql: string): Promise<Record<string, Value>> {
  const table = await connection.query(sql);
  if (table.numRows !== 1) throw new Error(`${table.numRows} rows: ${sql}`);
  return table.row(0);
}

export async function start(schema = 'nb1'): Promise<{ engine: Engine; connection: Connection }> {
  const engine = await createNodeEngine();
  return { engine, connection: await engine.connect(schema) };
}
