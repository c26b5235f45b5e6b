/** The engine's files, served by the app itself (Vite resolves the URLs). Never a CDN. */
import workerUrl from '@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js?url';
import mainModuleUrl from '@duckdb/duckdb-wasm/dist/duckdb-eh.wasm?url';

/** For createWasmEngine. */
export const BUNDLE = { mainModuleUrl, workerUrl } as const;
