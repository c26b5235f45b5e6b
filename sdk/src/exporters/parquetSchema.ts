import type { SchemaElement } from 'hyparquet-writer';
import type { Column } from '../../schema/index.ts';

type Repetition = 'REQUIRED' | 'OPTIONAL' | 'REPEATED';

const text = (name: string, repetition_type: Repetition): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type,
});
const timestamp = (name: string, repetition_type: Repetition): SchemaElement => ({
  name,
  type: 'INT64',
  converted_type: 'TIMESTAMP_MICROS',
  repetition_type,
});
const group = (name: string, repetition_type: Repetition, num_children: number): SchemaElement => ({
  name,
  repetition_type,
  num_children,
});
const map = (name: string, repetition_type: Repetition): SchemaElement[] => [
  { ...group(name, repetition_type, 1), converted_type: 'MAP' },
  group('key_value', 'REPEATED', 2),
  text('key', 'REQUIRED'),
  text('value', 'OPTIONAL'),
];
const list = (name: string, repetition_type: Repetition, element: SchemaElement[]): SchemaElement[] => [
  { ...group(name, repetition_type, 1), converted_type: 'LIST' },
  group('list', 'REPEATED', 1),
  ...element,
];

function elements({ name, type, nullable }: Column): SchemaElement[] {
  const repetition: Repetition = nullable ? 'OPTIONAL' : 'REQUIRED';
  switch (type) {
    case 'VARCHAR':
      return [text(name, repetition)];
    case 'BIGINT':
      return [{ name, type: 'INT64', repetition_type: repetition }];
    case 'INTEGER':
      return [{ name, type: 'INT32', repetition_type: repetition }];
    case 'DOUBLE':
      return [{ name, type: 'DOUBLE', repetition_type: repetition }];
    case 'BOOLEAN':
      return [{ name, type: 'BOOLEAN', repetition_type: repetition }];
    case 'TIMESTAMP':
      return [timestamp(name, repetition)];
    case 'VARCHAR[]':
      return list(name, repetition, [text('element', 'OPTIONAL')]);
    case 'MAP(VARCHAR, VARCHAR)':
      return map(name, repetition);
    case 'STRUCT(name VARCHAR, time TIMESTAMP, attributes MAP(VARCHAR, VARCHAR))[]':
      return list(name, repetition, [
        group('element', 'OPTIONAL', 3),
        text('name', 'OPTIONAL'),
        timestamp('time', 'OPTIONAL'),
        ...map('attributes', 'OPTIONAL'),
      ]);
    case 'STRUCT(trace_id VARCHAR, span_id VARCHAR)[]':
      return list(name, repetition, [
        group('element', 'OPTIONAL', 2),
        text('trace_id', 'OPTIONAL'),
        text('span_id', 'OPTIONAL'),
      ]);
    default:
      return unknownType(type);
  }
}

function unknownType(type: never): never {
  throw new Error(`no Parquet type for ${String(type)}`);
}

/** The Parquet schema of a list of columns; DuckDB reads it back as exactly their types. */
export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [{ name: 'root', num_children: columns.length }, ...columns.flatMap(elements)];
}
