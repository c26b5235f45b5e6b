import { describe, expect, it } from 'vitest';
import { createModelColors } from '../../src/app/modelColors.ts';

describe('colours of models', () => {
  it('are kept when other models come, and given again from what was kept', () => {
    let kept: readonly string[] = [];
    const colors = createModelColors((models) => {
      kept = models;
    });
    colors.add(['b', 'a']);
    const [a, b] = [colors.color('a'), colors.color('b')];
    expect(a).not.toBe(b);
    colors.add(['c', 'a', 'b']);
    expect([colors.color('a'), colors.color('b')]).toEqual([a, b]);
    const again = createModelColors(() => undefined);
    again.add(kept);
    expect([again.color('a'), again.color('b')]).toEqual([a, b]);
  });

  it('are given again while files are being read, and stay once they are there', () => {
    const kept: (readonly string[])[] = [];
    const colors = createModelColors((models) => kept.push(models));
    colors.add(['small'], false);
    colors.add(['big', 'small'], false);
    expect(kept).toEqual([]);
    expect(colors.color('big')).toBe('var(--c1)');
    colors.add(['big', 'small']);
    colors.add(['bigger', 'big', 'small'], false);
    expect(kept).toEqual([['big', 'small']]);
    expect(['big', 'small', 'bigger'].map((m) => colors.color(m))).toEqual([
      'var(--c1)',
      'var(--c2)',
      'var(--c3)',
    ]);
  });

  it('have eight hues; what exceeds them, or is in no data, shares one colour and takes no hue away', () => {
    const colors = createModelColors(() => undefined);
    const unknown = colors.color('typo');
    const models = Array.from({ length: 10 }, (_, n) => `m${n}`);
    colors.add(models);
    const given = models.map((m) => colors.color(m));
    expect(new Set(given.slice(0, 8)).size).toBe(8);
    expect(given.slice(8)).toEqual([unknown, unknown]);
  });
});
