import { type Column, STORED_TABLES, type StoredTableName } from '@spanbook/sdk/schema';

const columnSql = (c: Column) => `"${c.name}" ${c.type}${c.nullable ? '' : ' NOT NULL'}`;

/**
 * CREATE TABLE of a stored table, or of a staging table with its columns.
 * @param name as it stands in SQL, with its catalog and schema
 */
export function createTable(table: StoredTableName, name = `spanbook.store."${table}"`): string {
  return `CREATE TABLE ${name} (${STORED_TABLES[table].map(columnSql).join(', ')})`;
}

export const STORED_TABLE_NAMES = Object.keys(STORED_TABLES) as StoredTableName[];

/** What the engine derives from the stored spans at each load; never filled by ingest. */
export const DERIVED_TABLES: readonly string[] = [
  `CREATE TABLE spanbook.store.fallbacks (trace_id VARCHAR NOT NULL, span_key BIGINT NOT NULL)`,
  `CREATE TABLE spanbook.store.traces (
    trace_id VARCHAR NOT NULL, name VARCHAR, service_name VARCHAR, start_time TIMESTAMP NOT NULL, end_time TIMESTAMP,
    start_ns BIGINT NOT NULL, duration_ns BIGINT, status VARCHAR NOT NULL,
    span_count BIGINT NOT NULL, call_count BIGINT NOT NULL, error_count BIGINT NOT NULL,
    services VARCHAR[] NOT NULL, models VARCHAR[] NOT NULL,
    input_tokens BIGINT, output_tokens BIGINT, total_tokens BIGINT, cache_read_tokens BIGINT, cache_write_tokens BIGINT,
    reasoning_tokens BIGINT, cost_usd DOUBLE, unpriced_count BIGINT NOT NULL,
    session_id VARCHAR, user_id VARCHAR, input VARCHAR, output VARCHAR,
    metadata MAP(VARCHAR, VARCHAR) NOT NULL, sample_weight DOUBLE NOT NULL)`,
];

/** Every statement that makes the empty tables, after `ATTACH ':memory:' AS spanbook`. */
export const TABLES: readonly string[] = [
  'CREATE SCHEMA spanbook.store',
  ...STORED_TABLE_NAMES.map((table) => createTable(table)),
  ...DERIVED_TABLES,
];
