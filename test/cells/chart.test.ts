import { describe, expect, it } from 'vitest';
import {
  chartData,
  largestValue,
  MOST_SERIES,
  rolesOf,
  stack,
  timeDomain,
} from '../../src/cells/chart/data.ts';
import { marksOf } from '../../src/cells/chart/marks.ts';
import { arc, slices } from '../../src/cells/donut/donut.ts';
import { logAxis } from '../../src/cells/range/logAxis.ts';
import { tableOf } from './support.ts';

const H = 3_600_000;
const T = Date.UTC(2026, 10, 23, 14);
const colors = { bucketMs: H, model: (name: string) => `color of ${name}` };
const cost = tableOf({ bucket: 'TIMESTAMP', model: 'VARCHAR', cost_usd: 'DOUBLE' }, [
  [T + H, 'a', 1],
  [T, 'a', 2],
  [T, 'b', 5],
  [T + 3 * H, 'b', 7],
  [T + 3 * H, null, null],
  [null, null, 15],
]);
const options = { x: 'bucket', y: 'cost_usd', color: 'model' };
const data = (table = cost, o: Record<string, string> = options) => {
  const made = chartData(table, o, colors);
  if (made === undefined) throw new Error('no chart');
  return made;
};

describe('a result as series', () => {
  it('puts the largest series first, in its own colour, without series that have no value; places in time order', () => {
    const made = data();
    expect(made.series.map((s) => [s.name, s.color, s.total])).toEqual([
      ['b', 'color of b', 12],
      ['a', 'color of a', 3],
    ]);
    expect(made.places.map((p) => p.at)).toEqual([T, T + H, T + 3 * H]);
    expect(made.places.map((p) => p.values)).toEqual([
      [5, 2],
      [undefined, 1],
      [7, undefined],
    ]);
  });

  it('leaves out the row that sums the others', () => expect(data().places).toHaveLength(3));

  it('stacks from zero, without bars for nothing', () => {
    expect(stack(data())).toEqual([
      { place: 0, series: 0, from: 0, to: 5 },
      { place: 0, series: 1, from: 5, to: 7 },
      { place: 1, series: 1, from: 0, to: 1 },
      { place: 2, series: 0, from: 0, to: 7 },
    ]);
    expect(largestValue(data(), true)).toBe(7);
    expect(largestValue(data(), false)).toBe(7);
  });

  it('gathers what exceeds eight series, and loses nothing of the sum', () => {
    const many = tableOf(
      { bucket: 'TIMESTAMP', user_id: 'VARCHAR', requests: 'BIGINT' },
      Array.from({ length: 12 }, (_, i) => [T, `u${i}`, BigInt(i + 1)]),
    );
    const made = data(many, { x: 'bucket', y: 'requests', color: 'user_id' });
    expect(made.series).toHaveLength(MOST_SERIES + 1);
    expect(made.series.at(-1)).toMatchObject({ name: 'other', color: 'var(--text-3)', total: 1 + 2 + 3 + 4 });
    expect(made.places[0]?.values.reduce<number>((a, b) => a + (b ?? 0), 0)).toBe(78);
  });

  it('guesses columns, draws several measures, and lays bars where x is the number', () => {
    expect(rolesOf(cost, {})).toMatchObject({ x: 'bucket', y: ['cost_usd'] });
    const lines = tableOf({ bucket: 'TIMESTAMP', p50_ms: 'DOUBLE', p95_ms: 'DOUBLE' }, [[T, 1, 2]]);
    expect(data(lines, { y: 'p95_ms p50_ms' }).series.map((s) => s.label)).toEqual(['p95', 'p50']);
    const users = tableOf({ user_id: 'VARCHAR', cost_usd: 'DOUBLE' }, [['u1', 0.5]]);
    expect(data(users, { x: 'cost_usd', y: 'user_id' })).toMatchObject({
      horizontal: true,
      x: 'user_id',
      y: 'cost_usd',
    });
    expect(data(users, { x: 'user_id', y: 'cost_usd' })).toMatchObject({
      horizontal: false,
      kind: 'category',
    });
  });

  it('needs a number', () => {
    expect(chartData(tableOf({ a: 'VARCHAR' }, [['x']]), {}, colors)).toBeUndefined();
    expect(chartData(cost, { x: 'bucket', y: 'model' }, colors)).toBeUndefined();
  });

  it('covers the range of the filter in whole buckets', () => {
    const range = { from: T - 2 * H + 60_000, to: T + 10 * H };
    expect(timeDomain(data(), range)).toEqual([T - 2 * H, T + 10 * H]);
    // x is not on the notebook's range: the data say what is drawn.
    expect(timeDomain(data(), { from: T + 100 * H, to: T + 200 * H })).toEqual([T, T + 4 * H]);
    expect(
      timeDomain(
        data(tableOf({ bucket: 'TIMESTAMP', cost_usd: 'DOUBLE' }, []), { x: 'bucket', y: 'cost_usd' }),
        range,
      ),
    ).toEqual([range.from, range.to]);
  });
});

