/** Rows of the cell as spans, times in ms from the trace's first start. No DOM. */
import { toNumber } from '../../base/number.ts';
import { columnIndex } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';

export interface Span {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly name: string;
  /** Upper case; INTERNAL if unknown. */
  readonly kind: string;
  readonly start: number;
  /** `undefined`: the span never ended. */
  readonly duration: number | undefined;
  readonly failed: boolean;
  /** Type and message of the error; ''. */
  readonly error: string;
  readonly model: string;
  readonly cost: number | undefined;
  readonly tokens: number | undefined;
  /** From the start, ms. */
  readonly firstToken: number | undefined;
  readonly role: string;
  /** Whether its usage counts in sums; `undefined`: the rows do not tell. */
  readonly counts?: boolean | undefined;
}

const NS = 1e6;

export function readSpans(table: ResultTable): Span[] {
  const index = (name: string) => columnIndex(table, name);
  const columns = {
    id: index('span_id'),
    parent: index('parent_span_id'),
    name: index('name'),
    kind: index('kind'),
    startNs: index('start_ns'),
    startTime: index('start_time'),
    durationNs: index('duration_ns'),
    durationMs: index('duration_ms'),
    status: index('status'),
    errorType: index('error_type'),
    errorMessage: index('error_message'),
    model: index('model'),
    cost: index('cost_usd'),
    tokens: index('total_tokens'),
    firstToken: index('time_to_first_token_ms'),
    role: index('role'),
    fallback: index('is_fallback'),
  };
  const value = (row: number, column: number) => (column < 0 ? null : table.value(row, column));
  const text = (row: number, column: number) => {
    const v = value(row, column);
    return v === null ? '' : String(v);
  };
  // Nanoseconds since 1970 exceed 2^53: take the difference first.
  let origin: bigint | undefined;
  let originMs = Number.POSITIVE_INFINITY;
  for (let row = 0; row < table.numRows; row++) {
    const ns = value(row, columns.startNs);
    if (typeof ns === 'bigint' && (origin === undefined || ns < origin)) origin = ns;
    const ms = value(row, columns.startTime);
    if (typeof ms === 'number') originMs = Math.min(originMs, ms);
  }
  const startOf = (row: number): number => {
    const ns = value(row, columns.startNs);
    if (typeof ns === 'bigint' && origin !== undefined) return Number(ns - origin) / NS;
    const ms = value(row, columns.startTime);
    return typeof ms === 'number' && Number.isFinite(originMs) ? ms - originMs : 0;
  };
  const durationOf = (row: number): number | undefined => {
    const ns = toNumber(value(row, columns.durationNs));
    const ms = ns === undefined ? toNumber(value(row, columns.durationMs)) : ns / NS;
    // A clock put back during the span: no negative widths.
    return ms === undefined ? undefined : Math.max(0, ms);
  };
  return Array.from({ length: table.numRows }, (_, row) => {
    const [type, message] = [text(row, columns.errorType), text(row, columns.errorMessage)];
    const parent = value(row, columns.parent);
    return {
      id: text(row, columns.id),
      parentId: parent === null || parent === '' ? undefined : String(parent),
      name: text(row, columns.name),
      kind: text(row, columns.kind).toUpperCase() || 'INTERNAL',
      start: startOf(row),
      duration: durationOf(row),
      failed: text(row, columns.status).toUpperCase() === 'ERROR',
      error:
        type === '' || message.startsWith(type) ? message : message === '' ? type : `${type}: ${message}`,
      model: text(row, columns.model),
      cost: toNumber(value(row, columns.cost)),
      tokens: toNumber(value(row, columns.tokens)),
      firstToken: toNumber(value(row, columns.firstToken)),
      role: text(row, columns.role),
      counts:
        columns.fallback < 0
          ? undefined
          : text(row, columns.role) === 'call' || value(row, columns.fallback) === true,
    };
  });
}
