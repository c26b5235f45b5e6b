import { describe, expect, it } from 'vitest';
import { ancestors, buildTree, matches, nextNode, visibleNodes } from '../../src/cells/timeline/layout.ts';
import { readSpans, type Span } from '../../src/cells/timeline/spans.ts';
import { timeSplit } from '../../src/cells/timeline/split.ts';
import { fullWindow, pan, reveal, rulerTicks, setWindow, zoom } from '../../src/cells/timeline/window.ts';
import { tableOf } from './support.ts';

const span = (
  id: string,
  parentId: string | undefined,
  start: number,
  duration?: number,
  more: Partial<Span> = {},
): Span => ({
  id,
  parentId,
  name: id,
  kind: 'TOOL',
  start,
  duration,
  failed: false,
  error: '',
  model: '',
  cost: undefined,
  tokens: undefined,
  firstToken: undefined,
  role: '',
  ...more,
});
const call = (cost?: number) => ({ kind: 'LLM', role: 'call', cost });
const names = (tree: ReturnType<typeof buildTree>, indices: readonly number[]) =>
  indices.map((i) => tree.nodes[i]?.span.id);
const node = (tree: ReturnType<typeof buildTree>, id: string) => {
  const found = tree.nodes.find((n) => n.span.id === id);
  if (found === undefined) throw new Error(`no span ${id}`);
  return found;
};

describe('the tree of a trace', () => {
  it('orders children by start, depth first', () => {
    const tree = buildTree([
      span('b', 'r', 5, 1),
      span('r', undefined, 0, 10),
      span('a', 'r', 1, 3),
      span('a1', 'a', 2, 1),
    ]);
    expect(names(tree, tree.order)).toEqual(['r', 'a', 'a1', 'b']);
    expect(tree.order.map((i) => tree.nodes[i]?.depth)).toEqual([0, 1, 2, 1]);
    expect(node(tree, 'r')).toMatchObject({ size: 4, last: true });
    expect(node(tree, 'a').last).toBe(false);
    expect(tree.duration).toBe(10);
  });

  it('keeps several roots and orphans, and says which is an orphan', () => {
    const tree = buildTree([
      span('r1', undefined, 0, 1),
      span('lost', 'nowhere', 3, 1),
      span('r2', undefined, 2, 1),
    ]);
    expect(names(tree, tree.roots)).toEqual(['r1', 'r2', 'lost']);
    expect(tree.nodes.map((n) => n.orphan)).toEqual([false, true, false]);
  });

  it('cuts circles at their earliest span and loses none', () => {
    const tree = buildTree([
      span('a', 'c', 5, 1),
      span('b', 'a', 3, 1),
      span('c', 'b', 4, 1),
      span('self', 'self', 6, 1),
      span('tail', 'c', 7, 1),
      span('r', undefined, 0, 20),
    ]);
    expect(tree.order).toHaveLength(6);
    expect(new Set(tree.order).size).toBe(6);
    expect(names(tree, tree.roots)).toEqual(['r', 'b', 'self']);
    expect(tree.nodes.filter((n) => n.cycle).map((n) => n.span.id)).toEqual(['b', 'self']);
    expect(node(tree, 'tail').depth).toBe(2);
    expect(node(tree, 'b').size).toBe(4);
  });

  it('keeps spans that share an id; children hang on the first', () => {
    const tree = buildTree([span('x', undefined, 0, 5), span('x', undefined, 1, 2), span('y', 'x', 2, 1)]);
    expect(tree.order).toHaveLength(3);
    expect(tree.nodes[0]?.children).toEqual([2]);
    expect(tree.nodes[1]?.children).toEqual([]);
  });

  it('draws an unfinished span to the end of the trace, and says so', () => {
    const tree = buildTree([span('r', undefined, 0, 10), span('open', 'r', 4)]);
    expect(node(tree, 'open')).toMatchObject({ unfinished: true, end: 10 });
    const alone = buildTree([span('open', undefined, 0)]);
    expect(node(alone, 'open').end).toBe(0);
    expect(alone.duration).toBeGreaterThan(0);
  });

  it('notes a child that starts before its parent', () => {
    const tree = buildTree([
      span('r', undefined, 100, 50),
      span('early', 'r', 88, 5),
      span('near', 'r', 99.5, 5),
    ]);
    expect(node(tree, 'early').skew).toBe(12);
    expect(node(tree, 'near').skew).toBe(0);
    expect(node(tree, 'early').span.start).toBe(88);
  });

  it('takes a chain of 50,000 spans, in any order, without recursion', () => {
    const count = 50_000;
    const spans = Array.from({ length: count }, (_, i) =>
      span(`s${i}`, i === 0 ? undefined : `s${i - 1}`, i, 1, call(0.001)),
    ).reverse();
    const tree = buildTree(spans);
    expect(tree.order).toHaveLength(count);
    expect(node(tree, 's0').size).toBe(count);
    expect(node(tree, 's0').subtreeCost).toBeCloseTo(count * 0.001, 6);
    expect(tree.nodes[0]?.depth).toBe(count - 1);
    expect(timeSplit(tree).reduce((sum, p) => sum + p.ms, 0)).toBeCloseTo(tree.duration, 6);
  });

  it('takes a circle of 20,000 spans', () => {
    const count = 20_000;
    const tree = buildTree(
      Array.from({ length: count }, (_, i) => span(`s${i}`, `s${(i + 1) % count}`, i, 1)),
    );
    expect(new Set(tree.order).size).toBe(count);
    expect(names(tree, tree.roots)).toEqual(['s0']);
  });

  it('is empty without spans', () =>
    expect(buildTree([])).toMatchObject({ nodes: [], order: [], roots: [] }));
});