describe('marks of another cell', () => {
  const deploys = tableOf({ service_name: 'VARCHAR', version: 'VARCHAR', time: 'TIMESTAMP' }, [
    ['agent', '2.14.0', T + 5 * H],
    ['agent', '2.13.0', T - 90 * H],
    ['bot', '1.0', T + H],
    ['agent', '2.15.0', T + 50 * H],
  ]);
  it('are releases: the first version of a service is only where its data begin', () => {
    expect(marksOf(deploys, T, T + 24 * H)).toEqual([{ at: T + 5 * H, text: 'agent 2.14.0' }]);
  });
  it('take a label where there are no versions', () => {
    const notes = tableOf({ time: 'TIMESTAMP', label: 'VARCHAR' }, [[T, 'moved to EU']]);
    expect(marksOf(notes, T, T + 1)).toEqual([{ at: T, text: 'moved to EU' }]);
  });
});

describe('shares', () => {
  it('sum to one, without totals and what is not positive', () => {
    const table = tableOf({ model: 'VARCHAR', cost_usd: 'DOUBLE', is_total: 'BOOLEAN' }, [
      ['a', 3, false],
      ['b', 1, false],
      ['c', null, false],
      [null, 4, true],
    ]);
    const made = slices(table, 'model', 'cost_usd');
    expect(made.total).toBe(4);
    expect(made.slices.map((s) => [s.name, s.share])).toEqual([
      ['a', 0.75],
      ['b', 0.25],
    ]);
  });
  it('draw a whole ring too', () => {
    expect(arc(0, 1, 30, 50)).toMatch(/^M0\.000 -50\.000A50 50 0 1 1 -0\.00\d/);
    expect(arc(0, 0.25, 30, 50)).toMatch(/A50 50 0 0 1 50\.000 -?0\.000/);
  });
});

describe('a logarithmic axis', () => {
  it('has ticks at 1, 2 and 5, and its unit once', () => {
    const axis = logAxis([0.12, 6.7], 's');
    expect(axis.ticks.map((t) => t.value)).toEqual([0.1, 0.2, 0.5, 1, 2, 5]);
    expect(axis.ticks.filter((t) => t.label.endsWith(' s'))).toHaveLength(1);
    expect(axis.place(1) - axis.place(0.1)).toBeCloseTo(axis.place(5) - axis.place(0.5), 9);
    expect(axis.place(1e9)).toBe(1);
  });
  it('takes one value, none, and many decades', () => {
    expect(logAxis([3], 's').place(3)).toBeGreaterThan(0);
    expect(logAxis([], 's').ticks.length).toBeGreaterThan(1);
    const wide = logAxis([0.001, 1000], 's').ticks.map((t) => t.value);
    expect(wide).toEqual([0.001, 0.01, 0.1, 1, 10, 100, 1000]);
  });
});
