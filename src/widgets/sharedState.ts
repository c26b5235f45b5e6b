import { useSyncExternalStore } from 'react';

export interface SharedState<T> {
  get(key: string): T;
  set(key: string, change: Partial<T>): void;
  /** Re-renders when the state of `key` changes. */
  use(key: string): T;
}

/**
 * Small view state that a cell's head and its body share: they are rendered apart, and both know the cell's name,
 * which is `key`. It lives as long as the page, like the scroll position of a list.
 */
export function sharedState<T extends object>(initial: T): SharedState<T> {
  const states = new Map<string, T>();
  const listeners = new Set<() => void>();
  const get = (key: string) => states.get(key) ?? initial;
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get,
    set(key, change) {
      states.set(key, { ...get(key), ...change });
      for (const listener of listeners) listener();
    },
    use: (key) => useSyncExternalStore(subscribe, () => get(key)),
  };
}
