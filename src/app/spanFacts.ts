/** What a span's row says beyond its columns. No DOM. */
import { toNumber } from '../base/number.ts';
import type { ResultTable, Value } from '../engine/engine.ts';

type Row = Readonly<Record<string, Value>>;

/** Output tokens a second after the first token; undefined where the call did not stream or nothing came. */
export function speedOf(row: Row): number | undefined {
  const [output, duration, first] = [row.output_tokens, row.duration_ms, row.time_to_first_token_ms].map(
    (v) => toNumber(v),
  );
  if (output === undefined || duration === undefined || first === undefined) return undefined;
  return output > 0 && duration > first ? (1000 * output) / (duration - first) : undefined;
}

export interface TokenPart {
  /** Column of the shipped tables, or `uncached_tokens`: it names the colour. */
  readonly column: string;
  readonly label: string;
  readonly tokens: number;
}

/** Input by cache, then output; parts of 0 are left out. Cached tokens are part of the input. */
export function tokenParts(row: Row): TokenPart[] {
  const number = (column: string) => Math.max(0, toNumber(row[column]) ?? 0);
  const [read, write] = [number('cache_read_tokens'), number('cache_write_tokens')];
  const parts: TokenPart[] = [
    {
      column: 'uncached_tokens',
      label: read + write > 0 ? 'uncached' : 'input',
      tokens: Math.max(0, number('input_tokens') - read - write),
    },
    { column: 'cache_read_tokens', label: 'cached', tokens: read },
    { column: 'cache_write_tokens', label: 'cache write', tokens: write },
    { column: 'output_tokens', label: 'output', tokens: number('output_tokens') },
  ];
  return parts.filter((p) => p.tokens > 0);
}

/**
 * The span that a trace opens with: in a failed trace where it went wrong (the first failed span below which nothing
 * failed), else the root. `timeline` has one row a span, ordered by its start.
 */
export function firstSpan(timeline: ResultTable): string | undefined {
  const rows = Array.from({ length: timeline.numRows }, (_, i) => timeline.row(i));
  const id = (value: Value | undefined) => (typeof value === 'string' ? value : undefined);
  const known = new Set(rows.map((r) => id(r.span_id)));
  const root = rows.find((r) => !known.has(id(r.parent_span_id))) ?? rows[0];
  if (root?.status !== 'ERROR') return id(root?.span_id);
  const failed = rows.filter((r) => r.status === 'ERROR');
  const above = new Set(failed.map((r) => id(r.parent_span_id)));
  return id((failed.find((r) => !above.has(id(r.span_id))) ?? root).span_id);
}
