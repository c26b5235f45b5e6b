/** A logarithmic axis over positive values, with ticks at 1, 2 and 5 times powers of ten. No DOM. */
export interface LogAxis {
  readonly ticks: readonly { readonly value: number; readonly place: number; readonly label: string }[];
  /** 0 … 1 along the axis; values outside are put at its ends. */
  place(value: number): number;
}

const STEPS = [1, 2, 5] as const;

export function logAxis(values: readonly number[], unit: string): LogAxis {
  const [least, most] = values.length === 0 ? [0.1, 10] : [Math.min(...values), Math.max(...values)];
  const [from, to] = [Math.log10(least) - 0.08, Math.log10(most) + 0.08];
  const place = (value: number) => Math.max(0, Math.min(1, (Math.log10(value) - from) / (to - from)));
  const all: number[] = [];
  for (let power = Math.floor(from); power <= Math.ceil(to); power++)
    for (const step of STEPS) {
      // Through text: 1e-3 * 2 would be 0.002 only nearly.
      const value = Number(`${step}e${power}`);
      if (Math.log10(value) >= from && Math.log10(value) <= to) all.push(value);
    }
  // Over many decades, only powers of ten; labels keep apart.
  const few = to - from > 2.2 ? all.filter((v) => Number.isInteger(Number(Math.log10(v).toFixed(9)))) : all;
  let last = -1;
  const ticks = few.map((value, i) => {
    const at = place(value);
    const labelled = last < 0 || at - last > 0.16;
    if (labelled) last = at;
    const suffix = unit !== '' && i === few.length - 1 ? ` ${unit}` : '';
    return { value, place: at, label: labelled ? `${value}${suffix}` : '' };
  });
  const end = ticks.at(-1);
  if (end !== undefined && end.label === '' && unit !== '') {
    const shown = ticks.findLast((t) => t.label !== '');
    return {
      ticks: ticks.map((t) => (t === shown ? { ...t, label: `${t.label} ${unit}` } : t)),
      place,
    };
  }
  return { ticks, place };
}
