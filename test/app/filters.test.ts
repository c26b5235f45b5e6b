import { describe, expect, it } from 'vitest';
import {
  brushBucket,
  clampRange,
  customRange,
  moveRange,
  parseTimeInput,
  rangeLabel,
  timeInput,
} from '../../src/app/filters.ts';

const at = (text: string) => Date.parse(text);

describe('custom times', () => {
  it('reads what it writes, in any zone', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York'])
      for (const time of ['2026-11-23T14:00:00Z', '2026-07-01T00:00:30Z'])
        expect(parseTimeInput(timeInput(at(time), zone), zone)).toBe(at(time));
  });
  it('takes a day, a minute, a second', () => {
    expect(parseTimeInput('2026-11-23', 'UTC')).toBe(at('2026-11-23T00:00:00Z'));
    expect(parseTimeInput(' 2026-11-23 9:05 ', 'UTC')).toBe(at('2026-11-23T09:05:00Z'));
    expect(parseTimeInput('2026-11-23T09:05:07', 'UTC')).toBe(at('2026-11-23T09:05:07Z'));
  });
  it('refuses what is no time', () => {
    for (const text of ['', 'yesterday', '2026-13-40', '2026-11-23 25:00'])
      expect(parseTimeInput(text, 'UTC')).toBeUndefined();
  });
});

describe('labels', () => {
  it('names the range', () => {
    expect(rangeLabel(undefined, 'UTC')).toBe('All time');
    expect(rangeLabel({ last: '7d' }, 'UTC')).toBe('Last 7 days');
    const range = customRange(at('2026-11-23T14:00:00Z'), at('2026-11-23T15:30:00Z'));
    expect(rangeLabel(range, 'UTC')).toBe('23 Nov 14:00 – 15:30');
    expect(rangeLabel(range, 'Europe/Berlin')).toBe('23 Nov 15:00 – 16:30');
  });
});

describe('brush', () => {
  const extent = { from: 0, to: 1000, bucketMs: 10 };
  it('has at most a hundred bars', () => {
    for (const days of [0.01, 1, 7, 31, 400, 4000]) {
      const length = days * 86_400_000;
      expect(length / brushBucket(length)).toBeLessThanOrEqual(100);
    }
    expect(brushBucket(7 * 86_400_000)).toBe(2 * 3_600_000);
  });
  it('turns a drag to the left around, and stays inside', () => {
    expect(clampRange(500, 200, extent)).toEqual({ from: 200, to: 500 });
    expect(clampRange(-50, 2000, extent)).toEqual({ from: 0, to: 1000 });
  });
  it('is never shorter than a bucket', () => {
    expect(clampRange(500, 500, extent)).toEqual({ from: 500, to: 510 });
    expect(clampRange(1000, 1000, extent)).toEqual({ from: 990, to: 1000 });
  });
  it('keeps its length when moved to an end', () => {
    expect(moveRange({ from: 100, to: 300 }, -500, extent)).toEqual({ from: 0, to: 200 });
    expect(moveRange({ from: 100, to: 300 }, 5000, extent)).toEqual({ from: 800, to: 1000 });
  });
});
