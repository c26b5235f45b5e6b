/** A small key-value store in the browser's IndexedDB: structured clones, so that file handles fit too. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
}

const STORE = 'kv';

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed'));
  });
}

/** @throws DOMException where the browser forbids storage (private windows of some browsers). */
export async function openIndexedDb(name: string): Promise<KeyValueStore> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const db = await settled(opening);
  const run = async <T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>) => {
    const transaction = db.transaction(STORE, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB transaction aborted'));
    });
    const [result] = await Promise.all([settled(act(transaction.objectStore(STORE))), done]);
    return result;
  };
  return {
    get: (key) => run<unknown>('readonly', (s) => s.get(key)),
    set: async (key, value) => void (await run('readwrite', (s) => s.put(value, key))),
    delete: async (key) => void (await run('readwrite', (s) => s.delete(key))),
    keys: async () => (await run('readonly', (s) => s.getAllKeys())).map(String),
  };
}

/** For a browser without storage: everything works, nothing survives a reload. */
export function memoryStore(): KeyValueStore {
  const map = new Map<string, unknown>();
  return {
    get: async (key) => map.get(key),
    set: async (key, value) => void map.set(key, value),
    delete: async (key) => void map.delete(key),
    keys: async () => [...map.keys()],
  };
}

/** A store that is still being opened: the page need not wait for it. */
export function lazyStore(opening: Promise<KeyValueStore>): KeyValueStore {
  return {
    get: async (key) => (await opening).get(key),
    set: async (key, value) => (await opening).set(key, value),
    delete: async (key) => (await opening).delete(key),
    keys: async () => (await opening).keys(),
  };
}
