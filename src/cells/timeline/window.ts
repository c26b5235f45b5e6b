/** The piece of time in sight, ms from the trace's start. No DOM. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** A little beyond the end, so that the last label has room. */
export const fullWindow = (duration: number): TimeWindow => ({ from: 0, to: duration * 1.12 });

/** One microsecond fills the pane at most. */
const LEAST = 0.001;

function clamp(from: number, to: number, full: TimeWindow): TimeWindow {
  const length = Math.min(full.to - full.from, Math.max(LEAST, to - from));
  const start = Math.max(full.from, Math.min(from, full.to - length));
  return { from: start, to: start + length };
}

/** Zooms by `factor` (below 1: closer), keeping `at` where it is. */
export function zoom(window: TimeWindow, factor: number, at: number, full: TimeWindow): TimeWindow {
  const length = Math.min(full.to - full.from, Math.max(LEAST, (window.to - window.from) * factor));
  const share = (at - window.from) / (window.to - window.from);
  const from = at - share * length;
  return clamp(from, from + length, full);
}

/** Moves by a share of what is in sight. */
export function pan(window: TimeWindow, share: number, full: TimeWindow): TimeWindow {
  const by = (window.to - window.from) * share;
  return clamp(window.from + by, window.to + by, full);
}

export const setWindow = (a: number, b: number, full: TimeWindow) =>
  clamp(Math.min(a, b), Math.max(a, b), full);

/** Moved, not zoomed, so that the span shows; as it was if it does. */
export function reveal(window: TimeWindow, from: number, to: number, full: TimeWindow): TimeWindow {
  if (to > window.from && from < window.to) return window;
  const length = window.to - window.from;
  const middle = (from + Math.min(to, from + length)) / 2;
  return clamp(middle - length / 2, middle + length / 2, full);
}

/** Round ticks, at most `most`, in one unit. */
export function rulerTicks(
  window: TimeWindow,
  most: number,
): { readonly at: number; readonly label: string }[] {
  const length = window.to - window.from;
  const power = 10 ** Math.floor(Math.log10(length / most));
  const step = ([1, 2, 5, 10].find((s) => length / (s * power) <= most) ?? 10) * power;
  const minutes = window.to >= 180_000;
  const rounded = minutes
    ? ([15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000].find((s) => s >= step) ??
      step)
    : step;
  const [divisor, unit] = minutes
    ? [60_000, 'min']
    : window.to >= 1000
      ? [1000, 's']
      : window.to >= 1
        ? [1, 'ms']
        : [0.001, 'µs'];
  const ticks: { at: number; label: string }[] = [];
  for (let i = Math.ceil(window.from / rounded - 1e-9); i * rounded <= window.to; i++) {
    const at = i * rounded;
    ticks.push({ at, label: at === 0 ? '0' : `${Number((at / divisor).toPrecision(9))} ${unit}` });
  }
  return ticks;
}
