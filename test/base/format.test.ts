import { describe, expect, it } from 'vitest';
import { valueAxis } from '../../src/base/axis.ts';
import {
  bytes,
  columnFormat,
  count,
  delta,
  duration,
  figure,
  single,
  UNKNOWN,
  unitOf,
  usd,
} from '../../src/base/format.ts';
import { columnHead, columnLabel, metricLabel } from '../../src/base/labels.ts';

describe('the unit of a column', () => {
  it.each([
    ['cost_usd', 'usd'],
    ['cost_per_request_usd', 'usd_each'],
    ['usd_per_million', 'usd_per_million'],
    ['p95_ms', 'ms'],
    ['duration_ns', 'ns'],
    ['start_ns', 'id'],
    ['error_rate', 'share'],
    ['share', 'share'],
    ['cached_share', 'share'],
    ['input_tokens', 'tokens'],
    ['tokens', 'tokens'],
    ['size_bytes', 'bytes'],
    ['line', 'id'],
    ['requests', 'none'],
    ['programs', 'none'],
  ])('%s', (column, unit) => expect(unitOf(column)).toBe(unit));
});

describe('a figure in a tile', () => {
  it.each([
    ['requests', 2495n, '2,495', ''],
    ['requests', 1_234_567, '1.23', 'M'],
    ['tokens', 4_656_600, '4.66', 'M'],
    ['tokens', 12_354, '12,354', ''],
    ['avg_latency_ms', 1290, '1.29', 's'],
    ['avg_latency_ms', 394.4, '394', 'ms'],
    ['avg_latency_ms', 150_000, '2.5', 'min'],
    ['duration_ns', 1_290_000_000n, '1.29', 's'],
    ['cost_usd', 6.1973, '$6.20', ''],
    ['cost_usd', 0, '$0.00', ''],
    ['cost_usd', 0.0183, '$0.0183', ''],
    ['cost_usd', 0.00001, '< $0.0001', ''],
    ['cost_usd', 1_500_000, '$1.50', 'M'],
    ['cost_usd', '12345.675', '$12,345.68', ''],
    ['error_rate', 0.0164, '1.64', '%'],
    ['file_bytes', 214_000_000, '214.0', 'MB'],
    ['score', 0.871, '0.871', ''],
  ])('%s %s', (column, value, text, unit) => expect(figure(column, value)).toEqual({ text, unit }));

  it.each([null, undefined, Number.NaN, 'x'])('%s is unknown, not 0', (value) =>
    expect(figure('cost_usd', value)).toEqual({ text: UNKNOWN, unit: '' }),
  );
});

describe('a column', () => {
  const shown = (column: string, values: readonly unknown[]) => {
    const { unit, format } = columnFormat(column, values);
    return [unit, ...values.map(format)];
  };

  it('has one unit and one number of decimals', () => {
    expect(shown('p95_ms', [2880, 120, null])).toEqual(['s', '2.88', '0.12', UNKNOWN]);
    expect(shown('p95_ms', [28, 394])).toEqual(['ms', '28', '394']);
    expect(shown('duration_ns', [8_412_000_000n])).toEqual(['s', '8.41']);
    expect(shown('cost_usd', [5.0593, 0.00001])).toEqual(['USD', '5.0593', '< 0.0001']);
    expect(shown('cost_per_request_usd', [0.0136])).toEqual(['USD', '0.013600']);
    expect(shown('usd_per_million', [3, 0.075])).toEqual(['USD', '3.000', '0.075']);
    expect(shown('share', [0.816, 0.0006, 0])).toEqual(['', '81.6 %', '< 0.1 %', '0.0 %']);
    expect(shown('input_tokens', [1_775_780n, 12.6])).toEqual(['tok', '1,775,780', '13']);
    expect(shown('score', [1, 2.5])).toEqual(['', '1.0', '2.5']);
    expect(shown('line', [12345n])).toEqual(['', '12345']);
    expect(shown('size_bytes', [1500, 2_000_000])).toEqual(['MB', '< 0.1', '2.0']);
  });
});

