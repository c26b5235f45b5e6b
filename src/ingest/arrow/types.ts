import type { Column, ColumnType } from '@spanbook/sdk/schema';
import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  Float64,
  Int32,
  Int64,
  List,
  Map_,
  Schema,
  Struct,
  Timestamp,
  TimeUnit,
  Utf8,
} from 'apache-arrow';

export const utf8 = new Utf8();
export const int64 = new Int64();
export const int32 = new Int32();
export const float64 = new Float64();
export const bool = new Bool();
/** No zone: every time is UTC, and the engine has no `icu`. */
export const timestamp = new Timestamp(TimeUnit.MICROSECOND, null);

export const entry = new Struct<{ key: Utf8; value: Utf8 }>([
  new Field('key', utf8, false),
  new Field('value', utf8, true),
]);
export const stringMap = new Map_<Utf8, Utf8>(new Field('entries', entry, false));
/** MAPs of which a batch holds few that differ. DuckDB checks each MAP for doubled keys: here, each once. */
export const stringMapDictionary = new Dictionary<Map_<Utf8, Utf8>, Int32>(stringMap, int32);
export const event = new Struct<{ name: Utf8; time: Timestamp; attributes: Map_<Utf8, Utf8> }>([
  new Field('name', utf8, true),
  new Field('time', timestamp, true),
  new Field('attributes', stringMap, true),
]);
export const eventList = new List(new Field('item', event, true));
export const link = new Struct<{ trace_id: Utf8; span_id: Utf8 }>([
  new Field('trace_id', utf8, true),
  new Field('span_id', utf8, true),
]);
export const linkList = new List(new Field('item', link, true));
const stringList = new List(new Field('item', utf8, true));

const TYPES: Record<ColumnType, DataType> = {
  VARCHAR: utf8,
  BIGINT: int64,
  INTEGER: int32,
  DOUBLE: float64,
  BOOLEAN: bool,
  TIMESTAMP: timestamp,
  'VARCHAR[]': stringList,
  'MAP(VARCHAR, VARCHAR)': stringMap,
  'STRUCT(name VARCHAR, time TIMESTAMP, attributes MAP(VARCHAR, VARCHAR))[]': eventList,
  'STRUCT(trace_id VARCHAR, span_id VARCHAR)[]': linkList,
};

/** The Arrow schema of a list of columns, in their order. */
export function arrowSchema(columns: readonly Column[]): Schema {
  return new Schema(columns.map((c) => new Field(c.name, TYPES[c.type], c.nullable)));
}
