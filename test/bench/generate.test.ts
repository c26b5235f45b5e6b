import { SpanRecord } from '@spanbook/sdk/schema';
import { describe, expect, it } from 'vitest';
import { spans } from '../../bench/generate.ts';

describe('the generator of the benchmarks', () => {
  it('writes valid records, as many as asked for', () => {
    const made = [...spans(1000)];
    expect(made).toHaveLength(1000);
    for (const span of made) expect(SpanRecord.safeParse(span).success).toBe(true);
    expect(new Set(made.map((span) => span.span_id)).size).toBe(1000);
    expect(new Set(made.map((span) => span.kind)).size).toBe(6);
  });

  it('writes the same for the same seed only', () => {
    const text = (seed: number) => JSON.stringify([...spans(50, seed)]);
    expect(text(1)).toBe(text(1));
    expect(text(1)).not.toBe(text(2));
  });
});
