/** The metrics of src/panels/metrics.sql, for queries outside a notebook. */
import { readFileSync } from 'node:fs';
import { must } from '../src/base/assert.ts';
import { parseMetrics } from '../src/engine/metrics.ts';

/** The select list over a relation: `expression AS name, …`. @throws Error if the file has none for it */
export function metricsOver(relation: string): string {
  const text = readFileSync(new URL('../src/panels/metrics.sql', import.meta.url), 'utf8');
  const query = parseMetrics(text).find((candidate) => candidate.relation === relation);
  return must(query, `metrics over ${relation} in metrics.sql`)
    .metrics.map(({ expression, name }) => `${expression} AS ${name}`)
    .join(', ');
}
