import { type PointerEvent, useMemo, useRef } from 'react';
import { kindColor } from './kinds.ts';
import type { TraceTree } from './layout.ts';
import { setWindow, type TimeWindow } from './window.ts';

interface MinimapProps {
  readonly tree: TraceTree;
  readonly full: TimeWindow;
  readonly window: TimeWindow;
  readonly onChange: (window: TimeWindow) => void;
}

const WIDTH = 1000;
const HEIGHT = 44;
const GRAB = 7;

/** One path a colour; bars that fall on the same pixels are drawn once. */
export function minimapPaths(tree: TraceTree, full: TimeWindow): { color: string; d: string }[] {
  const rows = tree.order.length;
  const step = Math.min(3, (HEIGHT - 6) / Math.max(1, rows));
  const height = Math.max(1, Math.min(2, step * 0.8));
  const paths = new Map<string, Set<string>>();
  tree.order.forEach((index, row) => {
    const node = tree.nodes[index];
    if (node === undefined) return;
    const color = node.span.failed ? 'var(--error)' : kindColor(node.span.kind);
    const x = Math.round((node.span.start / full.to) * WIDTH);
    const width = Math.max(1, Math.round((node.end / full.to) * WIDTH) - x);
    const y = Math.round((3 + row * step) * 2) / 2;
    const pieces = paths.get(color) ?? new Set();
    pieces.add(`M${x} ${y}h${width}v${height}h${-width}z`);
    paths.set(color, pieces);
  });
  return [...paths].map(([color, pieces]) => ({ color, d: [...pieces].join('') }));
}

/** The whole trace, and the window in sight: drag its edges, or it, or a new one. */
export function Minimap({ tree, full, window, onChange }: MinimapProps) {
  const paths = useMemo(() => minimapPaths(tree, full), [tree, full]);
  const drag = useRef<(at: number) => TimeWindow>(undefined);
  const time = (e: PointerEvent<HTMLDivElement>) => {
    const box = e.currentTarget.getBoundingClientRect();
    return ((e.clientX - box.left) / box.width) * full.to;
  };
  const down = (e: PointerEvent<HTMLDivElement>) => {
    const at = time(e);
    const grab = (GRAB / e.currentTarget.clientWidth) * full.to;
    e.currentTarget.setPointerCapture(e.pointerId);
    const whole = window.to - window.from >= (full.to - full.from) * 0.999;
    if (Math.abs(at - window.from) < grab) drag.current = (to) => setWindow(to, window.to, full);
    else if (Math.abs(at - window.to) < grab) drag.current = (to) => setWindow(window.from, to, full);
    else if (!whole && at > window.from && at < window.to)
      drag.current = (to) => setWindow(window.from + to - at, window.to + to - at, full);
    else drag.current = (to) => (Math.abs(to - at) < grab ? window : setWindow(at, to, full));
  };
  const percent = (at: number) => `${(at / full.to) * 100}%`;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a pointer's aid; W, S, A, D, F do the same
    <div
      className="mini"
      onPointerDown={down}
      onPointerMove={(e) => {
        if (drag.current !== undefined) onChange(drag.current(time(e)));
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onDoubleClick={() => onChange(full)}
    >
      <svg
        width="100%"
        height={HEIGHT}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {paths.map((p) => (
          <path key={p.color} d={p.d} fill={p.color} />
        ))}
      </svg>
      <span className="vp" style={{ left: percent(window.from), right: percent(full.to - window.to) }}>
        <i />
        <i />
      </span>
    </div>
  );
}
