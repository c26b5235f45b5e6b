/** What is open, remembered over a reload: handles where the browser gives them, names else. */
import type { PickedFile } from './fileAccess.ts';
import { mayRead } from './fileAccess.ts';
import type { KeyValueStore } from './indexedDb.ts';

/** An open file. The File object stays: after a crash of the engine it is loaded again from it. */
export interface Source extends PickedFile {
  /** From the sample beside the page: fetched again rather than asked for. */
  readonly sample: boolean;
  /** Its name in the tables; undefined while it is being loaded. */
  sourceFile?: string;
}

interface Kept {
  readonly name: string;
  readonly sample: boolean;
  readonly handle?: FileSystemFileHandle;
}

const KEY = 'open-files';

export async function keepSources(store: KeyValueStore, sources: readonly Kept[]): Promise<void> {
  const kept: Kept[] = sources.map(({ name, sample, handle }) =>
    handle === undefined ? { name, sample } : { name, sample, handle },
  );
  try {
    await store.set(KEY, kept);
  } catch (error) {
    // A handle that cannot be cloned (some browsers, dropped files): its name is better than nothing.
    if (!(error instanceof DOMException)) throw error;
    await store.set(
      KEY,
      kept.map(({ name, sample }) => ({ name, sample })),
    );
  }
}

export interface KeptSources {
  readonly sample: boolean;
  /** May be read at once. */
  readonly ready: readonly PickedFile[];
  /** Need a click for the browser's permission. */
  readonly ask: readonly Kept[];
  /** Must be dropped again. */
  readonly drop: readonly string[];
}

export async function readSources(store: KeyValueStore): Promise<KeptSources> {
  const value = await store.get(KEY);
  const kept = Array.isArray(value) ? (value as Kept[]) : [];
  const ready: PickedFile[] = [];
  const ask: Kept[] = [];
  const drop: string[] = [];
  for (const entry of kept) {
    if (entry.sample) continue;
    if (entry.handle === undefined) drop.push(entry.name);
    else if (await mayRead(entry.handle, false)) {
      const picked = await openKept(entry);
      if (picked === undefined) drop.push(entry.name);
      else ready.push(picked);
    } else ask.push(entry);
  }
  return { sample: kept.some((k) => k.sample), ready, ask, drop };
}

/** Asks for permission and opens; a file that was moved, or a refusal, gives nothing. */
export async function openAsked(entries: readonly Kept[]): Promise<PickedFile[]> {
  const out: PickedFile[] = [];
  for (const entry of entries) {
    if (entry.handle === undefined || !(await mayRead(entry.handle, true))) continue;
    const picked = await openKept(entry);
    if (picked !== undefined) out.push(picked);
  }
  return out;
}

async function openKept({ name, handle }: Kept): Promise<PickedFile | undefined> {
  if (handle === undefined) return undefined;
  try {
    return { file: await handle.getFile(), name, handle };
  } catch {
    return undefined;
  }
}
