/** SQL text with values bound as literals: DuckDB-WASM's prepared statements cannot be cancelled. */
import type { Variable } from './engine.ts';

const RAW = Symbol('raw');

/** A piece of SQL that is taken as it is. */
export interface Raw {
  readonly [RAW]: string;
}

/** Takes text as SQL. Never for anything that came from a file or a user. */
export const raw = (text: string): Raw => ({ [RAW]: text });

/** Quotes a name, or a path of names: `identifier('store', 'spans')` → `"store"."spans"`. */
export const identifier = (...path: readonly string[]): Raw =>
  raw(path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.'));

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && RAW in value;

/** Text as a string literal. DuckDB knows no escapes but the doubled quote; NUL ends a C string, so it goes by chr(0). */
function text(value: string): string {
  const quoted = value.split('\0').map((part) => `'${part.replaceAll("'", "''")}'`);
  return quoted.length === 1 ? (quoted[0] ?? "''") : `(${quoted.join(' || chr(0) || ')})`;
}

/** TIMESTAMP literal, UTC, of epoch milliseconds. Microseconds of a fraction are kept. */
export function timestamp(epochMs: number): Raw {
  return raw(`make_timestamp(${BigInt(Math.round(epochMs * 1000))})`);
}

/** A value as a SQL literal of its type. */
export function literal(value: Variable): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return text(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'number') {
    if (Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return `${value}`;
    return Number.isFinite(value) ? `${value.toExponential()}` : `'${value}'::DOUBLE`;
  }
  if (value instanceof Date) return timestamp(value.getTime())[RAW];
  if ('epochMs' in value) return timestamp(value.epochMs)[RAW];
  if ('intervalMs' in value) return `to_microseconds(${BigInt(Math.round(value.intervalMs * 1000))})`;
  return value.length === 0 ? '[]::VARCHAR[]' : `[${value.map(text).join(', ')}]`;
}

/** `sql\`SELECT … WHERE id = ${id}\``: values become literals, `identifier()` names, `raw()` SQL. */
export function sql(parts: TemplateStringsArray, ...values: readonly (Variable | Raw)[]): string {
  let out = parts[0] ?? '';
  for (const [i, value] of values.entries())
    out += (isRaw(value) ? value[RAW] : literal(value)) + (parts[i + 1] ?? '');
  return out;
}
