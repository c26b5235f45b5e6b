/**
 * Growing columns that end as Arrow data. Values go straight into the buffers that Arrow ships: apache-arrow's own
 * builders cost several times as much per value.
 */
import { type Data, type DataType, makeData, Vector } from 'apache-arrow';
import type { Time } from '../time.ts';
import {
  bool,
  entry,
  event,
  eventList,
  float64,
  int32,
  int64,
  link,
  linkList,
  stringMap,
  stringMapDictionary,
  timestamp,
  utf8,
} from './types.ts';

const encoder = new TextEncoder();
const TWO_32 = 4_294_967_296;

export interface ArrowColumn {
  readonly length: number;
  finish(): Data<DataType>;
}

/** Which rows hold a value. A NULL costs nothing but the count: most columns of most spans are NULL. */
class Validity {
  length = 0;
  nulls = 0;
  private bits = new Uint8Array(256);

  null(): void {
    this.length++;
    this.nulls++;
  }

  valid(): void {
    const i = this.length++;
    const byte = i >> 3;
    if (byte >= this.bits.length) this.grow(byte);
    this.bits[byte] = (this.bits[byte] ?? 0) | (1 << (i & 7));
  }

  private grow(byte: number): void {
    const grown = new Uint8Array(Math.max(this.bits.length * 2, byte + 1));
    grown.set(this.bits);
    this.bits = grown;
  }

  has(i: number): boolean {
    return ((this.bits[i >> 3] ?? 0) & (1 << (i & 7))) !== 0;
  }

  /** Arrow's bitmap; undefined where every row holds a value. */
  bitmap(): Uint8Array | undefined {
    if (this.nulls === 0) return undefined;
    const bytes = (this.length + 7) >> 3;
    if (this.bits.length < bytes) this.grow(bytes - 1);
    return this.bits.slice(0, bytes);
  }
}

/** Byte offsets of the strings in their joined UTF-8 text, by walking it once. Undefined if a string ends in mid-character. */
function walkOffsets(values: readonly string[], data: Uint8Array): Int32Array | undefined {
  const offsets = new Int32Array(values.length + 1);
  let p = 0;
  for (let i = 0; i < values.length; i++) {
    let units = (values[i] ?? '').length;
    while (units > 0) {
      const lead = data[p] ?? 0;
      if (lead < 0x80) p += 1;
      else if (lead < 0xe0) p += 2;
      else if (lead < 0xf0) p += 3;
      else {
        p += 4;
        units--;
      }
      units--;
    }
    if (units < 0) return undefined;
    offsets[i + 1] = p;
  }
  return p === data.length ? offsets : undefined;
}

function encodeAll(values: readonly string[]): { data: Uint8Array; offsets: Int32Array } {
  const offsets = new Int32Array(values.length + 1);
  let units = 0;
  for (let i = 0; i < values.length; i++) {
    units += (values[i] ?? '').length;
    offsets[i + 1] = units;
  }
  const data = encoder.encode(values.join(''));
  if (data.length === units) return { data, offsets };
  const walked = walkOffsets(values, data);
  if (walked !== undefined) return { data, offsets: walked };
  // Halves of a surrogate pair in neighbouring strings: encode one by one.
  const parts = values.map((v) => encoder.encode(v));
  let p = 0;
  for (let i = 0; i < parts.length; i++) {
    p += parts[i]?.length ?? 0;
    offsets[i + 1] = p;
  }
  const joined = new Uint8Array(p);
  for (let i = 0; i < parts.length; i++) joined.set(parts[i] ?? [], offsets[i]);
  return { data: joined, offsets };
}

export class Utf8Column implements ArrowColumn {
  /** Of the rows that hold one. */
  private readonly values: string[] = [];
  private readonly validity = new Validity();

  get length(): number {
    return this.validity.length;
  }

  push(value: string | null): void {
    if (value === null) this.validity.null();
    else {
      this.validity.valid();
      this.values.push(value);
    }
  }

  finish(): Data<DataType> {
    const { data, offsets } = encodeAll(this.values);
    return makeData({
      type: utf8,
      length: this.length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.bitmap(),
      valueOffsets: this.validity.nulls === 0 ? offsets : this.spread(offsets),
      data,
    });
  }

