/** What the sidebar, the palette and the filter bar know of the data. Every function asks the engine. */

import { timestamp } from '../base/time.ts';
import { dataRange } from '../engine/dataRange.ts';
import type { Connection, ResultTable } from '../engine/engine.ts';
import { brushBucket } from './filters.ts';
import type { Choices, Extent, FileRow } from './store.ts';

const number = (value: unknown) =>
  typeof value === 'bigint' || typeof value === 'number' ? Number(value) : 0;
const text = (value: unknown) => (typeof value === 'string' ? value : '');

function rows<T>(table: ResultTable, read: (row: Record<string, unknown>) => T): T[] {
  return Array.from({ length: table.numRows }, (_, index) => read(table.row(index)));
}

export async function readFiles(connection: Connection): Promise<FileRow[]> {
  const table = await connection.query('SELECT source_file, spans, logs, rejects FROM files');
  return rows(table, (r) => ({
    sourceFile: text(r.source_file),
    spans: number(r.spans),
    logs: number(r.logs),
    rejects: number(r.rejects),
  }));
}

/** Rows of each relation, as this connection's filters let them through. */
export async function readCounts(
  connection: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (names.length === 0) return new Map();
  const sql = names.map((n) => `SELECT '${n}' AS name, count(*) AS n FROM ${n}`).join(' UNION ALL ');
  const table = await connection.query(sql);
  return new Map(rows(table, (r) => [text(r.name), number(r.n)] as const));
}

export async function readChoices(connection: Connection): Promise<Choices> {
  const services = await connection.query(
    'SELECT service_name AS value, count(*) AS n FROM all_spans WHERE value IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1',
  );
  const models = await connection.query(
    `SELECT model AS value, count(*) AS n, coalesce(sum(cost_usd), 0) AS cost FROM all_spans
     WHERE role = 'call' AND value IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1`,
  );
  return {
    services: rows(services, (r) => ({ value: text(r.value), count: number(r.n) })),
    models: rows(models, (r) => ({ value: text(r.value), count: number(r.n), costUsd: number(r.cost) })),
  };
}

/** What a runtime must know of the data. */
export interface DataShape {
  /** Epoch ms UTC; undefined while there are no spans. */
  readonly extent: { readonly from: number; readonly to: number } | undefined;
  /** Spans stand for more than one. */
  readonly weighted: boolean;
  /** Spans by a clock far ahead: they do not move the ranges. */
  readonly beyond: number;
}

export async function readShape(connection: Connection): Promise<DataShape> {
  const range = await dataRange(connection);
  const table = await connection.query('SELECT coalesce(bool_or(sample_weight <> 1), false) FROM all_spans');
  return {
    extent: range === undefined ? undefined : { from: range.from, to: range.to },
    weighted: table.numRows > 0 && table.value(0, 0) === true,
    beyond: range?.beyond ?? 0,
  };
}

/** The histogram under the brush. */
export async function readHistogram(
  connection: Connection,
  range: { readonly from: number; readonly to: number },
): Promise<Extent> {
  const bucketMs = brushBucket(Math.max(1, range.to - range.from));
  const from = Math.floor(range.from / bucketMs) * bucketMs;
  const to = (Math.floor(range.to / bucketMs) + 1) * bucketMs;
  const table = await connection.query(
    `SELECT time_bucket(INTERVAL '${bucketMs} milliseconds', start_time, TIMESTAMP '${timestamp(from)}') AS bucket,
            count(*) AS traces, count(*) FILTER (WHERE status = 'ERROR') AS errors
     FROM all_traces
     WHERE start_time >= TIMESTAMP '${timestamp(from)}' AND start_time < TIMESTAMP '${timestamp(to)}'
     GROUP BY 1 ORDER BY 1`,
  );
  return {
    from,
    to,
    bucketMs,
    buckets: rows(table, (r) => ({
      start: number(r.bucket),
      traces: number(r.traces),
      errors: number(r.errors),
    })),
  };
}

export interface FoundTrace {
  readonly traceId: string;
  readonly name: string;
  /** `2026-11-24 13:58:31`, UTC. */
  readonly start: string;
}

/** Traces whose id begins with, or equals, what was pasted. */
export async function findTraces(
  connection: Connection,
  wanted: string,
  signal: AbortSignal,
): Promise<FoundTrace[]> {
  const id = wanted.trim().replaceAll("'", "''");
  const table = await connection.query(
    `SELECT trace_id, name, start_time FROM all_traces
     WHERE starts_with(trace_id, '${id}') OR starts_with(trace_id, lower('${id}'))
     ORDER BY start_time DESC LIMIT 8`,
    { signal },
  );
  return rows(table, (r) => ({
    traceId: text(r.trace_id),
    name: text(r.name),
    start: typeof r.start_time === 'number' ? timestamp(r.start_time).slice(0, 19) : '',
  }));
}

/** The traces beside one, as the list shows them: newest first, under the notebook's filters. */
export async function findNeighbours(
  connection: Connection,
  traceId: string,
): Promise<{ readonly previous?: string; readonly next?: string }> {
  const id = traceId.replaceAll("'", "''");
  const beside = async (compare: string, order: string) => {
    const table = await connection.query(
      `SELECT trace_id FROM traces WHERE (start_time, trace_id) ${compare}
         (SELECT (start_time, trace_id) FROM all_traces WHERE trace_id = '${id}' LIMIT 1)
       ORDER BY start_time ${order}, trace_id ${order} LIMIT 1`,
    );
    return table.numRows === 0 ? undefined : text(table.value(0, 0));
  };
  return { previous: await beside('>', 'ASC'), next: await beside('<', 'DESC') };
}
