import { describe, expect, it } from 'vitest';
import { countsByBucket } from '../../src/cells/table/countsByBucket.ts';
import { manyErrors, planTable } from '../../src/cells/table/plan.ts';
import { tableOf } from './support.ts';

const T = Date.UTC(2026, 10, 24, 13, 58, 31, 204);
const usage = tableOf(
  {
    model: 'VARCHAR',
    requests: 'DOUBLE',
    input_tokens: 'BIGINT',
    uncached_tokens: 'BIGINT',
    cache_read_tokens: 'BIGINT',
    output_tokens: 'BIGINT',
    errors: 'BIGINT',
    is_total: 'BOOLEAN',
  },
  [
    ['a', 100, 60n, 40n, 20n, 10n, 28n, false],
    ['b', 100, 5n, 5n, null, null, 3n, false],
    [null, 200, 65n, 45n, 20n, 10n, 31n, true],
  ],
);

describe('the plan of a table', () => {
  const plan = planTable(
    usage,
    { bar: 'requests', stack: 'uncached_tokens cache_read_tokens output_tokens', total: true },
    'UTC',
  );

  it('puts totals in the foot, and hides what only says so', () => {
    expect(plan.rows).toEqual([0, 1]);
    expect(plan.totals).toEqual([2]);
    expect(plan.columns.map((c) => c.name)).toEqual([
      'model',
      'requests',
      'input_tokens',
      'cache_read_tokens',
      'output_tokens',
      'errors',
    ]);
  });

  it('measures bars by the largest row, totals left out', () => {
    expect(plan.bar).toMatchObject({ most: 100 });
    expect(plan.stack).toMatchObject({ most: 70, label: 'tokens' });
    expect(plan.stack?.parts.map((p) => p.label)).toEqual(['uncached', 'cached', 'output']);
  });

  it('names units in the head', () => {
    const head = Object.fromEntries(plan.columns.map((c) => [c.label, c.unit]));
    expect(head).toMatchObject({ input: 'tok', model: '', requests: '' });
    expect(plan.columns.find((c) => c.name === 'output_tokens')?.format(null)).toBe('–');
  });

  it('hides columns on request, and has no bar without one', () => {
    const small = planTable(usage, { hide: 'errors, requests' }, 'UTC');
    expect(small.columns.map((c) => c.name)).not.toContain('errors');
    expect(small.bar).toBeUndefined();
    expect(small.stack).toBeUndefined();
  });

  it('knows kinds of columns by name and type', () => {
    const table = tableOf(
      {
        status: 'VARCHAR',
        trace_id: 'VARCHAR',
        models: 'VARCHAR[]',
        by_hour: 'BIGINT[]',
        start_time: 'TIMESTAMP',
        last_seen: 'TIMESTAMP',
        tags: 'VARCHAR[]',
      },
      [['OK', 'ab', ['a'], [1n], T, T, []]],
    );
    const kinds = planTable(table, {}, 'Europe/Berlin');
    expect(kinds.columns.map((c) => c.kind)).toEqual([
      'status',
      'trace',
      'models',
      'histogram',
      'time',
      'time',
      'chips',
    ]);
    // A stored column is UTC; any other time is what the SQL made of it.
    expect(kinds.columns[4]?.format(T)).toBe('14:58:31.204');
    expect(kinds.columns[5]?.format(T)).toBe('13:58:31');
  });

  it('marks a high share of errors', () => {
    expect(manyErrors(usage, 0, 'errors')).toBe(true);
    expect(manyErrors(usage, 1, 'errors')).toBe(false);
    expect(manyErrors(usage, 0, 'requests')).toBe(false);
  });
});

describe('counts by time', () => {
  const H = 3_600_000;
  const from = Date.UTC(2026, 10, 24, 10, 30);
  const range = { from, to: from + 4 * H, bucketMs: H, bounded: true };
  it('stand in the buckets of the range, 0 where there is none', () => {
    const counts = new Map([
      [String(from - H / 2), 2n],
      [String(from + 2.5 * H), 5n],
    ]);
    expect(countsByBucket(counts, { range, timeZone: 'UTC' })).toEqual([2, 0, 0, 5, 0]);
  });
  it('follow the zone, and are put together where there are too many', () => {
    const wall = new Map([[String(from + H), 1n]]);
    expect(countsByBucket(wall, { range, timeZone: 'Europe/Berlin' })).toEqual([1, 0, 0, 0]);
    const minutes = { ...range, bucketMs: 60_000 };
    expect(countsByBucket(wall, { range: minutes, timeZone: 'UTC' })).toHaveLength(60);
  });
  it('are a column of their own kind', () => {
    const table = tableOf({ by_bucket: 'MAP(TIMESTAMP, UBIGINT)', tags: 'MAP(VARCHAR, VARCHAR)' }, []);
    expect(planTable(table, {}, 'UTC').columns.map((c) => c.kind)).toEqual(['times', 'text']);
  });
  it('say in the place of a bar what the cost lacks', () => {
    const table = tableOf({ model: 'VARCHAR', cost_usd: 'DOUBLE', unpriced: 'DOUBLE' }, [['a', null, 3]]);
    const folded = planTable(table, { bar: 'cost_usd' }, 'UTC');
    expect(folded.columns.map((c) => c.name)).toEqual(['model', 'cost_usd']);
    expect(folded.bar?.unpriced).toBe(2);
    expect(planTable(table, {}, 'UTC').columns).toHaveLength(3);
  });
});
