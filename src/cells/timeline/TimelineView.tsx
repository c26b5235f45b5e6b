import { useVirtualizer } from '@tanstack/react-virtual';
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { duration } from '../../base/format.ts';
import { emptyHint } from '../../widgets/emptyHint.ts';
import type { ViewProps } from '../view.ts';
import { useCommand, useKeys, usePaneWidth, useWheel } from './hooks.ts';
import { kindColor } from './kinds.ts';
import { ancestors, buildTree, matches, nextNode, visibleNodes } from './layout.ts';
import { Minimap } from './Minimap.tsx';
import { readSpans } from './spans.ts';
import { timeSplit } from './split.ts';
import { timelineState } from './state.ts';
import { rowId, TimelineRow } from './TimelineRow.tsx';
import './timeline.css';
import { fullWindow, pan, reveal, rulerTicks, type TimeWindow, zoom } from './window.ts';

const ROW = 28;
const DRAG = 4;

/** `view=timeline`: spans as a tree over time. Choosing one sets the variable `span_id`. */
export function TimelineView({ cellName, result, context }: ViewProps) {
  const { table } = result;
  const tree = useMemo(() => buildTree(readSpans(table)), [table]);
  const full = useMemo(() => fullWindow(tree.duration), [tree]);
  const [shown, setShown] = useState<TimeWindow>(full);
  const [folded, setFolded] = useState<ReadonlySet<number>>(new Set());
  const { query, command } = timelineState.use(cellName);
  const body = useRef<HTMLDivElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const width = usePaneWidth(body);
  useLayoutEffect(() => {
    setShown(full);
    setFolded(new Set());
  }, [full]);

  const rows = useMemo(() => visibleNodes(tree, folded), [tree, folded]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => body.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const chosen = context.variable('span_id');
  const selected = useMemo(() => tree.nodes.findIndex((n) => n.span.id === chosen), [tree, chosen]);

  const select = (index: number | undefined) => {
    const node = index === undefined ? undefined : tree.nodes[index];
    if (index === undefined || node === undefined) return;
    const above = ancestors(tree, index).filter((a) => folded.has(a));
    const open = above.length === 0 ? folded : new Set([...folded].filter((f) => !above.includes(f)));
    if (open !== folded) setFolded(open);
    const place = (open === folded ? rows : visibleNodes(tree, open)).indexOf(index);
    requestAnimationFrame(() => virtual.scrollToIndex(place, { align: 'auto' }));
    setShown((w) => reveal(w, node.span.start, node.end, full));
    context.setVariable('span_id', node.span.id);
  };
  const fold = (index: number, want?: boolean) =>
    setFolded((old) => {
      const next = new Set(old);
      if (want ?? !next.has(index)) next.add(index);
      else next.delete(index);
      return next;
    });
  const here = selected < 0 ? undefined : selected;
  const next = (step: 1 | -1, fits: (n: (typeof tree.nodes)[number]) => boolean) =>
    select(nextNode(tree, here, step, fits));
  const move = (step: number) => {
    const at = here === undefined ? -1 : rows.indexOf(here);
    select(rows[at < 0 && here === undefined ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))]);
  };
  const middle = here === undefined ? undefined : tree.nodes[here];
  const center = (w: TimeWindow) => {
    const at = middle === undefined ? Number.NaN : (middle.span.start + middle.end) / 2;
    return at > w.from && at < w.to ? at : (w.from + w.to) / 2;
  };
  const act = (key: string, shift: boolean): boolean => {
    const node = here === undefined ? undefined : tree.nodes[here];
    const folds = node !== undefined && node.children.length > 0;
    if (key === 'ArrowDown') move(1);
    else if (key === 'ArrowUp') move(-1);
    else if (key === 'PageDown') move(10);
    else if (key === 'PageUp') move(-10);
    else if (key === 'Home') select(rows[0]);
    else if (key === 'End') select(rows.at(-1));
    else if (key === 'ArrowLeft' && here !== undefined) {
      if (folds && !folded.has(here)) fold(here, true);
      else if (node !== undefined && node.parent >= 0) select(node.parent);
    } else if (key === 'ArrowRight' && here !== undefined) {
      if (folds && folded.has(here)) fold(here, false);
      else if (folds) select(node?.children[0]);
    } else if (key === 'w') setShown((w) => zoom(w, 0.7, center(w), full));
    else if (key === 's') setShown((w) => zoom(w, 1 / 0.7, center(w), full));
    else if (key === 'a') setShown((w) => pan(w, -0.2, full));
    else if (key === 'd') setShown((w) => pan(w, 0.2, full));
    else if (key === 'f') setShown(full);
    else if (key === 'e') next(shift ? -1 : 1, (n) => n.span.failed);
    else if (key === 'n') next(shift ? -1 : 1, (n) => matches(n.span, query));
    else return false;
    return true;
  };
  useKeys(root, act);
  useCommand(command, (name) => {
    if (name === 'fit') setShown(full);
    if (name === 'nextError') next(1, (n) => n.span.failed);
    if (name === 'nextMatch') next(1, (n) => matches(n.span, query));
    if (name === 'previousMatch') next(-1, (n) => matches(n.span, query));
  });
  useWheel(root, width, full, setShown);

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when another cell or a link has chosen a span
  useEffect(() => {
    if (here !== undefined) virtual.scrollToIndex(rows.indexOf(here), { align: 'auto' });
  }, [here]);

  const pressed = useRef<{ x: number; window: TimeWindow; moved: boolean }>(undefined);
  const press = (e: PointerEvent<HTMLDivElement>) => {
    const pane = (e.target as Element).closest('.wt');
    if (e.button === 0 && pane !== null) pressed.current = { x: e.clientX, window: shown, moved: false };
  };
  const drag = (e: PointerEvent<HTMLDivElement>) => {
    const start = pressed.current;
    if (start === undefined || width === 0) return;
    const by = e.clientX - start.x;
    if (!start.moved && Math.abs(by) < DRAG) return;
    if (!start.moved) e.currentTarget.setPointerCapture(e.pointerId);
    pressed.current = { ...start, moved: true };
    setShown(pan(start.window, -by / width, full));
  };
  const ticks = useMemo(() => rulerTicks(shown, Math.max(3, Math.floor(width / 64))), [shown, width]);
  const parts = useMemo(() => timeSplit(tree), [tree]);
  const kinds = useMemo(() => [...new Set(tree.nodes.map((n) => n.span.kind))], [tree]);
  if (tree.nodes.length === 0) return <p className="note-line">{emptyHint({})}</p>;
  const x = (at: number) => `${((at - shown.from) / (shown.to - shown.from)) * 100}%`;
  const unfinished = tree.nodes.filter((n) => n.unfinished).length;
  return (
    <div className="timeline" ref={root}>
      <div className="wmini">
        <div className="wn">
          <span className="leg">
            {kinds.map((kind) => (
              <span key={kind}>
                <i className="kd" style={{ background: kindColor(kind) }} />
                {kind.toLowerCase()}
              </span>
            ))}
            {tree.nodes.some((n) => n.span.firstToken !== undefined) ? (
              <span>
                <i className="tt" />
                first token
              </span>
            ) : null}
            {unfinished === 0 ? null : (
              <span title="Drawn to the end of the trace, hatched.">{unfinished} not finished</span>
            )}
          </span>
        </div>
        <Minimap tree={tree} full={full} window={shown} onChange={setShown} />
      </div>
      <div className="whead">
        <div className="wn">
          <span>span</span>
          <span className="sp" />
          <span>cost, USD</span>
        </div>
        <div className="axis">
          {ticks.map((t) => (
            <span key={t.at} style={{ left: x(t.at) }}>
              {t.label}
            </span>
          ))}
        </div>
      </div>
      <div
        className="wbody"
        ref={body}
        role="tree"
        tabIndex={0}
        aria-label="Spans"
        aria-activedescendant={middle === undefined ? undefined : rowId(middle.span.id)}
        onPointerDown={press}
        onPointerMove={drag}
        onPointerUp={() => {
          // The click that follows must still see that it was a drag.
          setTimeout(() => {
            pressed.current = undefined;
          });
        }}
        onClick={(e) => {
          if (pressed.current?.moved === true) return;
          const row = (e.target as Element).closest<HTMLElement>('[data-index]');
          if (row !== null) select(Number(row.dataset.index));
        }}
        onKeyDown={() => undefined}
      >
        <div className="wall" style={{ height: virtual.getTotalSize() }}>
          <div className="wgl">
            <div />
            <div>
              {ticks.map((t) => (
                <i key={t.at} style={{ left: x(t.at) }} />
              ))}
            </div>
          </div>
          {virtual.getVirtualItems().map((item) => {
            const index = rows[item.index] ?? 0;
            const span = tree.nodes[index]?.span;
            return (
              <TimelineRow
                key={index}
                tree={tree}
                index={index}
                top={item.start}
                window={shown}
                width={width}
                selected={index === here}
                folded={folded.has(index)}
                found={span !== undefined && matches(span, query)}
                onFold={fold}
              />
            );
          })}
        </div>
      </div>
      <footer className="wfoot">
        <b>Where the time went</b>
        <div>
          <div className="sb">
            {parts.map((p) => (
              <i
                key={p.label}
                style={{ flex: p.ms, background: p.color }}
                title={`${p.label} ${duration(p.ms)}`}
              />
            ))}
          </div>
          <div className="sk">
            {parts.map((p) => (
              <span key={p.label}>
                <i className="kd" style={{ background: p.color }} />
                {p.label} <b>{duration(p.ms)}</b>
              </span>
            ))}
          </div>
        </div>
        <span className="keys">
          <kbd>W</kbd>
          <kbd>S</kbd> zoom <kbd>A</kbd>
          <kbd>D</kbd> pan <kbd>↑</kbd>
          <kbd>↓</kbd> span
        </span>
      </footer>
    </div>
  );
}
