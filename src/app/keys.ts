const mac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent);

/** `Mod+K` → `⌘K` on a Mac, `Ctrl K` elsewhere; `Mod+Enter` → `⌘↵`. */
export function keyLabel(key: string): string {
  const names: Record<string, string> = mac
    ? { Mod: '⌘', Shift: '⇧', Alt: '⌥', Enter: '↵' }
    : { Mod: 'Ctrl', Shift: 'Shift', Alt: 'Alt', Enter: 'Enter' };
  return key
    .split('+')
    .map((part) => names[part] ?? part)
    .join(mac ? '' : ' ');
}

export const isMod = (event: { metaKey: boolean; ctrlKey: boolean }) => (mac ? event.metaKey : event.ctrlKey);

/** Whether letters typed there are text, and no shortcut. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** As they stand in the help; those of the trace's timeline belong to its view. */
export const SHORTCUTS: readonly (readonly [group: string, keys: readonly (readonly [string, string])[]])[] =
  [
    [
      'Everywhere',
      [
        ['Mod+K', 'Search traces, tables, notebooks, commands'],
        ['Mod+O', 'Open files'],
        ['/', 'Filter by text'],
        ['?', 'This help'],
        ['Esc', 'Cancel or close'],
      ],
    ],
    [
      'Cells',
      [
        ['Mod+Enter', 'Run'],
        ['Shift+Enter', 'Run and go on'],
        ['Shift+Mod+Enter', 'Run what is stale'],
        ['Mod+.', 'Apply the fix'],
        ['Mod+Z', 'Undo an edit of the notebook'],
        ['Q', 'Show or hide the SQL of a focused cell'],
        ['A', 'New SQL cell above'],
        ['B', 'New SQL cell below'],
        ['↑ ↓', 'Previous, next cell'],
      ],
    ],
    [
      'Traces',
      [
        ['↑ ↓', 'Previous, next row of a focused list'],
        ['PgUp PgDn', 'Page before, next page'],
        ['Enter', 'Open the trace'],
      ],
    ],
    [
      'Trace',
      [
        ['J', 'Next trace of the list'],
        ['K', 'Previous trace of the list'],
        ['↑ ↓', 'Previous, next span'],
        ['← →', 'Fold, unfold'],
        ['W S', 'Zoom in, out'],
        ['A D', 'Earlier, later'],
        ['F', 'Fit the timeline'],
        ['E Shift+E', 'Next, previous error'],
        ['N Shift+N', 'Next, previous match of the search'],
      ],
    ],
  ];
