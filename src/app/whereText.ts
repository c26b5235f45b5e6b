import { timestamp } from '../base/time.ts';
import type { Filters } from '../notebook/types.ts';

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (column: string, values: readonly string[]) =>
  values.length === 1
    ? `${column} = ${literal(values[0] ?? '')}`
    : `${column} IN (${values.map(literal).join(', ')})`;

/** The filters as a WHERE that works in any cell over `all_spans`. Range in epoch ms UTC, used where there is a filter. */
export function whereText(filters: Filters, range: { readonly from: number; readonly to: number }): string {
  const parts: string[] = [];
  if (filters.range !== undefined) {
    parts.push(`start_time >= TIMESTAMP ${literal(timestamp(range.from))}`);
    parts.push(`start_time < TIMESTAMP ${literal(timestamp(range.to))}`);
  }
  if (filters.services?.length) parts.push(list('service_name', filters.services));
  if (filters.models?.length) parts.push(list('model', filters.models));
  if (filters.status === 'ERROR') parts.push(`status = 'ERROR'`);
  if (filters.status === 'OK') parts.push(`status <> 'ERROR'`);
  if (filters.text) {
    const pattern = literal(`%${filters.text.replace(/[%_\\]/g, (c) => `\\${c}`)}%`);
    parts.push(
      `(name ILIKE ${pattern} ESCAPE '\\' OR CAST(attributes AS VARCHAR) ILIKE ${pattern} ESCAPE '\\')`,
    );
  }
  return parts.length === 0 ? '-- no filter: everything' : `WHERE ${parts.join('\n  AND ')}`;
}
