/** Moments named by another cell: `marks=deploys`, with the columns time, and service_name and version or label. */
import { field } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';

export interface Mark {
  /** Wall time, ms. */
  readonly at: number;
  readonly text: string;
}

/**
 * In the range, in order. The first version of a service is where its data begin, not a release: it is left out,
 * as far as the table tells versions.
 */
export function marksOf(table: ResultTable, from: number, to: number): Mark[] {
  const rows = Array.from({ length: table.numRows }, (_, row) => {
    const at = field(table, row, 'time');
    const service = field(table, row, 'service_name');
    const version = field(table, row, 'version');
    const label = field(table, row, 'label');
    const text = [label, service, version].filter((t) => t !== null && t !== undefined).join(' ');
    return { at, text, service: version === null ? undefined : service };
  });
  rows.sort((a, b) => Number(a.at) - Number(b.at));
  const seen = new Set<unknown>();
  return rows.flatMap(({ at, text, service }): Mark[] => {
    if (typeof at !== 'number') return [];
    const first = service !== undefined && !seen.has(service);
    if (service !== undefined) seen.add(service);
    return first || at < from || at > to ? [] : [{ at, text }];
  });
}
