/** Typed reading: a query says which columns it expects, and a mismatch names the column. */
import type { ResultTable, Value } from './engine.ts';

interface Kinds {
  string: string;
  number: number;
  bigint: bigint;
  boolean: boolean;
  /** Any number, as a JavaScript number; digits may be lost beyond 2^53. */
  approximate: number;
  strings: readonly string[];
  map: ReadonlyMap<string, Value>;
  value: Value;
}
type Kind = keyof Kinds;
/** A kind with `?` may be NULL. */
export type Spec = Readonly<Record<string, Kind | `${Kind}?`>>;

export type Row<S extends Spec> = {
  readonly [K in keyof S]: S[K] extends `${infer T extends Kind}?`
    ? Kinds[T] | null
    : S[K] extends Kind
      ? Kinds[S[K]]
      : never;
};

const CHECKS: Readonly<Record<Kind, (value: Value) => boolean>> = {
  string: (v) => typeof v === 'string',
  number: (v) => typeof v === 'number',
  bigint: (v) => typeof v === 'bigint',
  boolean: (v) => typeof v === 'boolean',
  approximate: (v) => typeof v === 'number' || typeof v === 'bigint',
  strings: (v) => Array.isArray(v) && v.every((item) => typeof item === 'string'),
  map: (v) => v instanceof Map,
  value: () => true,
};

/** @throws TypeError that names the column which is missing or holds something else */
export function rows<S extends Spec>(table: ResultTable, spec: S): Row<S>[] {
  const wanted = Object.entries(spec).map(([name, written]) => {
    const index = table.columns.findIndex((c) => c.name === name);
    if (index === -1)
      throw new TypeError(
        `Column ${name} is missing; there are ${table.columns.map((c) => c.name).join(', ')}`,
      );
    const optional = written.endsWith('?');
    return { name, index, optional, kind: (optional ? written.slice(0, -1) : written) as Kind };
  });
  return Array.from({ length: table.numRows }, (_, at) => {
    const row: Record<string, Value> = {};
    for (const { name, index, optional, kind } of wanted) {
      const value = table.value(at, index);
      const fits = value === null ? optional || kind === 'value' : CHECKS[kind](value);
      if (!fits)
        throw new TypeError(
          `Column ${name} (${table.columns[index]?.type}) holds ${value === null ? 'NULL' : typeof value} in row ${at}; expected ${kind}`,
        );
      row[name] = kind === 'approximate' && value !== null ? Number(value) : value;
    }
    return row as Row<S>;
  });
}
