/**
 * The tree of a trace, from whatever a file holds: several roots, parents that are missing, parents in a circle,
 * spans that never ended, clocks that disagree. No span is lost, nothing recurses (a chain may be 50,000 deep). No DOM.
 */
import type { Span } from './spans.ts';

export interface Node {
  readonly span: Span;
  /** Index in `nodes`; −1 at a root. */
  readonly parent: number;
  readonly children: readonly number[];
  readonly depth: number;
  /** Whether no sibling follows. */
  readonly last: boolean;
  readonly end: number;
  readonly unfinished: boolean;
  /** The parent is not in the trace. */
  readonly orphan: boolean;
  /** Its parents formed a circle, which is cut here. */
  readonly cycle: boolean;
  /** How long before its parent it starts, ms; 0 if it does not. Clocks of two hosts, as a rule. */
  readonly skew: number;
  /** Cost of the calls in the subtree, itself included; `undefined` if none is priced. */
  readonly subtreeCost: number | undefined;
  /** Spans in the subtree, itself included. */
  readonly size: number;
  /** Failed spans below it. */
  readonly failedBelow: number;
}

export interface TraceTree {
  readonly nodes: readonly Node[];
  readonly roots: readonly number[];
  /** Preorder: children by start. */
  readonly order: readonly number[];
  /** Where each node stands in `order`. */
  readonly place: readonly number[];
  /** From the first start to the last end, ms; never 0. */
  readonly duration: number;
}

/** Below this a child that starts before its parent is rounding, ms. */
const SKEW = 1;

export function buildTree(spans: readonly Span[]): TraceTree {
  const count = spans.length;
  const at = (i: number): Span => spans[i] as Span;
  const byId = new Map<string, number>();
  spans.forEach((s, i) => {
    if (!byId.has(s.id)) byId.set(s.id, i);
  });
  const parent = spans.map((s) => (s.parentId === undefined ? -1 : (byId.get(s.parentId) ?? -1)));
  const orphan = spans.map((s, i) => s.parentId !== undefined && parent[i] === -1);
  const cycle = new Array<boolean>(count).fill(false);
  cutCycles(parent, cycle, (i) => at(i).start);

  const children = spans.map((): number[] => []);
  const roots: number[] = [];
  const byStart = spans.map((_, i) => i).sort((a, b) => at(a).start - at(b).start || a - b);
  for (const i of byStart) {
    const p = parent[i] ?? -1;
    if (p < 0) roots.push(i);
    else children[p]?.push(i);
  }
  const { order, depth } = preorder(roots, children, count);
  const traceEnd = spans.reduce((end, s) => Math.max(end, s.start + (s.duration ?? 0)), 0);

  const size = new Array<number>(count).fill(1);
  const failed = new Array<number>(count).fill(0);
  const costs = ownCosts(spans, parent, order);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] ?? 0;
    const p = parent[node] ?? -1;
    if (p < 0) continue;
    size[p] = (size[p] ?? 1) + (size[node] ?? 1);
    failed[p] = (failed[p] ?? 0) + (failed[node] ?? 0) + (at(node).failed ? 1 : 0);
    const cost = costs[node];
    if (cost !== undefined) costs[p] = (costs[p] ?? 0) + cost;
  }
  const lastOf = new Set([...children, roots].map((list) => list.at(-1)));
  const nodes = spans.map((span, i): Node => {
    const p = parent[i] ?? -1;
    const early = p < 0 ? 0 : at(p).start - span.start;
    return {
      span,
      parent: p,
      children: children[i] ?? [],
      depth: depth[i] ?? 0,
      last: lastOf.has(i),
      end: span.duration === undefined ? Math.max(traceEnd, span.start) : span.start + span.duration,
      unfinished: span.duration === undefined,
      orphan: orphan[i] ?? false,
      cycle: cycle[i] ?? false,
      skew: early > SKEW ? early : 0,
      subtreeCost: costs[i],
      size: size[i] ?? 1,
      failedBelow: failed[i] ?? 0,
    };
  });
  const place = new Array<number>(count).fill(0);
  order.forEach((node, i) => {
    place[node] = i;
  });
  return { nodes, roots, order, place, duration: traceEnd > 0 ? traceEnd : 1 };
}

