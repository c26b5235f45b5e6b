import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { TimelineState } from './state.ts';
import { pan, type TimeWindow, zoom } from './window.ts';

/** Width of the time pane, px. */
export function usePaneWidth(body: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const read = () => setWidth(element.querySelector('.wgl > div + div')?.clientWidth ?? 0);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [body]);
  return width;
}

/** Keys work when the timeline has the focus, or nothing has it. */
export function useKeys(
  root: React.RefObject<HTMLElement | null>,
  act: (key: string, shift: boolean) => boolean,
): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || root.current === null)
        return;
      const { target } = event;
      if (!(target instanceof Element)) return;
      const ours = target === document.body || root.current.contains(target);
      if (!ours || target.matches('input, textarea, select, [contenteditable]')) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      if (latest.current(key, event.shiftKey)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [root]);
}

/** Runs what the head asks for, once. */
export function useCommand(
  command: TimelineState['command'],
  run: (name: TimelineState['command']['name']) => void,
): void {
  const done = useRef(command.number);
  const latest = useRef(run);
  useEffect(() => {
    latest.current = run;
  });
  useEffect(() => {
    if (done.current === command.number) return;
    done.current = command.number;
    latest.current(command.name);
  }, [command]);
}

/** With Ctrl, ⌘ or Alt the wheel zooms where the pointer is; sideways, or with Shift, it pans. Over the ruler it always zooms. */
export function useWheel(
  root: React.RefObject<HTMLElement | null>,
  width: number,
  full: TimeWindow,
  set: (change: (w: TimeWindow) => TimeWindow) => void,
): void {
  useEffect(() => {
    const element = root.current;
    if (element === null || width === 0) return;
    const listen = (e: WheelEvent) => {
      const pane = (e.target as Element).closest('.wt, .axis, .mini');
      const zooms = e.ctrlKey || e.metaKey || e.altKey || (pane !== null && !pane.matches('.wt'));
      const sideways = e.shiftKey || Math.abs(e.deltaX) > Math.abs(e.deltaY);
      if (pane === null || (!zooms && !sideways)) return;
      e.preventDefault();
      const share = Math.max(0, Math.min(1, (e.clientX - pane.getBoundingClientRect().left) / width));
      if (zooms) set((w) => zoom(w, Math.exp(e.deltaY * 0.002), w.from + share * (w.to - w.from), full));
      else set((w) => pan(w, (e.deltaX || e.deltaY) / width, full));
    };
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [root, width, full, set]);
}
