import { describe, expect, it } from 'vitest';
import { bucketFor, parseTime, periodBefore, resolveRange } from '../../src/notebook/range.ts';
import { filterVariables, sameVariable } from '../../src/notebook/variables.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const newest = Date.parse('2026-11-24T09:30:00.500Z');
const extent = { from: newest - 40 * DAY, to: newest + 0.25 };

describe('the time range', () => {
  it('ends just after the newest span', () => {
    const range = resolveRange({ last: '24h' }, extent);
    expect(range).toEqual({ from: newest + 0.251 - DAY, to: newest + 0.251, bucketMs: HOUR, bounded: true });
    expect(range.to).toBeGreaterThan(extent.to);
  });

  it('is the extent of the data where nothing bounds it', () => {
    expect(resolveRange(undefined, extent)).toEqual({
      from: extent.from,
      to: newest + 0.251,
      bucketMs: DAY,
      bounded: false,
    });
    expect(resolveRange({ last: '7d' }, undefined)).toEqual({
      from: 0,
      to: 0,
      bucketMs: HOUR,
      bounded: false,
    });
  });

  it('is taken as written, in UTC unless it says otherwise', () => {
    expect(resolveRange({ from: '2026-11-24', to: '2026-11-24 06:00' }, undefined)).toMatchObject({
      from: Date.parse('2026-11-24T00:00:00Z'),
      to: Date.parse('2026-11-24T06:00:00Z'),
      bounded: true,
    });
    expect(parseTime('2026-11-24T06:00+02:00')).toBe(Date.parse('2026-11-24T04:00:00Z'));
    expect(parseTime('2026-11-24T06:00:00.123Z')).toBe(Date.parse('2026-11-24T06:00:00.123Z'));
  });

  it('is none, with a note, where it cannot be read', () => {
    for (const range of [
      { from: 'x', to: '2026-11-24' },
      { from: '2026-11-24', to: '2026-11-24' },
    ])
      expect(resolveRange(range, extent)).toMatchObject({ bounded: false, note: expect.any(String) });
  });

  it('has a bucket that makes 20 to 140 of them', () => {
    expect([HOUR, DAY, 7 * DAY, 30 * DAY].map(bucketFor)).toEqual([MINUTE, HOUR, 6 * HOUR, DAY]);
    for (let length = MINUTE; length < 900 * DAY; length *= 1.01) {
      const count = length / bucketFor(length);
      expect(count).toBeGreaterThanOrEqual(20);
      expect(count).toBeLessThanOrEqual(140);
    }
    expect(bucketFor(0)).toBe(1000);
  });

  it('has a period before, if data reach into it', () => {
    const day = resolveRange({ last: '24h' }, extent);
    expect(periodBefore(day, extent)).toEqual({ from: day.from - DAY, to: day.from });
    expect(periodBefore(resolveRange(undefined, extent), extent)).toBeUndefined();
    expect(periodBefore(day, { from: day.from, to: newest })).toBeUndefined();
    // Of an hour's data before, a day's change would be that of the file's begin.
    expect(periodBefore(day, { from: day.from - HOUR, to: newest })).toBeUndefined();
    expect(periodBefore(day, { from: day.from - 23 * HOUR, to: newest })).toEqual({
      from: day.from - DAY,
      to: day.from,
    });
  });
});

describe('the variables of filters', () => {
  it('are NULL where nothing filters', () => {
    expect(filterVariables({ services: [], text: '' }, resolveRange(undefined, extent), 'UTC')).toEqual({
      filter_from: null,
      filter_to: null,
      filter_services: null,
      filter_models: null,
      filter_status: null,
      filter_text: null,
      bucket: { intervalMs: DAY },
      time_zone: 'UTC',
    });
  });

  it('are instants, lists and texts', () => {
    const range = resolveRange({ last: '1h' }, extent);
    expect(filterVariables({ models: ['m'], status: 'ERROR', text: 'x' }, range, 'UTC')).toMatchObject({
      filter_from: { epochMs: range.from },
      filter_to: { epochMs: range.to },
      filter_models: ['m'],
      filter_status: 'ERROR',
      filter_text: 'x',
      bucket: { intervalMs: MINUTE },
    });
  });

  it('are told apart by type and value', () => {
    expect(sameVariable('1', 1)).toBe(false);
    expect(sameVariable(1n, 1)).toBe(false);
    expect(sameVariable(['a,b'], ['a', 'b'])).toBe(false);
    expect(sameVariable(new Date(1), new Date(1))).toBe(true);
    expect(sameVariable({ intervalMs: 1 }, { intervalMs: 2 })).toBe(false);
  });
});
