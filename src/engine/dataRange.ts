/** From when to when the data is, for ranges such as "last 24 hours". */
import type { Connection, ResultTable } from './engine.ts';
import { raw, sql, timestamp } from './sql.ts';

export interface DataRange {
  /** Start of the first and of the newest span: epoch ms UTC, with the microseconds as fraction. */
  readonly from: number;
  readonly to: number;
  /** Spans that start after `to`, by a clock far ahead. */
  readonly beyond: number;
}

/** A gap longer than this before the very newest spans, and they may be of clocks gone wrong. */
const GAP_DAYS = 2;
/** Share of spans that a wrong clock may have. */
const STRAY_SHARE = 0.001;

/**
 * The newest time that no clock far ahead has set: days are walked from the newest, and those are left out that lie in
 * the future, more than two days after the day before them, and hold (all together) at most a thousandth of the spans,
 * or one. What lies in the past is data, be it a single trace after a weekend.
 */
const dataRangeSql = (now: number): string => sql`
WITH days AS (
  SELECT date_trunc('day', start_time)::TIMESTAMP AS day, count(*) AS spans, max(start_time) AS newest, min(start_time) AS oldest
  FROM spanbook.main.all_spans GROUP BY day
), walked AS (
  SELECT *, coalesce(day - lag(day) OVER (ORDER BY day) > INTERVAL ${raw(`${GAP_DAYS} DAY`)}, false) AS after_gap,
    sum(spans) OVER (ORDER BY day DESC) AS from_here, sum(spans) OVER () AS all_of_them
  FROM days
), cut AS (
  SELECT min(day) AS day FROM walked
  WHERE after_gap AND day > ${timestamp(now)} + INTERVAL 1 DAY AND from_here <= greatest(1, all_of_them * ${STRAY_SHARE})
)
SELECT epoch_us(min(oldest)) AS from_us,
  epoch_us(max(newest) FILTER (WHERE c.day IS NULL OR w.day < c.day)) AS to_us,
  coalesce(sum(spans) FILTER (WHERE w.day >= c.day), 0)::BIGINT AS beyond
FROM walked w, cut c`;

function toRange(table: ResultTable): DataRange | undefined {
  const [from, to, beyond] = [0, 1, 2].map((c) => table.value(0, c));
  if (typeof from !== 'bigint' || typeof to !== 'bigint') return undefined;
  return { from: Number(from) / 1000, to: Number(to) / 1000, beyond: Number(beyond) };
}

/** undefined while there are no spans. @param now epoch ms: only what starts after it can be a clock far ahead */
export async function dataRange(
  connection: Pick<Connection, 'query'>,
  now = Date.now(),
): Promise<DataRange | undefined> {
  return toRange(await connection.query(dataRangeSql(now)));
}
