/** Files out of drops, pickers and folders, with their handles where the browser gives any. */

export interface PickedFile {
  readonly file: File;
  /** Path below the folder that was opened, else the file's name. */
  readonly name: string;
  /** To open it again after a reload. */
  readonly handle?: FileSystemFileHandle;
}

/** lib.dom has not these yet. */
interface DirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<FileSystemFileHandle | DirectoryHandle>;
}
interface HandlePermission {
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>;
}
type HandleItem = DataTransferItem & {
  getAsFileSystemHandle?(): Promise<FileSystemFileHandle | DirectoryHandle | null>;
};
interface Pickers {
  showOpenFilePicker?(options: { multiple: boolean }): Promise<FileSystemFileHandle[]>;
  showDirectoryPicker?(): Promise<DirectoryHandle>;
}

/** In a folder only these are tried, so that its READMEs are not reported; a file named by the user always is. */
const TRACE_NAME = /\.(ndjson|jsonl|json|parquet|otlp)(\.gz)?$/i;
export function looksLikeTraces(path: string): boolean {
  return TRACE_NAME.test(path) && !path.split('/').some((part) => part.startsWith('.'));
}

const byName = (a: PickedFile, b: PickedFile) => a.name.localeCompare(b.name, 'en', { numeric: true });

async function walkHandle(folder: DirectoryHandle, path: string): Promise<PickedFile[]> {
  const out: PickedFile[] = [];
  for await (const entry of folder.values()) {
    const name = `${path}/${entry.name}`;
    if (entry.kind === 'directory') out.push(...(await walkHandle(entry, name)));
    else if (looksLikeTraces(name)) out.push({ file: await entry.getFile(), name, handle: entry });
  }
  return out.sort(byName);
}

async function walkEntry(entry: FileSystemEntry, path: string): Promise<PickedFile[]> {
  if (entry.isFile) {
    if (!looksLikeTraces(path)) return [];
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ file, name: path }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const out: PickedFile[] = [];
  for (;;) {
    // One call returns at most 100 entries; an empty answer is the end.
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (entries.length === 0) return out.sort(byName);
    for (const child of entries) out.push(...(await walkEntry(child, `${path}/${child.name}`)));
  }
}

/** Must be called in the drop handler itself: the items are gone after it. */
export function droppedFiles(transfer: DataTransfer): Promise<PickedFile[]> {
  const taken = [...transfer.items]
    .filter((item) => item.kind === 'file')
    .map((item) => ({
      file: item.getAsFile(),
      entry: item.webkitGetAsEntry?.() ?? null,
      handle: (item as HandleItem).getAsFileSystemHandle?.().catch(() => null),
    }));
  const collect = async () => {
    const out: PickedFile[] = [];
    for (const { file, entry, handle: promised } of taken) {
      const handle = (await promised) ?? undefined;
      if (handle?.kind === 'directory') out.push(...(await walkHandle(handle, handle.name)));
      else if (entry?.isDirectory) out.push(...(await walkEntry(entry, entry.name)));
      else if (handle?.kind === 'file')
        out.push({ file: file ?? (await handle.getFile()), name: handle.name, handle });
      else if (file !== null) out.push({ file, name: file.name });
    }
    return out;
  };
  return collect();
}

/** Resolves to nothing when the user closes the dialog. */
export async function pickFiles(): Promise<PickedFile[]> {
  const picker = (window as Pickers).showOpenFilePicker;
  if (picker === undefined) return pickByInput(false);
  try {
    const handles = await picker.call(window, { multiple: true });
    return await Promise.all(
      handles.map(async (handle) => ({ file: await handle.getFile(), name: handle.name, handle })),
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    throw error;
  }
}

/** The trace files of a folder and its subfolders. */
export async function pickFolder(): Promise<PickedFile[]> {
  const picker = (window as Pickers).showDirectoryPicker;
  if (picker === undefined) return pickByInput(true);
  try {
    const folder = await picker.call(window);
    return await walkHandle(folder, folder.name);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return [];
    throw error;
  }
}

function pickByInput(folder: boolean): Promise<PickedFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = folder;
  return new Promise((resolve) => {
    input.onchange = () => {
      const files = [...(input.files ?? [])].map((file) => ({
        file,
        name: file.webkitRelativePath || file.name,
      }));
      resolve(folder ? files.filter((f) => looksLikeTraces(f.name)).sort(byName) : files);
    };
    input.oncancel = () => resolve([]);
    input.click();
  });
}

/** Whether a kept handle may be read now; `ask` needs a click of the user. */
export async function mayRead(handle: FileSystemFileHandle, ask: boolean): Promise<boolean> {
  const permission = handle as FileSystemFileHandle & HandlePermission;
  const state = ask
    ? await permission.requestPermission?.({ mode: 'read' })
    : await permission.queryPermission?.({ mode: 'read' });
  return state === 'granted';
}
