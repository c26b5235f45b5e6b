// First: it must run before a schema is made.
import './noEval.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { must } from '../base/assert.ts';
import { BUNDLE } from '../engine/bundle.ts';
import { createWasmEngine } from '../engine/duckdbWasm.ts';
import { createIngest } from '../ingest/index.ts';
import { workerRunner } from '../ingest/workerRunner.ts';
import { preloadSqlEditor } from '../widgets/sqlEditor/LazySqlEditor.tsx';
import { App } from './App.tsx';
import { createApp } from './app.ts';
import { ErrorBoundary } from './components/ErrorBoundary.tsx';
import { createConsole } from './console.ts';
import { AppProvider } from './context.ts';
import { type KeyValueStore, lazyStore, memoryStore, openIndexedDb } from './indexedDb.ts';
import { SHIPPED } from './shipped.ts';
import './tokens.css';
import './base.css';
import './frame.css';
import './filter.css';
import './cells.css';
import './trace.css';
import './first.css';

async function openStorage(): Promise<KeyValueStore> {
  try {
    return await openIndexedDb('spanbook');
  } catch (error) {
    console.warn('Nothing will survive a reload: this browser gives no storage.', error);
    return memoryStore();
  }
}

const app = createApp({
  storage: lazyStore(openStorage()),
  startEngine: () => createWasmEngine(BUNDLE),
  ingest: createIngest(workerRunner()),
  shipped: SHIPPED,
});
createRoot(must(document.getElementById('root'), '#root')).render(
  <StrictMode>
    <ErrorBoundary what="The page">
      <AppProvider value={app}>
        <App />
      </AppProvider>
    </ErrorBoundary>
  </StrictMode>,
);
const ready = app.start();
ready.catch((error: unknown) => app.alert(error instanceof Error ? error.message : String(error)));
// What the first paint did without is there before it is wanted.
window.addEventListener('load', () => setTimeout(preloadSqlEditor, 1000));
Object.assign(window, { spanbook: createConsole(app, ready) });
