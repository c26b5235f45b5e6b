import { describe, expect, it } from 'vitest';
import { figureRow, sparkOf, tilesOf } from '../../src/cells/tiles/tiles.ts';
import { tableOf } from './support.ts';

const H = 3_600_000;
const T = Date.UTC(2026, 10, 23, 14);
const range = { from: T + 60_000, to: T + 4 * H, bucketMs: H };
const COLUMNS = {
  bucket: 'TIMESTAMP',
  requests: 'DOUBLE',
  tokens: 'BIGINT',
  input_tokens: 'BIGINT',
  output_tokens: 'BIGINT',
  avg_latency_ms: 'DOUBLE',
  cost_usd: 'DOUBLE',
  unpriced: 'DOUBLE',
  unmetered: 'DOUBLE',
  errors: 'DOUBLE',
  error_rate: 'DOUBLE',
};
const table = tableOf(COLUMNS, [
  [T, 10, 1n, 1n, 1n, 100, 1, 0, 0, 0, 0],
  [null, 2495, 4_664_000n, 4_271_290n, 391_600n, 1290, 6.1973, 0, 12, 41, 0.0164],
  [T + 2 * H, 20, 1n, 1n, 1n, 300, 2, 0, 0, 0, 0.5],
]);
const before = tableOf(COLUMNS, [[null, 2677, null, null, null, 1388, 6.37, 0, 0, 9, 0.0033]]);
const tile = (name: string, t = table, b: typeof table | undefined = before) =>
  tilesOf(t, b, { tiles: name }, range)[0];
const subText = (name: string) =>
  tile(name)
    ?.sub.map((part) => part.text)
    .join(' · ');

describe('tiles', () => {
  it('take their figure from the row without a bucket, wherever it stands', () => {
    expect(figureRow(table)).toBe(1);
    expect(tile('requests')).toMatchObject({
      label: 'Requests',
      figure: { text: '2,495' },
      delta: { text: '−6.8 %', tone: 'neutral' },
    });
    expect(tile('error_rate')).toMatchObject({
      figure: { text: '1.64', unit: '%' },
      delta: { text: '+1.31 pp', tone: 'bad' },
      tone: 'err',
    });
    expect(tile('avg_latency_ms')).toMatchObject({ delta: { tone: 'good' }, tone: 'lat' });
  });

  it('say beside it what belongs to it', () => {
    expect(subText('tokens')).toBe('4.27 M in · 392 k out');
    expect(subText('cost_usd')).toBe('0 unpriced · 12 unmetered');
    expect(subText('error_rate')).toBe('41 of 2,495');
    expect(subText('avg_latency_ms')).toBe('');
    expect(tile('cost_usd')?.before).toBe('$6.37');
    expect(tile('avg_latency_ms')?.before).toBe('1.39 s');
  });

  it('compare with nothing where there is no period before', () => {
    expect(tile('tokens')?.delta).toBeUndefined();
    expect(tilesOf(table, undefined, { tiles: 'requests' }, range)[0]?.delta).toBeUndefined();
  });

  it('show unknown for an empty result, and skip columns that are not there', () => {
    const none = tableOf(COLUMNS, []);
    expect(
      tilesOf(none, undefined, { tiles: 'requests nonsense cost_usd' }, range).map((t) => [
        t.name,
        t.figure.text,
      ]),
    ).toEqual([
      ['requests', '–'],
      ['cost_usd', '–'],
    ]);
  });

  it('take every number where the fence names none, and a single row without buckets', () => {
    const plain = tableOf({ calls: 'BIGINT', name: 'VARCHAR' }, [[7n, 'x']]);
    expect(tilesOf(plain, undefined, {}, range).map((t) => [t.name, t.figure.text])).toEqual([
      ['calls', '7'],
    ]);
  });
});

describe('sparklines', () => {
  it('stand where their bucket is in the range; an empty bucket is 0 for sums', () => {
    const [piece, ...rest] = sparkOf(table, 'requests', range);
    expect(rest).toEqual([]);
    expect(piece?.map((p) => p.y)).toEqual([10, 0, 20, 0]);
    expect(piece?.map((p) => p.x)).toEqual([0, 1 / 3, 2 / 3, 1]);
  });
  it('have a gap where a latency or a rate is unknown', () => {
    expect(sparkOf(table, 'avg_latency_ms', range).map((p) => p.map((q) => q.y))).toEqual([[100], [300]]);
    expect(sparkOf(table, 'error_rate', range)).toHaveLength(2);
  });
  it('are nothing without buckets', () => {
    expect(sparkOf(tableOf({ requests: 'BIGINT' }, [[1n]]), 'requests', range)).toEqual([]);
    expect(sparkOf(before, 'requests', range)).toEqual([]);
  });
});