describe('the cost of a subtree', () => {
  it('sums calls, each once, and never the aggregates that repeat them', () => {
    const tree = buildTree([
      span('r', undefined, 0, 10, { role: 'aggregate', cost: 99 }),
      span('agent', 'r', 1, 8, { role: 'aggregate', cost: 3 }),
      span('c1', 'agent', 2, 1, call(1)),
      span('c2', 'agent', 3, 1, call(2)),
      span('inner', 'c2', 3, 1, call(0.5)),
      span('tool', 'r', 9, 1),
    ]);
    expect(node(tree, 'r').subtreeCost).toBe(3.5);
    expect(node(tree, 'agent').subtreeCost).toBe(3.5);
    expect(node(tree, 'c2').subtreeCost).toBe(2.5);
    expect(node(tree, 'tool').subtreeCost).toBeUndefined();
  });

  it('falls back to the innermost aggregates only where no call has a cost', () => {
    const tree = buildTree([
      span('r', undefined, 0, 10, { role: 'aggregate', cost: 5 }),
      span('a', 'r', 1, 2, { role: 'aggregate', cost: 2 }),
      span('b', 'r', 4, 2, { role: 'aggregate', cost: 3 }),
      span('c', 'a', 1, 1, call(undefined)),
    ]);
    expect(node(tree, 'r').subtreeCost).toBe(5);
    expect(node(tree, 'a').subtreeCost).toBe(2);
    expect(node(tree, 'c').subtreeCost).toBeUndefined();
  });

  it('is of the calls where they have usage without a price, and of what the rows say counts', () => {
    const guessed = buildTree([
      span('r', undefined, 0, 10, { role: 'aggregate', cost: 5 }),
      span('c', 'r', 1, 1, { ...call(undefined), tokens: 12 }),
    ]);
    expect(node(guessed, 'r').subtreeCost).toBeUndefined();
    const told = buildTree([
      span('r', undefined, 0, 10, { role: 'aggregate', cost: 5, counts: false }),
      span('a', 'r', 1, 2, { role: 'aggregate', cost: 2, counts: true }),
    ]);
    expect(node(told, 'r').subtreeCost).toBe(2);
  });

  it('is unknown, not 0, where nothing is priced', () =>
    expect(node(buildTree([span('r', undefined, 0, 1, call(undefined))]), 'r').subtreeCost).toBeUndefined());
});

describe('moving in the tree', () => {
  const tree = buildTree([
    span('r', undefined, 0, 10),
    span('a', 'r', 1, 3),
    span('a1', 'a', 2, 1, { failed: true, error: 'TimeoutError' }),
    span('b', 'r', 5, 1),
    span('b1', 'b', 5, 1, { failed: true }),
  ]);
  const id = (name: string) => tree.nodes.findIndex((n) => n.span.id === name);

  it('leaves out what is folded', () => {
    expect(names(tree, visibleNodes(tree, new Set([id('a')])))).toEqual(['r', 'a', 'b', 'b1']);
    expect(names(tree, visibleNodes(tree, new Set([id('r'), id('a')])))).toEqual(['r']);
    expect(names(tree, ancestors(tree, id('b1')))).toEqual(['b', 'r']);
  });

  it('finds the next and the one before, around the end', () => {
    const failed = (n: (typeof tree.nodes)[number]) => n.span.failed;
    expect(nextNode(tree, undefined, 1, failed)).toBe(id('a1'));
    expect(nextNode(tree, id('a1'), 1, failed)).toBe(id('b1'));
    expect(nextNode(tree, id('b1'), 1, failed)).toBe(id('a1'));
    expect(nextNode(tree, undefined, -1, failed)).toBe(id('b1'));
    expect(nextNode(tree, id('a'), -1, failed)).toBe(id('b1'));
    expect(nextNode(tree, id('r'), 1, () => false)).toBeUndefined();
  });

  it('searches name, kind, model and error', () => {
    expect(tree.nodes.filter((n) => matches(n.span, 'timeout')).map((n) => n.span.id)).toEqual(['a1']);
    expect(matches(span('x', undefined, 0, 1), '  ')).toBe(false);
  });

  it('counts failures below', () => expect(node(tree, 'r').failedBelow).toBe(2));
});

