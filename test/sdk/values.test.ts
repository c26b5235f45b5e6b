import { describe, expect, it } from 'vitest';
import { toAttribute, toAttributes } from '../../sdk/src/attributes.ts';
import { isoNanos, isoTime, toHrTime } from '../../sdk/src/time.ts';
import { normalizeUsage } from '../../sdk/src/usage.ts';
import { boundText, toJsonValue } from '../../sdk/src/values.ts';

describe('attribute values', () => {
  it('keeps what OTel can hold and writes the rest as JSON', () => {
    expect(toAttribute('text')).toBe('text');
    expect(toAttribute(1.5)).toBe(1.5);
    expect(toAttribute(false)).toBe(false);
    expect(toAttribute(['a', 'b'])).toEqual(['a', 'b']);
    expect(toAttribute(12n)).toBe(12);
    expect(toAttribute(2n ** 63n)).toBe('9223372036854775808');
    expect(toAttribute(Number.NaN)).toBe('NaN');
    expect(toAttribute({ a: [1, { b: null }] })).toBe('{"a":[1,{"b":null}]}');
    expect(toAttribute(['a', 1])).toBe('["a",1]');
    expect(toAttribute(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(toAttribute(new Map([['k', new Set([1])]]))).toBe('{"k":[1]}');
    expect(toAttribute(undefined)).toBeUndefined();
    expect(toAttribute(null)).toBeUndefined();
  });

  it('survives objects that are cyclic, throw, nest without end or are huge', () => {
    const cyclic: Record<string, unknown> = { name: 'a' };
    cyclic.self = cyclic;
    expect(toAttribute(cyclic)).toBe('{"name":"a","self":"[circular]"}');
    const throws = Object.defineProperty({ ok: 1 }, 'bad', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(toAttribute(throws)).toBe('{"ok":1,"bad":"[unreadable]"}');
    expect(
      toAttribute({
        toJSON: () => {
          throw new Error('no');
        },
      }),
    ).toBe('[unreadable: no]');
    let deep: object = {};
    for (let i = 0; i < 100_000; i++) deep = { deep };
    expect(toAttribute(deep)).toContain('[too deep]');
    const huge = Array.from({ length: 100_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    const text = String(toAttribute(huge));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(65_536);
    expect(text).toContain('[cut');
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    expect(() => toAttribute(revoked.proxy)).not.toThrow();
  });

  it('the same object twice is not a cycle', () => {
    const shared = { a: 1 };
    expect(toAttribute({ x: shared, y: shared })).toBe('{"x":{"a":1},"y":{"a":1}}');
  });

  it.each(['a', 'é', '€', '😀'])('cuts a text of %s at a character and says how long it was', (character) => {
    for (let room = 40; room < 48; room++) {
      const cut = boundText(character.repeat(1000), room);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(room);
      expect(cut).toMatch(
        new RegExp(`^(${character})+…\\[cut, ${Buffer.byteLength(character) * 1000} bytes\\]$`, 'u'),
      );
    }
    expect(boundText(character.repeat(10), Buffer.byteLength(character) * 10)).toBe(character.repeat(10));
  });

  it('keeps messages valid when it cuts them, the last ones first to stay', () => {
    const messages = Array.from({ length: 300 }, (_, i) => ({
      role: 'user',
      parts: [{ type: 'text', content: `${i} ${'ü'.repeat(2000)}` }],
    }));
    const text = String(toAttributes({ 'gen_ai.input.messages': messages }, 20_000)['gen_ai.input.messages']);
    const kept = JSON.parse(text) as typeof messages;
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
    expect(kept.at(-1)?.parts[0]?.content).toMatch(/^299 ü+…\[cut, 4004 bytes\]$/u);
    expect(kept[0]?.parts[0]?.content).toBe(`…[${301 - kept.length} messages cut]`);
  });

  it('replaces payloads by type, size and hash', () => {
    const data = Buffer.from('payload '.repeat(200)).toString('base64');
    const hash = /sha256:[0-9a-f]{16}\]/;
    const url = toAttribute(`before data:image/png;base64,${data} after`);
    expect(url).toMatch(/^before \[image\/png, 1600 bytes, sha256:[0-9a-f]{16}\] after$/);
    expect(toJsonValue({ file: data })).toEqual({ file: expect.stringMatching(hash) });
    const vector = Array.from({ length: 1536 }, (_, i) => Math.sin(i));
    expect(toAttribute(vector)).toMatch(/^\[vector, 1536 dimensions, sha256:[0-9a-f]{16}\]$/);
    expect(toAttribute(Float32Array.from(vector))).toMatch(/^\[vector, 1536 dimensions/);
    expect(toAttribute({ embedding: vector })).toMatch(/^\{"embedding":"\[vector, 1536 dim/);
    expect(toAttribute(Buffer.from('abc'))).toMatch(/^\[bytes, 3 bytes/);
    // Numbers that are no embedding, and text that is no payload, stay.
    expect(toAttribute([1, 2, 3])).toEqual([1, 2, 3]);
    expect(toAttribute('x'.repeat(600))).toBe('x'.repeat(600));
  });
});

describe('times', () => {
  it('are exact to the nanosecond', () => {
    expect(isoTime([1_764_000_000, 0])).toBe('2025-11-24T16:00:00.000000Z');
    expect(isoTime([1_764_000_000, 1_000])).toBe('2025-11-24T16:00:00.000001Z');
    expect(isoTime([1_764_000_000, 123_456_789])).toBe('2025-11-24T16:00:00.123456789Z');
    expect(isoNanos('2025-11-24T16:00:00.123456789Z')).toBe(1_764_000_000_123_456_789n);
    expect(isoNanos('2025-11-24T16:00:00.5Z')).toBe(1_764_000_000_500_000_000n);
    expect(isoNanos('2025-11-24T16:00:00Z')).toBe(1_764_000_000_000_000_000n);
  });

  it('read epoch milliseconds, dates and pairs alike, small ones too', () => {
    expect(toHrTime(1_764_000_000_123)).toEqual([1_764_000_000, 123_000_000]);
    expect(toHrTime(5)).toEqual([0, 5_000_000]);
    expect(toHrTime(1999.9999999)).toEqual([2, 0]);
    expect(toHrTime(new Date(1500))).toEqual([1, 500_000_000]);
    expect(toHrTime([7, 8])).toEqual([7, 8]);
  });
});

describe('usage', () => {
  it('keeps inclusive counts', () => {
    const usage = {
      inputTokens: 100,
      cacheReadTokens: 60,
      cacheWriteTokens: 40,
      outputTokens: 9,
      reasoningTokens: 9,
    };
    expect(normalizeUsage(usage)).toMatchObject(usage);
  });

  it('adds the parts to totals that exclude them', () => {
    expect(normalizeUsage({ inputTokens: 10, cacheReadTokens: 900, cacheWriteTokens: 50 }).inputTokens).toBe(
      960,
    );
    expect(normalizeUsage({ outputTokens: 5, reasoningTokens: 20 }).outputTokens).toBe(25);
  });

  it('knows no count from one that is not a number', () => {
    expect(normalizeUsage({ inputTokens: Number.NaN, outputTokens: -1 })).toMatchObject({
      inputTokens: undefined,
      outputTokens: undefined,
    });
  });
});