  /** A NULL is as long as nothing. */
  private spread(offsets: Int32Array): Int32Array {
    const spread = new Int32Array(this.length + 1);
    for (let i = 0, k = 0; i < this.length; i++) {
      if (this.validity.has(i)) k++;
      spread[i + 1] = offsets[k] ?? 0;
    }
    return spread;
  }
}

/** BIGINT and TIMESTAMP: written as two 32-bit words, so that most values need no BigInt. */
export class Int64Column implements ArrowColumn {
  private words = new Int32Array(2048);
  private bigs = new BigInt64Array(this.words.buffer);
  private readonly validity = new Validity();

  constructor(private readonly type: typeof int64 | typeof timestamp = int64) {}

  get length(): number {
    return this.validity.length;
  }

  /** Index of a new value. */
  private next(): number {
    const i = this.validity.length;
    this.validity.valid();
    this.reserve(i + 1);
    return i;
  }

  private reserve(rows: number): void {
    if (rows <= this.bigs.length) return;
    const grown = new Int32Array(2 * Math.max(rows, this.bigs.length * 2));
    grown.set(this.words);
    this.words = grown;
    this.bigs = new BigInt64Array(grown.buffer);
  }

  /** A whole number up to 2^53. */
  push(value: number | null): void {
    if (value === null) {
      this.validity.null();
      return;
    }
    const i = this.next();
    const high = Math.floor(value / TWO_32);
    this.words[2 * i] = value - high * TWO_32;
    this.words[2 * i + 1] = high;
  }

  /** Wraps to 64 bits. */
  pushBig(value: bigint | null): void {
    if (value === null) {
      this.validity.null();
      return;
    }
    // First the place, which may be in a new buffer.
    const i = this.next();
    this.bigs[i] = value;
  }

  /** Nanoseconds since 1970, exact. */
  pushNanoseconds(time: Time): void {
    const i = this.next();
    const high = Math.floor(time.us / TWO_32);
    const low = (time.us - high * TWO_32) * 1000 + time.ns;
    const carry = Math.floor(low / TWO_32);
    this.words[2 * i] = low - carry * TWO_32;
    this.words[2 * i + 1] = high * 1000 + carry;
  }

  finish(): Data<DataType> {
    this.reserve(this.length);
    return makeData({
      type: this.type as typeof int64,
      length: this.length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.bitmap(),
      data: this.bigs.slice(0, this.length),
    });
  }
}

export const timestampColumn = () => new Int64Column(timestamp);

export class Float64Column implements ArrowColumn {
  private values = new Float64Array(256);
  private readonly validity = new Validity();

  get length(): number {
    return this.validity.length;
  }

