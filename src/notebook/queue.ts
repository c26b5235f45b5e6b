import { type Graph, upstream } from './graph.ts';

/** Ids that wait → whether what they read shall run before them, if it has no result. */
export type Queue = Map<string, { readonly explicit: boolean }>;

/** Takes the next id off the queue: what is in view first, but never before what it reads. */
export function takeNext(
  graph: Graph,
  queue: Queue,
  visible: ReadonlySet<string>,
  isDone: (id: string) => boolean,
): string | undefined {
  const isSql = (id: string) => graph.nodes.get(id)?.cell.kind === 'sql';
  for (const id of [...queue.keys()]) if (!isSql(id)) queue.delete(id);
  // Once for each request, or a source that fails would be asked for again and again.
  for (const [id, { explicit }] of [...queue]) {
    if (!explicit) continue;
    for (const read of upstream(graph, [id]))
      if (!queue.has(read) && !isDone(read) && isSql(read)) queue.set(read, { explicit: false });
    queue.set(id, { explicit: false });
  }
  const order = graph.order.filter((id) => queue.has(id));
  const first = order.find((id) => visible.has(id)) ?? order[0];
  if (first === undefined) return undefined;
  const next = upstream(graph, [first]).find((id) => queue.has(id)) ?? first;
  queue.delete(next);
  return next;
}
