import { timestamp } from '../base/time.ts';
import type { Filters } from '../notebook/types.ts';

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (column: string, values: readonly string[]) =>
  values.length === 1
    ? `${column} = ${literal(values[0] ?? '')}`
    : `${column} IN (${values.map(literal).join(', ')})`;

/** The filters as a WHERE: what makes `llm_calls` of `all_llm_calls`. Range in epoch ms UTC, used where there is a filter. */
export function whereText(filters: Filters, range: { readonly from: number; readonly to: number }): string {
  const parts: string[] = [];
  if (filters.range !== undefined) {
    parts.push(`start_time >= TIMESTAMP ${literal(timestamp(range.from))}`);
    parts.push(`start_time < TIMESTAMP ${literal(timestamp(range.to))}`);
  }
  if (filters.services?.length) parts.push(list('service_name', filters.services));
  if (filters.models?.length) parts.push(list('model', filters.models));
  if (filters.status === 'ERROR') parts.push(`status = 'ERROR'`);
  if (filters.status === 'OK') parts.push(`status IS DISTINCT FROM 'ERROR'`);
  if (filters.text) {
    const has = (column: string) => `contains(lower(${column}), lower(${literal(filters.text ?? '')}))`;
    parts.push(`(${has('name')} OR ${has("coalesce(error_message, '')")} 
    OR len(list_filter(map_values(attributes), lambda v: ${has('v')})) > 0
    OR (trace_id, span_id) IN (SELECT trace_id, span_id FROM messages
      WHERE ${has('content')} OR ${has('tool_arguments')} OR ${has('tool_name')}))`);
  }
  return parts.length === 0 ? '-- no filter: everything' : `WHERE ${parts.join('\n  AND ')}`;
}
