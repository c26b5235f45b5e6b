/** Arrow results of DuckDB-WASM (opened with `arrowLosslessConversion`) as the engine's values, one at a time. */
import {
  type Data,
  type DataType,
  type Decimal,
  type Dictionary,
  type Field,
  type FixedSizeBinary,
  type FixedSizeList,
  type Schema,
  type Struct,
  type Time,
  type Timestamp,
  TimeUnit,
  Type,
  tableFromIPC,
  type Union,
} from 'apache-arrow';
import type { ResultColumn, ResultTable, Value } from './engine.ts';

type Get = (data: Data, index: number) => Value;

const isNull = (data: Data, i: number): boolean => {
  const bitmap = data.nullBitmap;
  if (data.nullCount === 0 || bitmap === undefined || bitmap.byteLength === 0) return false;
  const at = data.offset + i;
  return ((bitmap[at >> 3] ?? 0) & (1 << (at & 7))) === 0;
};

const nullable =
  (get: Get): Get =>
  (data, i) =>
    isNull(data, i) ? null : get(data, i);
const pad = (n: number | bigint, width: number) => String(n).padStart(width, '0');
const utf8 = new TextDecoder();

/** DuckDB marks types that Arrow lacks by an extension name and, for its own, a `type_name`. */
function extension(field: Field): string | undefined {
  const name = field.metadata.get('ARROW:extension:name');
  if (name !== 'arrow.opaque') return name;
  return /"type_name":"([^"]+)"/.exec(field.metadata.get('ARROW:extension:metadata') ?? '')?.[1];
}

/** Little-endian bytes as an integer. */
function integer(bytes: Uint8Array, signed: boolean): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return signed ? BigInt.asIntN(bytes.length * 8, value) : value;
}

function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const digits = pad(unscaled < 0n ? -unscaled : unscaled, scale + 1);
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function timeText(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const fraction = micros % 1_000_000n;
  const clock = `${pad(seconds / 3600n, 2)}:${pad((seconds / 60n) % 60n, 2)}:${pad(seconds % 60n, 2)}`;
  return fraction === 0n ? clock : `${clock}.${pad(fraction, 6).replace(/0+$/, '')}`;
}

/** As DuckDB prints it: `1 year 2 months 3 days 04:05:06.7`. */
function intervalText(months: number, days: number, nanos: bigint): string {
  const parts: string[] = [];
  const add = (n: number, unit: string) => {
    if (n !== 0) parts.push(`${n} ${unit}${Math.abs(n) === 1 ? '' : 's'}`);
  };
  add(Math.trunc(months / 12), 'year');
  add(months % 12, 'month');
  add(days, 'day');
  const micros = nanos / 1000n;
  if (micros !== 0n || parts.length === 0)
    parts.push(`${micros < 0n ? '-' : ''}${timeText(micros < 0n ? -micros : micros)}`);
  return parts.join(' ');
}

function dateText(days: number): string {
  // DuckDB's infinities are the ends of the 32-bit range.
  if (days === 2147483647) return 'infinity';
  if (days === -2147483647) return '-infinity';
  const date = new Date(days * 86_400_000);
  if (Number.isNaN(date.getTime())) return `${days} days since 1970-01-01`;
  const year = date.getUTCFullYear();
  const monthDay = `${pad(date.getUTCMonth() + 1, 2)}-${pad(date.getUTCDate(), 2)}`;
  return year > 0 ? `${pad(year, 4)}-${monthDay}` : `${pad(1 - year, 4)}-${monthDay} (BC)`;
}

