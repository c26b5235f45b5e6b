import { describe, expect, it } from 'vitest';
import {
  clock,
  DAY,
  day,
  dayTime,
  fromWall,
  HOUR,
  span,
  timeFormat,
  timestamp,
  timestampNs,
  timeTicks,
  toWall,
  zoneOffset,
} from '../../src/base/time.ts';

const at = (iso: string) => Date.parse(iso);

describe('zones', () => {
  it('knows the offset at that moment', () => {
    expect(zoneOffset(at('2026-01-15T12:00:00Z'), 'Europe/Berlin')).toBe(HOUR);
    expect(zoneOffset(at('2026-07-15T12:00:00Z'), 'Europe/Berlin')).toBe(2 * HOUR);
    expect(zoneOffset(at('2026-07-15T12:00:00Z'), 'Asia/Kolkata')).toBe(5.5 * HOUR);
    expect(zoneOffset(at('2026-07-15T12:00:00Z'), 'UTC')).toBe(0);
  });

  it('keeps the fraction of a millisecond', () => {
    const utc = at('2026-01-15T12:00:00Z') + 0.25;
    expect(toWall(utc, 'Europe/Berlin')).toBe(utc + HOUR);
  });

  it('goes back from the wall, over both changes of the clock', () => {
    for (let utc = at('2026-03-28T00:00:00Z'); utc < at('2026-03-31T00:00:00Z'); utc += HOUR / 2)
      expect(fromWall(toWall(utc, 'Europe/Berlin'), 'Europe/Berlin')).toBe(utc);
    // 02:30 happens twice on 25 October: the first is meant.
    expect(fromWall(at('2026-10-25T02:30:00Z'), 'Europe/Berlin')).toBe(at('2026-10-25T00:30:00Z'));
  });
});

describe('words for times', () => {
  const wall = at('2026-11-24T13:58:31.204Z');

  it('says as much as is asked', () => {
    expect(clock(wall)).toBe('13:58');
    expect(clock(wall, 'ms')).toBe('13:58:31.204');
    expect(day(wall)).toBe('24 Nov');
    expect(day(wall, at('2027-01-01T00:00:00Z'))).toBe('24 Nov 2026');
    expect(dayTime(wall, 'second')).toBe('24 Nov 13:58:31');
  });

  it.each([
    ['2026-11-23T16:00:00Z', '2026-11-23T17:00:00Z', '23 Nov 16:00–17:00'],
    ['2026-11-23T23:00:00Z', '2026-11-24T00:00:00Z', '23 Nov 23:00–24:00'],
    ['2026-11-23T23:00:00Z', '2026-11-24T01:00:00Z', '23 Nov 23:00 – 24 Nov 01:00'],
    ['2026-11-23T00:00:00Z', '2026-11-24T00:00:00Z', '23 Nov'],
    ['2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z', '23 Nov – 29 Nov'],
    ['2026-11-23T16:00:00Z', '2026-11-23T16:00:15Z', '23 Nov 16:00:00–16:00:15'],
  ])('from %s to %s', (from, to, text) => expect(span(at(from), at(to))).toBe(text));

  it('writes timestamps as SQL does, as exact as they are', () => {
    expect(timestamp(at('2026-11-24T13:56:57Z'))).toBe('2026-11-24 13:56:57');
    expect(timestamp(wall)).toBe('2026-11-24 13:58:31.204');
    expect(timestamp(wall + 0.125)).toBe('2026-11-24 13:58:31.204125');
    expect(timestamp(-0.5)).toBe('1969-12-31 23:59:59.999500');
    expect(timestamp(Number.POSITIVE_INFINITY)).toBe('infinity');
    expect(timestampNs(1_764_000_000_123_456_789n)).toBe('2025-11-24 16:00:00.123456789');
    expect(timestampNs(-1n)).toBe('1969-12-31 23:59:59.999999999');
  });

  it('leaves out the day where a column has one only', () => {
    expect(timeFormat([wall, wall + 1], 'second')(wall)).toBe('13:58:31');
    expect(timeFormat([wall, wall + DAY], 'second')(wall)).toBe('24 Nov 13:58:31');
  });
});

describe('ticks', () => {
  it('are round, and name the day where one begins', () => {
    const ticks = timeTicks(at('2026-11-23T14:00:00Z'), at('2026-11-24T14:00:00Z'), 8);
    expect(ticks.map((t) => t.label)).toEqual([
      '15:00',
      '18:00',
      '21:00',
      '24 Nov',
      '03:00',
      '06:00',
      '09:00',
      '12:00',
    ]);
    expect(ticks.filter((t) => t.day).map((t) => t.label)).toEqual(['24 Nov']);
  });

  it('never exceed what there is room for', () => {
    for (const length of [1000, 60_000, HOUR, 5 * HOUR, DAY, 7 * DAY, 30 * DAY, 365 * DAY, 4000 * DAY])
      expect(
        timeTicks(at('2026-01-01T00:00:00Z'), at('2026-01-01T00:00:00Z') + length, 8).length,
      ).toBeLessThanOrEqual(9);
  });
});
