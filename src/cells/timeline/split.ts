/** Where the time of a trace went: at each moment the deepest span that runs says it. No DOM. */
import type { TraceTree } from './layout.ts';

export interface Part {
  readonly label: string;
  readonly color: string;
  readonly ms: number;
}

/** Of several that run at one depth, the earlier in this list. */
const PARTS = [
  { label: 'llm', color: 'var(--kind-llm)', kinds: ['LLM'] },
  { label: 'tools', color: 'var(--kind-tool)', kinds: ['TOOL'] },
  { label: 'retrieval', color: 'var(--kind-retriever)', kinds: ['RETRIEVER', 'EMBEDDING', 'RERANKER'] },
  { label: 'checks', color: 'var(--kind-guard)', kinds: ['GUARDRAIL', 'EVALUATOR'] },
  { label: 'own code', color: 'var(--text-3)', kinds: [] },
] as const;
const OWN = PARTS.length - 1;
const partOf = (kind: string) => {
  const found = PARTS.findIndex((p) => (p.kinds as readonly string[]).includes(kind));
  return found < 0 ? OWN : found;
};

/** A span of no kind of its own (an HTTP request, a helper) belongs to what it is done for. */
function partsOfTree(tree: TraceTree): number[] {
  const parts = new Array<number>(tree.nodes.length).fill(OWN);
  for (const index of tree.order) {
    const node = tree.nodes[index];
    if (node === undefined) continue;
    const own = partOf(node.span.kind);
    parts[index] = own === OWN && node.parent >= 0 ? (parts[node.parent] ?? OWN) : own;
  }
  return parts;
}

/** Deeper is one: bounds the work for chains of thousands. */
const DEPTH = 64;

export function timeSplit(tree: TraceTree): Part[] {
  const events: { at: number; depth: number; part: number; step: 1 | -1 }[] = [];
  const partAt = partsOfTree(tree);
  for (const [index, node] of tree.nodes.entries()) {
    const depth = Math.min(DEPTH, node.depth);
    const part = partAt[index] ?? OWN;
    events.push({ at: node.span.start, depth, part, step: 1 }, { at: node.end, depth, part, step: -1 });
  }
  events.sort((a, b) => a.at - b.at);
  const running = Array.from({ length: DEPTH + 1 }, () => new Array<number>(PARTS.length).fill(0));
  const sums = new Array<number>(PARTS.length).fill(0);
  let idle = 0;
  let last = 0;
  for (const event of events) {
    const passed = event.at - last;
    if (passed > 0) {
      const deepest = running.findLast((counts) => counts.some((n) => n > 0));
      const part = deepest?.findIndex((n) => n > 0);
      if (part === undefined) idle += passed;
      else sums[part] = (sums[part] ?? 0) + passed;
      last = event.at;
    }
    const counts = running[event.depth];
    if (counts !== undefined) counts[event.part] = (counts[event.part] ?? 0) + event.step;
  }
  const parts = PARTS.map(({ label, color }, i): Part => ({ label, color, ms: sums[i] ?? 0 }));
  parts.push({ label: 'idle', color: 'var(--line-strong)', ms: idle });
  return parts.filter((p) => p.ms > 0).sort((a, b) => b.ms - a.ms);
}
