/** `window.spanbook`, for the page's console and for scripts: docs/console.md. */
import type { App } from './app.ts';
import type { PickedFile } from './fileAccess.ts';
import type { OpenResult } from './load.ts';

export interface SpanbookConsole {
  /** Resolves when the engine is up and what the address asks for is loaded. */
  readonly ready: Promise<void>;
  /** File objects or same-origin URLs. Resolves when they are loaded; a file that was refused says why. */
  open(files: Iterable<File | string | URL> | File | string | URL): Promise<OpenResult>;
  /** Rows as plain objects; a bigint where a number would lose digits. Rejects with the engine's error. */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

async function fetchFile(address: string | URL): Promise<PickedFile> {
  const url = new URL(address, document.baseURI);
  if (url.origin !== location.origin)
    throw new Error(`${url.href} is not of this origin. Spanbook makes no request to another one.`);
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const name = decodeURIComponent(url.pathname.split('/').at(-1) || 'file');
  return { file: new File([await response.blob()], name), name };
}

export function createConsole(app: App, ready: Promise<void>): SpanbookConsole {
  return {
    ready,
    async open(files) {
      const list =
        files instanceof File || files instanceof URL || typeof files === 'string' ? [files] : [...files];
      const picked = await Promise.all(
        list.map((f) =>
          f instanceof File ? { file: f, name: f.webkitRelativePath || f.name } : fetchFile(f),
        ),
      );
      await ready;
      return app.open(picked);
    },
    query: (sql) => app.query(sql),
  };
}
