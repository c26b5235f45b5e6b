/** Promises that settle when cells have: when none of them runs or waits. */
export interface Waiters {
  /** Looks again who may go on. */
  check(): void;
  /** Settles when these cells are idle, or all of the notebook. */
  wait(ids: Iterable<string> | 'all'): Promise<void>;
}

export function createWaiters(isIdle: (ids: ReadonlySet<string> | 'all') => boolean): Waiters {
  const waiting = new Set<{ readonly ids: ReadonlySet<string> | 'all'; readonly resolve: () => void }>();
  return {
    check() {
      for (const waiter of [...waiting]) {
        if (!isIdle(waiter.ids)) continue;
        waiting.delete(waiter);
        waiter.resolve();
      }
    },
    wait(ids) {
      return new Promise((resolve) => {
        waiting.add({ ids: ids === 'all' ? 'all' : new Set(ids), resolve });
      });
    },
  };
}
