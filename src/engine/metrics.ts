/** Reads src/panels/metrics.sql: the text is handed in, since a page and a command line come by it in different ways. */

export interface Metric {
  readonly name: string;
  /** SQL over one group of rows; it may use metrics before it by their names. */
  readonly expression: string;
  readonly unit: string;
  readonly meaning: string;
}

export interface MetricQuery {
  /** `llm_calls`, `traces`, … */
  readonly relation: string;
  /** The whole query, without its semicolon. */
  readonly sql: string;
  readonly metrics: readonly Metric[];
}

const LINE = /^\s+(.+?) AS (\w+), -- ([^:]+): (.+)$/;

/** @throws Error that names the line which is no metric */
export function parseMetrics(text: string): MetricQuery[] {
  const blocks = text.matchAll(/^-- from (\w+)\n(SELECT\n[\s\S]*?);$/gm);
  return [...blocks].map(([, relation = '', sql = '']) => {
    const lines = sql.split('\n').slice(1);
    const end = lines.findIndex((l) => l.startsWith('FROM '));
    const metrics = lines.slice(0, end).map((line) => {
      const [, expression, name, unit, meaning] = LINE.exec(line) ?? [];
      if (expression === undefined || name === undefined || unit === undefined || meaning === undefined)
        throw new Error(`metrics.sql: expected "expression AS name, -- unit: meaning", found: ${line}`);
      return { name, expression, unit, meaning };
    });
    return { relation, sql, metrics };
  });
}
