import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { keyLabel } from '../keys.ts';
import { formatRoute } from '../route.ts';
import { THEMES, type Theme } from '../theme.ts';
import { TitleInput } from './TitleInput.tsx';

const THEME_ICON = { system: 'theme', light: 'sun', dark: 'moon' } as const;
const nextTheme = (theme: Theme): Theme => THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';

export function TopBar() {
  const app = useApp();
  const theme = useAppState((s) => s.theme);
  const hasData = useAppState((s) => s.files.length > 0);
  return (
    <header className="top">
      <a className="brand" href="#/">
        <svg className="logo" viewBox="0 0 20 20" aria-hidden="true">
          <rect x="2" y="2" width="2.5" height="16" rx="1" fill="currentColor" />
          <rect x="6.5" y="3" width="11.5" height="3.4" rx="1.2" fill="var(--c1)" />
          <rect x="8.5" y="8.3" width="6.5" height="3.4" rx="1.2" fill="var(--c2)" />
          <rect x="11" y="13.6" width="7" height="3.4" rx="1.2" fill="var(--c3)" />
        </svg>
        <span>Spanbook</span>
      </a>
      <Crumbs />
      <button type="button" className="cmd" aria-label="Command palette" onClick={() => app.show('palette')}>
        <Icon name="search" />
        <span>Search traces, tables, commands</span>
        <kbd>{keyLabel('Mod+K')}</kbd>
      </button>
      <div className="acts">
        {hasData && (
          <button type="button" className="btn ghost" aria-label="Run all" onClick={() => app.runAll()}>
            <Icon name="play" />
            Run all
          </button>
        )}
        <button
          type="button"
          className="ib"
          aria-label={`Theme: ${theme}`}
          title={`Theme: ${theme}`}
          onClick={() => app.setTheme(nextTheme(theme))}
        >
          <Icon name={THEME_ICON[theme]} />
        </button>
        <button
          type="button"
          className="ib"
          aria-label="Shortcuts"
          title="Shortcuts (?)"
          onClick={() => app.show('help')}
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

function Crumbs() {
  const route = useAppState((s) => s.route);
  const notebooks = useAppState((s) => s.notebooks);
  const from = useAppState((s) => s.lastNotebook);
  const id = route.page === 'notebook' ? route.id : from;
  const entry = notebooks.find((n) => n.id === id);
  const title = entry?.title ?? 'Overview';
  if (route.page === 'trace')
    return (
      <nav className="crumbs" aria-label="Breadcrumb">
        <a href={formatRoute({ page: 'notebook', id })}>{title}</a>
        <Icon name="right" />
        <span>Trace</span>
        <Icon name="right" />
        <span aria-current="page">{route.traceId.slice(0, 8)}</span>
      </nav>
    );
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      {entry !== undefined && !entry.shipped ? (
        <TitleInput key={entry.id} id={entry.id} title={title} />
      ) : (
        <span aria-current="page">{title}</span>
      )}
      {entry?.shipped && (
        <span className={`tag${entry.edited ? ' w' : ''}`}>{entry.edited ? 'edited' : 'shipped'}</span>
      )}
    </nav>
  );
}