describe('one value by itself', () => {
  it.each([
    ['cost_usd', 0.0183, '$0.0183'],
    ['cost_per_request_usd', 0.00034, '$0.000340'],
    ['duration_ms', 8412.3, '8.41 s'],
    ['duration_ns', 394_000_000n, '394 ms'],
    ['total_tokens', 12354n, '12,354'],
    ['error_rate', 0.5, '50.0 %'],
    ['cost_usd', null, UNKNOWN],
  ])('%s %s', (column, value, text) => expect(single(column, value)).toBe(text));

  it('scales durations, bytes and counts', () => {
    expect(duration(0)).toBe('0 ms');
    expect(duration(0.05)).toBe('50 µs');
    expect(duration(1.234)).toBe('1.23 ms');
    expect(duration(999.6)).toBe('1.00 s');
    expect(duration(59_000)).toBe('59.00 s');
    expect(duration(7_200_000)).toBe('2.0 h');
    expect(bytes(999)).toBe('999 B');
    expect(bytes(3_100_000_000)).toBe('3.1 GB');
    expect(count(391_600)).toBe('392 k');
    expect(usd(-1.5, 2)).toBe('−$1.50');
  });
});

describe('the change against the period before', () => {
  it.each([
    ['requests', 932, 1000, '−6.8 %', 'neutral'],
    ['tokens', 110, 100, '+10.0 %', 'neutral'],
    ['avg_latency_ms', 93, 100, '−7.0 %', 'good'],
    ['cost_usd', 2, 1, '+100.0 %', 'bad'],
    ['error_rate', 0.0164, 0.0033, '+1.31 pp', 'bad'],
    ['error_rate', 0.01, 0.02, '−1.00 pp', 'good'],
    ['error_rate', 0.01, 0, '+1.00 pp', 'bad'],
    ['cost_usd', 1, 1, '0.0 %', 'neutral'],
    ['requests', 3n, 2n, '+50.0 %', 'neutral'],
  ])('%s from %s', (column, now, before, text, tone) =>
    expect(delta(column, now, before)).toEqual({ text, tone }),
  );

  it('is nothing where there is nothing to compare with', () => {
    expect(delta('requests', 5, 0)).toBeUndefined();
    expect(delta('requests', 5, null)).toBeUndefined();
    expect(delta('cost_usd', null, 5)).toBeUndefined();
  });
});

describe('labels', () => {
  it('say the statistic after the metric', () => {
    expect(metricLabel('avg_latency_ms')).toBe('Latency, average');
    expect(metricLabel('p95_latency_ms')).toBe('Latency, p95');
    expect(metricLabel('requests')).toBe('Requests');
    expect(metricLabel('cost_usd')).toBe('Cost');
    expect(metricLabel('something_new')).toBe('Something new');
  });

  it('leave out the unit of a column', () => {
    expect(columnLabel('p95_ms')).toBe('p95');
    expect(columnLabel('p95_latency_ms')).toBe('p95');
    expect(columnLabel('total_tokens')).toBe('tokens');
    expect(columnLabel('tokens')).toBe('tokens');
    expect(columnHead('cost_usd')).toBe('cost, USD');
    expect(columnHead('total_tokens')).toBe('tokens');
    expect(columnHead('output_tokens')).toBe('output, tok');
  });
});

describe('an axis from zero', () => {
  const labels = (column: string, max: number, most?: number) =>
    valueAxis(column, max, most).ticks.map((t) => t.label);

  it('has round ticks in the unit of the column', () => {
    expect(labels('cost_usd', 0.8722)).toEqual(['0', '$0.25', '$0.50', '$0.75', '$1.00']);
    expect(labels('p95_ms', 5200)).toEqual(['0', '2 s', '4 s', '6 s']);
    expect(labels('p95_ms', 380)).toEqual(['0', '100 ms', '200 ms', '300 ms', '400 ms']);
    expect(labels('error_rate', 0.074)).toEqual(['0', '2 %', '4 %', '6 %', '8 %']);
    expect(labels('requests', 3)).toEqual(['0', '1', '2', '3']);
    expect(labels('tokens', 1_775_780)).toEqual(['0', '500 k', '1 M', '1.5 M', '2 M']);
  });

  it('ends at or above the largest value, whatever that is', () => {
    for (const max of [1e-6, 0.03, 0.99, 1, 7, 99, 101, 12_345, 9.9e9]) {
      const axis = valueAxis('cost_usd', max);
      expect(axis.max).toBeGreaterThanOrEqual(max * (1 - 1e-9));
      expect(axis.ticks.length).toBeLessThanOrEqual(6);
      expect(new Set(axis.ticks.map((t) => t.label)).size).toBe(axis.ticks.length);
    }
    expect(valueAxis('cost_usd', 0).max).toBeGreaterThan(0);
  });
});
