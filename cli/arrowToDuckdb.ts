/**
 * Arrow batches into native DuckDB: its Node client reads no Arrow, so values go through data chunks. Only the types
 * of stored columns occur (sdk/schema).
 */
import {
  type DuckDBAppender,
  DuckDBDataChunk,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { type Data, DataType, TimeUnit, tableFromIPC, Vector } from 'apache-arrow';
import { must } from '../src/base/assert.ts';

/** Rows of a DuckDB data chunk. */
const CHUNK_ROWS = 2048;

/** Appends an Arrow IPC stream whose columns are the table's, in order. @returns its rows */
export function appendArrow(appender: DuckDBAppender, ipc: Uint8Array): number {
  const table = tableFromIPC(ipc);
  const types = Array.from({ length: appender.columnCount }, (_, i) => appender.columnType(i));
  if (types.length !== table.numCols)
    throw new Error(`A batch of ${table.numCols} columns for a table of ${types.length}`);
  for (const batch of table.batches) {
    const readers = batch.data.children.map(reader);
    for (let from = 0; from < batch.numRows; from += CHUNK_ROWS)
      appender.appendDataChunk(chunkOf(types, readers, from, Math.min(batch.numRows, from + CHUNK_ROWS)));
  }
  return table.numRows;
}

/** Gives the value at an index. */
type Reader = (index: number) => DuckDBValue;

function chunkOf(
  types: readonly DuckDBType[],
  readers: readonly Reader[],
  from: number,
  to: number,
): DuckDBDataChunk {
  const chunk = DuckDBDataChunk.create(types, to - from);
  readers.forEach((read, column) => {
    const values: DuckDBValue[] = [];
    for (let row = from; row < to; row++) values.push(read(row));
    chunk.setColumnValues(column, values);
  });
  return chunk;
}

function reader(data: Data): Reader {
  const read = validReader(data);
  return data.nullCount === 0 ? read : (index) => (data.getValid(index) ? read(index) : null);
}

function validReader(data: Data): Reader {
  const { type } = data;
  // Vector.get would round these to milliseconds.
  if (DataType.isTimestamp(type) && type.unit === TimeUnit.MICROSECOND) {
    const micros = data.values as BigInt64Array;
    return (index) => new DuckDBTimestampValue(must(micros[index], 'a time'));
  }
  if (DataType.isDictionary(type)) {
    const read = reader(must(data.dictionary?.data[0], 'a dictionary'));
    return (index) => read(must(data.values[index] as number | undefined, 'an index'));
  }
  if (DataType.isMap(type)) {
    const [key, value] = must(data.children[0], 'the entries of a map').children.map(reader);
    const [readKey, readValue] = [must(key, 'keys'), must(value, 'values')];
    return (index) =>
      new DuckDBMapValue(
        indices(data.valueOffsets, index).map((i) => ({ key: readKey(i), value: readValue(i) })),
      );
  }
  if (DataType.isList(type)) {
    const read = reader(must(data.children[0], 'the items of a list'));
    return (index) => new DuckDBListValue(indices(data.valueOffsets, index).map(read));
  }
  if (DataType.isStruct(type)) {
    const fields = type.children.map(
      (field, i) => [field.name, reader(must(data.children[i], field.name))] as const,
    );
    return (index) =>
      new DuckDBStructValue(Object.fromEntries(fields.map(([name, read]) => [name, read(index)])));
  }
  if (!isPlain(type)) throw new Error(`No stored column has the Arrow type ${type}`);
  const vector = new Vector([data]);
  return (index) => vector.get(index) as DuckDBValue;
}

/** Types whose JavaScript value is the same in both libraries. */
function isPlain(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
}

function indices(offsets: Int32Array, index: number): number[] {
  const from = must(offsets[index], 'an offset');
  return Array.from({ length: must(offsets[index + 1], 'an offset') - from }, (_, i) => from + i);
}