function uuidText(bytes: Uint8Array): string {
  const hex = [...bytes].map((b) => pad(b.toString(16) as unknown as number, 2)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** First byte: unused leading bits of the second; then the bits. */
function bitText(bytes: Uint8Array): string {
  const bits = [...bytes.subarray(1)].map((b) => b.toString(2).padStart(8, '0')).join('');
  return bits.slice(bytes[0] ?? 0);
}

/** 40 bits of microseconds, 24 bits of offset counted down from +15:59:59. */
function timeTzText(bytes: Uint8Array): string {
  const packed = integer(bytes, false);
  const offset = 57_599 - Number(packed & 0xffffffn);
  const minutes = Math.trunc(Math.abs(offset) / 60);
  const zone = `${offset < 0 ? '-' : '+'}${pad(Math.trunc(minutes / 60), 2)}`;
  return `${timeText(packed >> 24n)}${zone}${minutes % 60 === 0 ? '' : `:${pad(minutes % 60, 2)}`}`;
}

/** Three bytes of length and sign (inverted when negative), then the magnitude, big-endian. */
function bignumText(bytes: Uint8Array): string {
  const negative = ((bytes[0] ?? 0x80) & 0x80) === 0;
  let value = 0n;
  for (const byte of bytes.subarray(3)) value = (value << 8n) | BigInt(negative ? byte ^ 0xff : byte);
  return `${negative ? -value : value}`;
}

const slice = (data: Data, i: number): Uint8Array => {
  const from = data.valueOffsets[i] ?? 0;
  return (data.values as Uint8Array).subarray(from, data.valueOffsets[i + 1] ?? from);
};
const fixed = (data: Data, i: number): Uint8Array => {
  const width = (data.type as FixedSizeBinary).byteWidth;
  return (data.values as Uint8Array).subarray(i * width, (i + 1) * width);
};

/**
 * DuckDB-WASM 1.32 announces booleans as bytes (`arrow.bool8`) but sends them bit-packed all the same: both are read as
 * bits. A test holds this, for the version that mends it.
 */
const bit: Get = (data, i) => {
  const at = data.offset + i;
  return (((data.values as Int8Array | Uint8Array)[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
};

/** Unscaled digits of a decimal: arrow-js keeps them as 32-bit words. */
function decimalValue(data: Data, i: number): bigint {
  const words = (data.type as Decimal).bitWidth / 32;
  const values = data.values as Uint32Array;
  let value = 0n;
  for (let w = words - 1; w >= 0; w--) value = (value << 32n) | BigInt(values[i * words + w] ?? 0);
  return BigInt.asIntN(words * 32, value);
}

const child = (data: Data, i: number): Data => {
  const found = data.children[i];
  if (found === undefined) throw new Error('Arrow data without its child');
  return found;
};

const range = (data: Data, from: number, to: number, get: Get): Value[] => {
  const out: Value[] = [];
  for (let i = from; i < to; i++) out.push(get(data, i));
  return out;
};

/** Epoch milliseconds with the microseconds as fraction. */
function timestampValue(type: Timestamp): Get {
  return (data, i) => {
    const at = (data.values as BigInt64Array)[i] ?? 0n;
    if (type.unit === TimeUnit.NANOSECOND) return at;
    if (at === 9223372036854775807n) return Number.POSITIVE_INFINITY;
    if (at === -9223372036854775807n) return Number.NEGATIVE_INFINITY;
    if (type.unit === TimeUnit.SECOND) return Number(at) * 1000;
    if (type.unit === TimeUnit.MILLISECOND) return Number(at);
    return Number(at / 1000n) + Number(at % 1000n) / 1000;
  };
}

function timeValue(type: Time): Get {
  const toMicros = (v: bigint) =>
    type.unit === TimeUnit.NANOSECOND ? v / 1000n : type.unit === TimeUnit.MICROSECOND ? v : v * 1000n;
  return (data, i) => timeText(toMicros(BigInt((data.values as BigInt64Array | Int32Array)[i] ?? 0)));
}

function extensionDecoder(name: string, binary: Get): { type: string; get: Get } | undefined {
  const on = (type: string, make: (bytes: Uint8Array) => Value) => ({
    type,
    get: (data: Data, i: number) => make(binary(data, i) as Uint8Array),
  });
  switch (name) {
    case 'hugeint':
      return on('HUGEINT', (b) => integer(b, true));
    case 'uhugeint':
      return on('UHUGEINT', (b) => integer(b, false));
    case 'arrow.uuid':
      return on('UUID', uuidText);
    case 'bit':
      return on('BIT', bitText);
    case 'time_tz':
      return on('TIMETZ', timeTzText);
    case 'bignum':
      return on('BIGNUM', bignumText);
    default:
      return undefined;
  }
}

interface Decoder {
  readonly type: string;
  readonly get: Get;
}

/** DuckDB's type name of an Arrow field, and how its values are read. */
export function decoder(field: Field): Decoder {
  const found = plainDecoder(field);
  // A union has no nulls of its own.
  return field.type.typeId === Type.Union ? found : { type: found.type, get: nullable(found.get) };
}

function plainDecoder(field: Field): Decoder {
  const type: DataType = field.type;
  const marked = extension(field);
  const values = (data: Data, i: number): Value => (data.values as ArrayLike<number | bigint>)[i] ?? null;
  switch (type.typeId) {
    case Type.Null:
      return { type: '"NULL"', get: () => null };
    case Type.Bool:
      return { type: 'BOOLEAN', get: bit };
    case Type.Int: {
      if (marked === 'arrow.bool8') return { type: 'BOOLEAN', get: bit };
      const int = type as DataType & { bitWidth: 8 | 16 | 32 | 64; isSigned: boolean };
      const name = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' }[int.bitWidth];
      return { type: int.isSigned ? name : `U${name}`, get: values };
    }
    case Type.Float:
      return {
        type: (type as DataType & { precision: number }).precision === 2 ? 'DOUBLE' : 'FLOAT',
        get: values,
      };
    case Type.Decimal: {
      const { precision, scale } = type as Decimal;
      return {
        type: `DECIMAL(${precision},${scale})`,
        get: (data, i) => decimalText(decimalValue(data, i), scale),
      };
    }
    case Type.Utf8:
    case Type.LargeUtf8:
      return { type: 'VARCHAR', get: (data, i) => utf8.decode(slice(data, i)) };
    case Type.Binary:
    case Type.LargeBinary: {
      const special = marked === undefined ? undefined : extensionDecoder(marked, slice as Get);
      return special ?? { type: 'BLOB', get: (data, i) => slice(data, i).slice() };
    }
    case Type.FixedSizeBinary: {
      const special = marked === undefined ? undefined : extensionDecoder(marked, fixed as Get);
      return special ?? { type: 'BLOB', get: (data, i) => fixed(data, i).slice() };
    }
    case Type.Date:
      return { type: 'DATE', get: (data, i) => dateText((data.values as Int32Array)[i] ?? 0) };
    case Type.Time:
      return { type: 'TIME', get: timeValue(type as Time) };
    case Type.Timestamp: {
      const { unit, timezone } = type as Timestamp;
      const name = timezone ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
      const suffix = { [TimeUnit.SECOND]: '_S', [TimeUnit.MILLISECOND]: '_MS', [TimeUnit.NANOSECOND]: '_NS' };
      return {
        type: unit === TimeUnit.MICROSECOND ? name : `TIMESTAMP${suffix[unit]}`,
        get: timestampValue(type as Timestamp),
      };
    }
    case Type.Interval:
      // Arrow's MONTH_DAY_NANO; arrow-js 17 reads only its first half, so the bytes are read here.
      return {
        type: 'INTERVAL',
        get: (data, i) => {
          const v = data.values as Int32Array;
          const nanos = (BigInt(v[i * 4 + 3] ?? 0) << 32n) | BigInt((v[i * 4 + 2] ?? 0) >>> 0);
          return intervalText(v[i * 4] ?? 0, v[i * 4 + 1] ?? 0, nanos);
        },
      };
    case Type.List: {
      const item = childDecoder(type, 0);
      return {
        type: `${item.type}[]`,
        get: (data, i) =>
          range(child(data, 0), data.valueOffsets[i] ?? 0, data.valueOffsets[i + 1] ?? 0, item.get),
      };
    }
    case Type.FixedSizeList: {
      const size = (type as FixedSizeList).listSize;
      const item = childDecoder(type, 0);
      return {
        type: `${item.type}[${size}]`,
        get: (data, i) => range(child(data, 0), i * size, (i + 1) * size, item.get),
      };
    }
    case Type.Struct: {
      const fields = (type as Struct).children.map((f) => ({ name: f.name, ...decoder(f) }));
      return {
        type: `STRUCT(${fields.map((f) => `${quoteName(f.name)} ${f.type}`).join(', ')})`,
        get: (data, i) => Object.fromEntries(fields.map((f, k) => [f.name, f.get(child(data, k), i)])),
      };
    }
    case Type.Map: {
      const entry = type.children[0] as Field<Struct>;
      const key = mapChild(entry.type, 0);
      const value = mapChild(entry.type, 1);
      return {
        type: `MAP(${key.type}, ${value.type})`,
        get: (data, i) => {
          const entries = child(data, 0);
          const map = new Map<string, Value>();
          for (let k = data.valueOffsets[i] ?? 0; k < (data.valueOffsets[i + 1] ?? 0); k++)
            map.set(String(key.get(child(entries, 0), k)), value.get(child(entries, 1), k));
          return map;
        },
      };
    }
    case Type.Dictionary:
      return {
        type: 'ENUM',
        get: (data, i) => {
          const index = (data.values as ArrayLike<number>)[i] ?? 0;
          return (data.dictionary?.get(index) as string | null | undefined) ?? null;
        },
      };
    case Type.Union: {
      const members = (type as Union).children.map((f) => ({ name: f.name, ...decoder(f) }));
      return {
        type: `UNION(${members.map((m) => `${quoteName(m.name)} ${m.type}`).join(', ')})`,
        get: (data, i) => {
          const member = (type as Union).typeIdToChildIndex[data.typeIds[i] ?? 0] ?? 0;
          return members[member]?.get(child(data, member), i) ?? null;
        },
      };
    }
    default:
      return { type: String(type), get: () => `(${String(type)})` };
  }
}

const quoteName = (name: string) =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

function childDecoder(type: DataType, index: number): Decoder {
  const field = (type.children as Field[])[index];
  if (field === undefined) throw new Error(`Arrow ${String(type)} without its child`);
  return decoder(field);
}

/**
 * Keys and values of a MAP come without the marks of their types (Arrow C++ drops them), so bytes are taken for what is
 * usual there: BOOLEAN before TINYINT, HUGEINT (a sum) before UUID.
 */
function mapChild(type: DataType, index: number): Decoder {
  const field = (type.children as Field[])[index];
  const inner = field?.type as DataType & { bitWidth?: number; isSigned?: boolean; byteWidth?: number };
  if (inner.typeId === Type.Int && inner.bitWidth === 8 && inner.isSigned && field?.metadata.size === 0)
    return { type: 'BOOLEAN', get: nullable(bit) };
  if (inner.typeId === Type.FixedSizeBinary && inner.byteWidth === 16 && field?.metadata.size === 0) {
    const huge = extensionDecoder('hugeint', fixed as Get);
    if (huge !== undefined) return { type: huge.type, get: nullable(huge.get) };
  }
  return childDecoder(type, index);
}

/** Whether a value of an ENUM occurs: DuckDB-WASM's stream leaves their dictionaries out. */
export function hasDictionary(schema: Schema): boolean {
  const within = (type: DataType): boolean =>
    type.typeId === Type.Dictionary || ((type.children ?? []) as Field[]).some((f) => within(f.type));
  return schema.fields.some((f) => within(f.type as Dictionary | DataType));
}

/** A table over Arrow IPC: a stream in pieces, or a file in one. */
export function decodeIpc(parts: readonly Uint8Array[]): { table: ResultTable; schema: Schema } {
  const { batches, schema } = tableFromIPC(parts.length === 1 ? parts[0] : parts);
  const decoders = schema.fields.map(decoder);
  const columns: ResultColumn[] = schema.fields.map((f, i) => ({
    name: f.name,
    type: decoders[i]?.type ?? 'VARCHAR',
  }));
  const starts = [0];
  for (const batch of batches) starts.push((starts.at(-1) ?? 0) + batch.numRows);
  const numRows = starts.at(-1) ?? 0;
  let current = 0;
  const chunkOf = (row: number): number => {
    if (row >= (starts[current] ?? 0) && row < (starts[current + 1] ?? 0)) return current;
    let low = 0;
    let high = batches.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    current = low;
    return low;
  };
  const value = (row: number, column: number): Value => {
    if (row < 0 || row >= numRows) throw new RangeError(`row ${row} of ${numRows}`);
    const get = decoders[column]?.get;
    if (get === undefined) throw new RangeError(`column ${column} of ${columns.length}`);
    const chunk = chunkOf(row);
    const data = batches[chunk]?.data.children[column];
    return data === undefined ? null : get(data, row - (starts[chunk] ?? 0));
  };
  const row = (at: number): Record<string, Value> =>
    Object.fromEntries(columns.map((c, i) => [c.name, value(at, i)]));
  return { table: { columns, numRows, value, row }, schema };
}
