/** Columns of the trace list, as the panel's SQL names them. No DOM. */
import { columnIndex, isNested } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';

export interface TraceColumn {
  readonly name: string;
  readonly index: number;
  /** Left out on narrow pages. */
  readonly wide: boolean;
}

/** Shown in other columns: errors in the status, the name where there is no input, unpriced calls in the cost. */
const FOLDED = ['error_count', 'call_count', 'unpriced_count'];
const WIDE = ['service_name', 'span_count', 'total_tokens', 'name'];

export function traceColumns(table: ResultTable): TraceColumn[] {
  const hasInput = columnIndex(table, 'input') >= 0;
  return table.columns
    .map(({ name }, index) => ({ name, index, wide: WIDE.includes(name) }))
    .filter(({ name }) => !FOLDED.includes(name) && !(name === 'name' && hasInput));
}

/** Lists are not sorted by. */
export const isSortable = (type: string) => !isNested(type);

/** A trace id as it may be pasted: with dashes, quotes, spaces, or inside a URL. `undefined`: there is none. */
export function parseTraceId(text: string): string | undefined {
  const trimmed = text.trim().replace(/^["'`]|["'`]$/g, '');
  const hex = /\b[0-9a-f]{32}\b/i.exec(trimmed)?.[0];
  if (hex !== undefined) return hex.toLowerCase();
  const uuid = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i.exec(trimmed)?.[0];
  if (uuid !== undefined && uuid !== trimmed) return uuid;
  return /^\S{1,200}$/.test(trimmed) ? trimmed : undefined;
}
