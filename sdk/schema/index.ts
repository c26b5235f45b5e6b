export { type Column, type ColumnType, column, EVENTS, LINKS, MAP } from './columns.ts';
export {
  ROLES,
  type Role,
  SEVERITIES,
  type Severity,
  SPAN_KINDS,
  type SpanKind,
  STATUSES,
  type Status,
} from './kinds.ts';
export { type AttributeValue, LogRecord, SpanRecord } from './record.ts';
export {
  SCHEMA_VERSION,
  SPAN_COLUMNS,
  STORED_TABLES,
  type StoredBatch,
  type StoredTableName,
} from './tables.ts';
