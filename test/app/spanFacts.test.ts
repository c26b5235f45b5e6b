import { describe, expect, it } from 'vitest';
import { firstSpan, speedOf, tokenParts } from '../../src/app/spanFacts.ts';
import { tableOf } from '../cells/support.ts';

const timeline = (...rows: [id: string, parent: string | null, status: string][]) =>
  tableOf({ span_id: 'VARCHAR', parent_span_id: 'VARCHAR', status: 'VARCHAR' }, rows);

describe('the span that a trace opens with', () => {
  it('is the root, also where a failure inside was survived', () => {
    expect(firstSpan(timeline(['r', null, 'OK'], ['a', 'r', 'ERROR']))).toBe('r');
    expect(firstSpan(timeline())).toBeUndefined();
  });
  it('is the root by its missing parent, wherever it stands', () => {
    expect(firstSpan(timeline(['a', 'r', 'OK'], ['r', 'gone', 'OK']))).toBe('r');
  });
  it('is where it went wrong in a trace that failed: not what failed because of it', () => {
    const failed = timeline(
      ['r', null, 'ERROR'],
      ['agent', 'r', 'ERROR'],
      ['fine', 'agent', 'OK'],
      ['cause', 'agent', 'ERROR'],
      ['later', 'r', 'ERROR'],
    );
    expect(firstSpan(failed)).toBe('cause');
    expect(firstSpan(timeline(['r', null, 'ERROR'], ['a', 'r', 'OK']))).toBe('r');
  });
});

describe('figures of a span', () => {
  it('give a speed to calls that stream', () => {
    expect(speedOf({ output_tokens: 100n, duration_ms: 2500, time_to_first_token_ms: 500 })).toBe(50);
    expect(speedOf({ output_tokens: 100n, duration_ms: 2500, time_to_first_token_ms: null })).toBeUndefined();
    expect(speedOf({ output_tokens: 100n, duration_ms: 500, time_to_first_token_ms: 500 })).toBeUndefined();
    expect(speedOf({ output_tokens: 0n, duration_ms: 900, time_to_first_token_ms: 500 })).toBeUndefined();
  });
  it('split tokens without counting cached ones twice', () => {
    const parts = tokenParts({
      input_tokens: 100n,
      cache_read_tokens: 60n,
      cache_write_tokens: 10n,
      output_tokens: 5n,
    });
    expect(parts.map((p) => [p.label, p.tokens])).toEqual([
      ['uncached', 30],
      ['cached', 60],
      ['cache write', 10],
      ['output', 5],
    ]);
    expect(tokenParts({ input_tokens: 7n, output_tokens: null }).map((p) => p.label)).toEqual(['input']);
    expect(tokenParts({})).toEqual([]);
  });
});