/** Follows each span's parents; a circle is cut at its earliest span, which becomes a root. */
function cutCycles(parent: number[], cycle: boolean[], start: (i: number) => number): void {
  const done = new Uint8Array(parent.length);
  for (let i = 0; i < parent.length; i++) {
    const path: number[] = [];
    let at = i;
    while (at >= 0 && done[at] === 0) {
      done[at] = 1;
      path.push(at);
      at = parent[at] ?? -1;
    }
    if (at >= 0 && done[at] === 1) {
      const circle = path.slice(path.indexOf(at));
      const root = circle.reduce((a, b) => (start(b) < start(a) ? b : a));
      parent[root] = -1;
      cycle[root] = true;
    }
    for (const node of path) done[node] = 2;
  }
}

function preorder(roots: readonly number[], children: readonly (readonly number[])[], count: number) {
  const order: number[] = [];
  const depth = new Array<number>(count).fill(0);
  const todo = [...roots].reverse();
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    order.push(node);
    const own = children[node] ?? [];
    for (let i = own.length - 1; i >= 0; i--) {
      const child = own[i] ?? 0;
      depth[child] = (depth[node] ?? 0) + 1;
      todo.push(child);
    }
  }
  return { order, depth };
}

/**
 * What each span adds to a sum: calls only, each once. Where no call of the trace has usage, the innermost
 * aggregates have it (docs/metrics.md); where the rows do not tell which, it is guessed from what they show.
 */
function ownCosts(
  spans: readonly Span[],
  parent: readonly number[],
  order: readonly number[],
): (number | undefined)[] {
  if (spans.some((s) => s.counts !== undefined))
    return spans.map((s) => (s.counts === true ? s.cost : undefined));
  const calls = spans.some((s) => s.role === 'call' && (s.cost ?? s.tokens) !== undefined);
  if (calls) return spans.map((s) => (s.role === 'call' ? s.cost : undefined));
  const below = new Array<boolean>(spans.length).fill(false);
  const own = new Array<number | undefined>(spans.length).fill(undefined);
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i] ?? 0;
    const span = spans[node];
    const counts = span?.role === 'aggregate' && span.cost !== undefined && below[node] !== true;
    if (counts) own[node] = span.cost;
    const p = parent[node] ?? -1;
    if (p >= 0 && (counts || below[node] === true)) below[p] = true;
  }
  return own;
}

/** Nodes in sight, in order: what stands under a folded one is left out. */
export function visibleNodes(tree: TraceTree, folded: ReadonlySet<number>): number[] {
  const out: number[] = [];
  for (let i = 0; i < tree.order.length; ) {
    const node = tree.order[i] ?? 0;
    out.push(node);
    i += folded.has(node) ? (tree.nodes[node]?.size ?? 1) : 1;
  }
  return out;
}

/** Ancestors of a node, the nearest first. */
export function ancestors(tree: TraceTree, node: number): number[] {
  const out: number[] = [];
  for (let at = tree.nodes[node]?.parent ?? -1; at >= 0; at = tree.nodes[at]?.parent ?? -1) out.push(at);
  return out;
}

/** The next node in preorder from `from` (by turns around the end) that fits; `from` itself last. */
export function nextNode(
  tree: TraceTree,
  from: number | undefined,
  step: 1 | -1,
  fits: (node: Node) => boolean,
): number | undefined {
  const { order, nodes, place } = tree;
  const start = from === undefined ? (step === 1 ? -1 : 0) : (place[from] ?? 0);
  for (let i = 1; i <= order.length; i++) {
    const node = order[(start + step * i + order.length * 2) % order.length] ?? 0;
    const found = nodes[node];
    if (found !== undefined && fits(found)) return node;
  }
  return undefined;
}

/** Finds in name, kind, model, error and id. */
export function matches(span: Span, query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return (
    wanted !== '' &&
    `${span.name}\n${span.kind}\n${span.model}\n${span.error}\n${span.id}`.toLowerCase().includes(wanted)
  );
}
