/**
 * The one description of a column. The wire record, the Arrow schema, the DuckDB DDL and
 * docs/tables.md all follow from lists of these (see tables.ts).
 */

/** DuckDB type names; the set is closed so that every reader and writer can switch over it exhaustively. */
export type ColumnType =
  | 'VARCHAR'
  | 'BIGINT'
  | 'INTEGER'
  | 'DOUBLE'
  | 'BOOLEAN'
  | 'TIMESTAMP'
  | 'VARCHAR[]'
  | 'MAP(VARCHAR, VARCHAR)'
  | 'STRUCT(name VARCHAR, time TIMESTAMP, attributes MAP(VARCHAR, VARCHAR))[]'
  | 'STRUCT(trace_id VARCHAR, span_id VARCHAR)[]';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** What the number counts: `ms`, `ns`, `token`, `USD`, `USD per million tokens`, `byte`. */
  readonly unit?: string;
  readonly meaning: string;
}

interface Extra {
  nullable?: boolean;
  unit?: string;
}

/** A column that may be NULL unless said otherwise. */
export function column(name: string, type: ColumnType, meaning: string, extra: Extra = {}): Column {
  const base = { name, type, nullable: extra.nullable ?? true, meaning };
  return extra.unit === undefined ? base : { ...base, unit: extra.unit };
}

export const MAP = 'MAP(VARCHAR, VARCHAR)' as const;
export const EVENTS = 'STRUCT(name VARCHAR, time TIMESTAMP, attributes MAP(VARCHAR, VARCHAR))[]' as const;
export const LINKS = 'STRUCT(trace_id VARCHAR, span_id VARCHAR)[]' as const;