describe('reading spans', () => {
  it('subtracts nanoseconds before they become numbers', () => {
    const table = tableOf(
      { span_id: 'VARCHAR', start_ns: 'BIGINT', duration_ns: 'BIGINT', status: 'VARCHAR', kind: 'VARCHAR' },
      [
        ['b', 1_790_000_000_123_456_789n, 1_500n, 'ERROR', 'llm'],
        ['a', 1_790_000_000_123_456_288n, null, 'OK', null],
      ],
    );
    const [b, a] = readSpans(table);
    expect(b).toMatchObject({ start: 0.000501, duration: 0.0015, failed: true, kind: 'LLM' });
    expect(a).toMatchObject({ start: 0, duration: undefined, kind: 'INTERNAL' });
  });

  it('goes by start_time where there are no nanoseconds, and makes no negative width', () => {
    const table = tableOf({ span_id: 'VARCHAR', start_time: 'TIMESTAMP', duration_ms: 'DOUBLE' }, [
      ['a', 1000.5, -3],
      ['b', 1002, 4],
    ]);
    expect(readSpans(table).map((s) => [s.start, s.duration])).toEqual([
      [0, 0],
      [1.5, 4],
    ]);
  });
});

describe('where the time went', () => {
  it('goes to the deepest span that runs; helpers belong to what they are done for', () => {
    const tree = buildTree([
      span('r', undefined, 0, 100, { kind: 'CHAIN' }),
      span('llm', 'r', 10, 30, { kind: 'LLM' }),
      span('tool', 'r', 50, 30, { kind: 'TOOL' }),
      span('http', 'tool', 55, 20, { kind: 'INTERNAL' }),
      span('late', undefined, 120, 10, { kind: 'GUARDRAIL' }),
    ]);
    expect(Object.fromEntries(timeSplit(tree).map((p) => [p.label, p.ms]))).toEqual({
      llm: 30,
      tools: 30,
      'own code': 40,
      idle: 20,
      checks: 10,
    });
  });
});

describe('the window in time', () => {
  const full = fullWindow(1000);
  it('zooms around a point, and never beyond the whole', () => {
    const close = zoom(full, 0.5, 200, full);
    expect((200 - close.from) / (close.to - close.from)).toBeCloseTo(200 / full.to, 9);
    expect(close.to - close.from).toBeCloseTo(full.to / 2, 9);
    expect(zoom(close, 100, 200, full)).toEqual(full);
    let w = full;
    for (let i = 0; i < 200; i++) w = zoom(w, 0.5, 300, full);
    expect(w.to).toBeGreaterThan(w.from);
  });
  it('pans up to the ends', () => {
    const w = setWindow(400, 600, full);
    expect(pan(w, 0.5, full)).toEqual({ from: 500, to: 700 });
    expect(pan(w, -10, full)).toEqual({ from: 0, to: 200 });
    expect(pan(w, 10, full).to).toBe(full.to);
    expect(setWindow(600, 400, full)).toEqual(w);
  });
  it('reveals what is out of sight, and else stays', () => {
    const w = setWindow(400, 600, full);
    expect(reveal(w, 550, 900, full)).toBe(w);
    expect(reveal(w, 800, 820, full)).toEqual({ from: 710, to: 910 });
  });
  it('has round ticks in one unit', () => {
    expect(
      rulerTicks({ from: 0, to: 9500 }, 10)
        .map((t) => t.label)
        .slice(0, 3),
    ).toEqual(['0', '1 s', '2 s']);
    expect(rulerTicks({ from: 2000, to: 2400 }, 5).map((t) => t.label)).toEqual([
      '2 s',
      '2.1 s',
      '2.2 s',
      '2.3 s',
      '2.4 s',
    ]);
    expect(rulerTicks({ from: 0, to: 0.4 }, 5).map((t) => t.label)).toContain('100 µs');
    expect(rulerTicks({ from: 0, to: 600_000 }, 8).map((t) => t.label)).toContain('2 min');
  });
});
