import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Icon, type IconName } from '../../widgets/Icon.tsx';
import type { FoundTrace } from '../catalog.ts';
import { useApp, useAppState } from '../context.ts';
import { keyLabel } from '../keys.ts';
import { inSidebar } from '../tableList.ts';
import { localZone } from '../timeZone.ts';

interface Item {
  readonly group: string;
  readonly id: string;
  readonly icon: IconName;
  readonly label: string;
  readonly hint?: string;
  act(): void;
}

/** Traces by id, tables, notebooks, commands: one field, arrows, Enter. */
export function Palette() {
  const app = useApp();
  const tables = useAppState((s) => s.tables);
  const notebooks = useAppState((s) => s.notebooks);
  const hasData = useAppState((s) => s.files.length > 0);
  const zone = useAppState((s) => s.timeZone);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [traces, setTraces] = useState<readonly FoundTrace[]>([]);
  const list = useRef<HTMLDivElement>(null);
  const before = useRef(document.activeElement);
  useEffect(() => {
    const focused = before.current;
    return () => {
      if (focused instanceof HTMLElement && focused.isConnected) focused.focus();
    };
  }, []);

  const wanted = text.trim();
  useEffect(() => {
    setTraces([]);
    if (!hasData || wanted.length < 3) return;
    const abort = new AbortController();
    app.findTraces(wanted, abort.signal).then(setTraces, () => undefined);
    return () => abort.abort();
  }, [app, wanted, hasData]);

  const items = useMemo<readonly Item[]>(() => {
    const close = (act: () => void) => () => {
      app.show(undefined);
      act();
    };
    const commands: readonly [string, IconName, string | undefined, () => void, boolean][] = [
      ['Open files', 'file', keyLabel('Mod+O'), () => app.pickFiles(), true],
      ['Open folder', 'folder', undefined, () => app.pickFolder(), true],
      ['Load sample data', 'table', undefined, () => app.pickSample(), true],
      ['Run all cells', 'play', undefined, () => app.runAll(), hasData],
      ['New notebook', 'plus', undefined, () => app.newNotebook(), true],
      ['Clear all filters', 'filter', undefined, () => app.clearFilters(), hasData],
      ['Close all files', 'x', undefined, () => app.closeAllFiles(), hasData],
      ['Times in UTC', 'clock', undefined, () => app.setTimeZone('UTC'), zone !== 'UTC'],
      [
        `Times in ${localZone()}`,
        'clock',
        undefined,
        () => app.setTimeZone(localZone()),
        zone !== localZone(),
      ],
      ['Theme: system', 'theme', undefined, () => app.setTheme('system'), true],
      ['Theme: light', 'sun', undefined, () => app.setTheme('light'), true],
      ['Theme: dark', 'moon', undefined, () => app.setTheme('dark'), true],
      ['Shortcuts', 'help', '?', () => app.show('help'), true],
    ];
    const all: Item[] = [
      ...traces.map((t) => ({
        group: 'Traces',
        id: `trace ${t.traceId}`,
        icon: 'chain' as const,
        label: `${t.traceId.slice(0, 16)} ${t.name}`,
        hint: t.start,
        act: close(() => app.openTrace(t.traceId)),
      })),
      ...notebooks.map((n) => ({
        group: 'Notebooks',
        id: `notebook ${n.id}`,
        icon: 'book' as const,
        label: n.title,
        act: close(() => app.navigate({ page: 'notebook', id: n.id })),
      })),
      ...tables
        .filter((t) => inSidebar(t.name))
        .map((t) => ({
          group: 'Tables',
          id: `table ${t.name}`,
          icon: 'table' as const,
          label: t.name,
          hint: 'SELECT',
          act: close(() => app.insertSelect(t.name)),
        })),
      ...commands
        .filter(([, , , , available]) => available)
        .map(([label, icon, hint, act]) => ({
          group: 'Commands',
          id: `command ${label}`,
          icon,
          label,
          hint,
          act: label === 'Shortcuts' ? act : close(act),
        })),
    ];
    const words = wanted.toLowerCase().split(/\s+/);
    return all.filter((i) => i.group === 'Traces' || words.every((w) => i.label.toLowerCase().includes(w)));
  }, [app, traces, notebooks, tables, hasData, zone, wanted]);

  const current = Math.min(at, Math.max(0, items.length - 1));
  const keys = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && items.length > 0) {
      event.preventDefault();
      const next = (current + by + items.length) % items.length;
      setAt(next);
      list.current?.querySelectorAll('[role=option]')[next]?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter') {
      event.preventDefault();
      items[current]?.act();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      app.show(undefined);
    }
  };
  return (
    <div className="scrim" onPointerDown={(e) => e.target === e.currentTarget && app.show(undefined)}>
      <div className="dialog palette" role="dialog" aria-modal="true" aria-label="Command palette">
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={items[current] === undefined ? undefined : `palette-${current}`}
          aria-label="Search traces, tables, commands"
          placeholder="Paste a trace id, or search tables, notebooks, commands"
          // biome-ignore lint/a11y/noAutofocus: a palette is for typing
          autoFocus
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={keys}
        />
        <div className="list" role="listbox" id="palette-list" aria-label="Results" tabIndex={-1} ref={list}>
          {items.map((item, index) => (
            <PaletteRow
              key={item.id}
              item={item}
              index={index}
              head={items[index - 1]?.group !== item.group}
              current={index === current}
              onHover={() => setAt(index)}
            />
          ))}
        </div>
        {items.length === 0 && <p className="none">Nothing of that name.</p>}
      </div>
    </div>
  );
}

function PaletteRow(props: { item: Item; index: number; head: boolean; current: boolean; onHover(): void }) {
  const { item, index } = props;
  return (
    <>
      {props.head && (
        <div className="grp" role="presentation">
          {item.group}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the focus and handles the keys */}
      <div
        role="option"
        className="opt"
        tabIndex={-1}
        id={`palette-${index}`}
        aria-selected={props.current}
        onPointerMove={props.onHover}
        onClick={() => item.act()}
      >
        <Icon name={item.icon} />
        <b>{item.label}</b>
        {item.hint !== undefined && <span className="n">{item.hint}</span>}
      </div>
    </>
  );
}