  private reserve(rows: number): void {
    if (rows <= this.values.length) return;
    const grown = new Float64Array(Math.max(rows, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
  }

  push(value: number | null): void {
    if (value === null) {
      this.validity.null();
      return;
    }
    const i = this.length;
    this.validity.valid();
    this.reserve(i + 1);
    this.values[i] = value;
  }

  finish(): Data<DataType> {
    this.reserve(this.length);
    return makeData({
      type: float64,
      length: this.length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.bitmap(),
      data: this.values.slice(0, this.length),
    });
  }
}

export class Int32Column implements ArrowColumn {
  private readonly values: number[] = [];

  get length(): number {
    return this.values.length;
  }

  push(value: number): void {
    this.values.push(value);
  }

  finish(): Data<DataType> {
    return makeData({
      type: int32,
      length: this.values.length,
      nullCount: 0,
      data: Int32Array.from(this.values),
    });
  }
}

export class BooleanColumn implements ArrowColumn {
  private readonly trues: number[] = [];
  private readonly validity = new Validity();

  get length(): number {
    return this.validity.length;
  }

  push(value: boolean | null): void {
    if (value === null) {
      this.validity.null();
      return;
    }
    if (value) this.trues.push(this.length);
    this.validity.valid();
  }

  finish(): Data<DataType> {
    const bits = new Uint8Array((this.length + 7) >> 3);
    for (const i of this.trues) bits[i >> 3] = (bits[i >> 3] ?? 0) | (1 << (i & 7));
    return makeData({
      type: bool,
      length: this.length,
      nullCount: this.validity.nulls,
      nullBitmap: this.validity.bitmap(),
      data: bits,
    });
  }
}

/** Add entries with `add`, then end the row. */
export class MapColumn implements ArrowColumn {
  private readonly keys = new Utf8Column();
  private readonly values = new Utf8Column();
  private readonly offsets: number[] = [0];

  get length(): number {
    return this.offsets.length - 1;
  }

  add(key: string, value: string): void {
    this.keys.push(key);
    this.values.push(value);
  }

  endRow(): void {
    this.offsets.push(this.keys.length);
  }

  finish(): Data<DataType> {
    return makeData({
      type: stringMap,
      length: this.length,
      nullCount: 0,
      valueOffsets: Int32Array.from(this.offsets),
      child: makeData({
        type: entry,
        length: this.keys.length,
        nullCount: 0,
        children: [this.keys.finish(), this.values.finish()],
      }),
    }) as Data<DataType>;
  }
}

/** As MapColumn, for maps that recur: each stands once in the batch. */
export class MapDictionaryColumn implements ArrowColumn {
  private readonly maps = new MapColumn();
  private readonly known = new Map<string, number>();
  private readonly rows: number[] = [];
  private entries: string[] = [];
  /** Entries of the row before, which most rows repeat. */
  private before: string[] | undefined;
  private at = 0;

  get length(): number {
    return this.rows.length;
  }

  add(key: string, value: string): void {
    this.entries.push(key, value);
  }

  endRow(): void {
    const { entries, before } = this;
    if (before?.length !== entries.length || !entries.every((text, i) => text === before[i])) {
      this.at = this.indexOf(entries);
      this.before = entries;
    }
    this.entries = [];
    this.rows.push(this.at);
  }

  private indexOf(entries: readonly string[]): number {
    // Lengths first: texts may hold any character.
    const id = `${entries.map((text) => text.length).join()};${entries.join('')}`;
    let index = this.known.get(id);
    if (index === undefined) {
      index = this.known.size;
      this.known.set(id, index);
      for (let i = 0; i < entries.length; i += 2) this.maps.add(entries[i] ?? '', entries[i + 1] ?? '');
      this.maps.endRow();
    }
    return index;
  }

  finish(): Data<DataType> {
    return makeData({
      type: stringMapDictionary,
      length: this.length,
      nullCount: 0,
      data: Int32Array.from(this.rows),
      dictionary: new Vector([this.maps.finish()]) as Vector<typeof stringMap>,
    }) as Data<DataType>;
  }
}

export class EventsColumn implements ArrowColumn {
  readonly name = new Utf8Column();
  readonly time = timestampColumn();
  readonly attributes = new MapColumn();
  private readonly offsets: number[] = [0];

  get length(): number {
    return this.offsets.length - 1;
  }

  endRow(): void {
    this.offsets.push(this.name.length);
  }

  finish(): Data<DataType> {
    return makeData({
      type: eventList,
      length: this.length,
      nullCount: 0,
      valueOffsets: Int32Array.from(this.offsets),
      child: makeData({
        type: event,
        length: this.name.length,
        nullCount: 0,
        children: [this.name.finish(), this.time.finish(), this.attributes.finish()],
      }),
    }) as Data<DataType>;
  }
}

export class LinksColumn implements ArrowColumn {
  readonly traceId = new Utf8Column();
  readonly spanId = new Utf8Column();
  private readonly offsets: number[] = [0];

  get length(): number {
    return this.offsets.length - 1;
  }

  endRow(): void {
    this.offsets.push(this.traceId.length);
  }

  finish(): Data<DataType> {
    return makeData({
      type: linkList,
      length: this.length,
      nullCount: 0,
      valueOffsets: Int32Array.from(this.offsets),
      child: makeData({
        type: link,
        length: this.traceId.length,
        nullCount: 0,
        children: [this.traceId.finish(), this.spanId.finish()],
      }),
    }) as Data<DataType>;
  }
}
