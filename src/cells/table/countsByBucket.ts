import { toNumber } from '../../base/number.ts';
import { toWall } from '../../base/time.ts';
import type { Value } from '../../engine/engine.ts';
import type { ViewContext } from '../../notebook/types.ts';

/** More bars than this would not be seen in a cell. */
const MOST_BARS = 60;

/** Counts in the buckets of the range, 0 where there is none. Keys: wall time, epoch ms. */
export function countsByBucket(
  counts: ReadonlyMap<string, Value>,
  { range, timeZone }: Pick<ViewContext, 'range' | 'timeZone'>,
): number[] {
  const known = [...counts].map(([at, n]) => [Number(at), toNumber(n) ?? 0] as const);
  const [phase = 0] = known.map(([at]) => at);
  const { bucketMs } = range;
  const start = phase + Math.floor((toWall(range.from, timeZone) - phase) / bucketMs) * bucketMs;
  const buckets = Math.max(1, Math.ceil((toWall(range.to, timeZone) - start) / bucketMs));
  const each = Math.ceil(buckets / MOST_BARS);
  const out = new Array<number>(Math.ceil(buckets / each)).fill(0);
  for (const [at, n] of known) {
    const bar = Math.floor((at - start) / bucketMs / each);
    if (bar >= 0 && bar < out.length) out[bar] = (out[bar] ?? 0) + n;
  }
  return out;
}
