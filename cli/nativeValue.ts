/** Values of native DuckDB's client as the engine's (src/engine/engine.ts). */
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  type DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  type DuckDBValue,
  DuckDBVariantValue,
} from '@duckdb/node-api';
import type { Value } from '../src/engine/engine.ts';

export function toValue(value: DuckDBValue): Value {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return milliseconds(value.micros);
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  if (value instanceof DuckDBTimestampSecondsValue) return Number(value.seconds) * 1000;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBBlobValue) return new Uint8Array(value.bytes);
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(toValue);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, toValue(entry)]));
  if (value instanceof DuckDBMapValue)
    return new Map(value.entries.map((entry) => [String(toValue(entry.key)), toValue(entry.value)]));
  if (value instanceof DuckDBUnionValue || value instanceof DuckDBVariantValue) return toValue(value.value);
  return inWords(value);
}

/** DATE, TIME, INTERVAL, DECIMAL, UUID, BIT: as SQL writes them. */
const inWords = (value: Pick<DuckDBDecimalValue, 'toString'>): string => value.toString();

/** Microseconds to milliseconds: whole ones first, since their sum may lose digits beyond 2^53. */
const milliseconds = (micros: bigint): number => Number(micros / 1000n) + Number(micros % 1000n) / 1000;
