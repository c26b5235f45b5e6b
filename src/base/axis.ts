/** Axes that start at zero, with round ticks and labels in the column's unit. */
import { bytesScale, durationScale, unitOf } from './format.ts';
import { compact, fixed } from './number.ts';

export interface ValueAxis {
  readonly max: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

const STEPS = [1, 2, 2.5, 5, 10] as const;

/** Smallest round step that needs at most `most` ticks above zero. */
export function roundStep(max: number, most: number): number {
  if (!(max > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(max / most));
  const step = STEPS.find((s) => (s * power * most) / max >= 1 - 1e-9) ?? 10;
  return Number((step * power).toPrecision(3));
}

const decimalsOf = (step: number) =>
  Math.max(0, Math.min(9, -Math.floor(Math.log10(step) + 1e-9) + (isQuarter(step) ? 1 : 0)));
const isQuarter = (step: number) => Math.abs(step / 10 ** Math.floor(Math.log10(step)) - 2.5) < 1e-6;

/** From 0 to a round value at or above `max`; counts have whole steps. */
export function valueAxis(column: string, max: number, most = 4): ValueAxis {
  const unit = unitOf(column);
  const whole = unit === 'tokens' || unit === 'none' || unit === 'id';
  // Round in the unit that is shown: 2 s, not 1,666.7 ms.
  const scale =
    unit === 'ms' || unit === 'ns'
      ? durationScale(unit === 'ns' ? max / 1e6 : max)
      : unit === 'bytes'
        ? bytesScale(max)
        : undefined;
  const divisor = unit === 'share' ? 0.01 : (scale?.divisor ?? 1) * (unit === 'ns' ? 1e6 : 1);
  const shown = max > 0 ? max / divisor : 1;
  const rounded = roundStep(shown, most);
  const step = whole && Number.isInteger(max) ? Math.max(1, rounded) : rounded;
  const count = Math.max(1, Math.ceil(shown / step - 1e-9));
  const decimals = decimalsOf(step);
  const label = (value: number): string => {
    if (value === 0) return '0';
    switch (unit) {
      case 'usd':
      case 'usd_each':
      case 'usd_per_million':
        return `$${value >= 1e5 ? compactText(value) : fixed(value, step < 1 ? Math.max(2, decimals) : decimals)}`;
      case 'share':
        return `${fixed(value, decimals)} %`;
      case 'ms':
      case 'ns':
      case 'bytes':
        return `${fixed(value, decimals)} ${scale?.unit ?? ''}`;
      default:
        return value >= 10_000 ? compactText(value) : fixed(value, decimals);
    }
  };
  const ticks = Array.from({ length: count + 1 }, (_, i) => {
    const value = Number((i * step).toPrecision(9));
    return { value: value * divisor, label: label(value) };
  });
  return { max: count * step * divisor, ticks };
}

/** `20 k`, `2.5 M`: as short as it is exact. */
function compactText(value: number): string {
  if (value < 1e6) return `${trim(value / 1e3)} k`;
  if (value < 1e9) return `${trim(value / 1e6)} M`;
  const { text, unit } = compact(value);
  return `${text} ${unit}`;
}
const trim = (value: number) => String(Number(value.toPrecision(4)));
