/** The metrics of src/panels/metrics.sql, for queries outside a notebook. */
import { readFileSync } from 'node:fs';

/** The select list over a relation: `expression AS name, …`, each with its comment, so a new line must follow. @throws Error if the file has none for it */
export function metricsOver(relation: string): string {
  const text = readFileSync(new URL('../src/panels/metrics.sql', import.meta.url), 'utf8');
  const block = new RegExp(`^SELECT\\s+([^;]*?)\\s+FROM ${relation};`, 'ms').exec(text)?.[1];
  if (block === undefined) throw new Error(`metrics.sql has no metrics over ${relation}`);
  return block;
}
