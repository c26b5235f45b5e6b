import { useEffect } from 'react';
import { DropTarget } from './components/DropTarget.tsx';
import { ErrorBoundary } from './components/ErrorBoundary.tsx';
import { FirstOpen } from './components/FirstOpen.tsx';
import { Help } from './components/Help.tsx';
import { FloatingLoads } from './components/LoadingList.tsx';
import { NotebookPage } from './components/NotebookPage.tsx';
import { Notices } from './components/Notices.tsx';
import { Palette } from './components/Palette.tsx';
import { Rail, Sidebar } from './components/Sidebar.tsx';
import { TopBar } from './components/TopBar.tsx';
import { TracePage } from './components/TracePage.tsx';
import { useApp, useAppState } from './context.ts';
import { isMod, isTyping } from './keys.ts';
import type { AppState } from './store.ts';

/** Data is there, or comes back after a reload or a crash: then the notebook stays, and no drop zone flashes. */
const hasData = (state: AppState) => state.files.length > 0 || state.engine.status === 'restarting';

export function App() {
  const app = useApp();
  const overlay = useAppState((s) => s.overlay);
  const sidebar = useAppState((s) => s.sidebar);
  const railed = useAppState((s) => s.route.page === 'trace');
  const loads = useAppState((s) => hasData(s) && s.loads.length > 0 && !s.loadsDismissed);
  useShortcuts();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <TopBar />
      <Notices />
      {/* A click beside the open sidebar closes it; Escape does too. */}
      <div
        className={`shell${railed ? ' railed' : ''}`}
        onPointerDown={(event) => {
          const inside = event.target instanceof Element && event.target.closest('.side, .rail') !== null;
          if (sidebar !== undefined && !inside) app.showSidebar(undefined);
        }}
      >
        <Rail />
        <Sidebar over={sidebar !== undefined} />
        <main id="main">
          <Page />
        </main>
      </div>
      {loads && <FloatingLoads />}
      {overlay === 'palette' && <Palette />}
      {overlay === 'help' && <Help />}
      <DropTarget />
    </>
  );
}

function Page() {
  const app = useApp();
  const route = useAppState((s) => s.route);
  const data = useAppState(hasData);
  // A session is made outside of rendering; until it is there, the frame stands empty.
  useAppState((s) => s.sessionRevision);
  const session = app.sessionFor(route);
  if (!data) return <FirstOpen />;
  if (session === undefined) return null;
  return (
    <ErrorBoundary what="This page" resetKey={session}>
      {route.page === 'trace' ? (
        <TracePage session={session} traceId={route.traceId} />
      ) : (
        <NotebookPage key={session.id} session={session} />
      )}
    </ErrorBoundary>
  );
}

function useShortcuts() {
  const app = useApp();
  useEffect(() => {
    const keys = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      const act = (what: () => void) => {
        event.preventDefault();
        what();
      };
      if (isMod(event) && !event.altKey) {
        if (key === 'k') act(() => app.show('palette'));
        else if (key === 'o' && !event.shiftKey) act(() => app.pickFiles());
        else if (key === 'z' && !isTyping(event.target))
          act(() => (event.shiftKey ? app.redo() : app.undo()));
        else if (key === 'enter' && event.shiftKey) act(() => app.runStale());
        return;
      }
      if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === 'Escape') app.escape();
      if (isTyping(event.target) || app.store.getState().overlay !== undefined) return;
      if (event.key === '/') act(() => document.getElementById('text-filter')?.focus());
      else if (event.key === '?') act(() => app.show('help'));
      else if (app.store.getState().route.page === 'trace') {
        if (key === 'j') act(() => app.stepTrace(1));
        else if (key === 'k') act(() => app.stepTrace(-1));
      }
    };
    document.addEventListener('keydown', keys);
    return () => document.removeEventListener('keydown', keys);
  }, [app]);
}
