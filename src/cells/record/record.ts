/** One row as keys and values; maps and structs opened one level. No DOM. */
import { isTimeType } from '../../base/table.ts';
import { isUtcColumn, timestamp, toWall } from '../../base/time.ts';
import { jsonText, valueText } from '../../base/valueText.ts';
import type { ResultTable, Value } from '../../engine/engine.ts';

export interface Entry {
  /** Column that the entry comes from. */
  readonly column: string;
  /** Key inside a MAP; '' for a plain column. */
  readonly key: string;
  readonly text: string;
  /** As it is copied. */
  readonly exact: string;
}
export interface Group {
  /** '' for the plain columns, else the column of a MAP. */
  readonly column: string;
  readonly entries: readonly Entry[];
}

function textOf(name: string, type: string, value: Value, zone: string): string {
  if (isTimeType(type) && typeof value === 'number')
    return isUtcColumn(name) ? `${timestamp(toWall(value, zone))} ${zone}` : timestamp(value);
  return valueText(value, type);
}

/** Plain columns first (NULL left out), then each MAP as a group of its own. `search` finds in keys and values. */
export function recordGroups(table: ResultTable, row: number, search: string, zone: string): Group[] {
  const wanted = search.trim().toLowerCase();
  const found = (e: Entry) =>
    wanted === '' || `${e.column} ${e.key} ${e.text}`.toLowerCase().includes(wanted);
  const plain: Entry[] = [];
  const groups: Group[] = [];
  table.columns.forEach(({ name, type }, index) => {
    const value = table.value(row, index);
    if (value === null) return;
    if (value instanceof Map) {
      const entries = [...(value as ReadonlyMap<string, Value>)].map(([key, v]): Entry => {
        const text = typeof v === 'string' ? v : jsonText(v);
        return { column: name, key: String(key), text, exact: text };
      });
      const matching = entries.filter(found).sort((a, b) => (a.key < b.key ? -1 : 1));
      if (matching.length > 0) groups.push({ column: name, entries: matching });
      return;
    }
    const text = textOf(name, type, value, zone);
    if (text === '' || text === '[]') return;
    plain.push({ column: name, key: '', text, exact: valueText(value, type) });
  });
  const shown = plain.filter(found);
  return shown.length > 0 ? [{ column: '', entries: shown }, ...groups] : groups;
}

/** The SQL that reads an entry: `attributes['user.id']`. */
export const entrySql = ({ column, key }: Entry): string =>
  key === '' ? column : `${column}['${key.replaceAll("'", "''")}']`;
