/** Seeded random numbers: the same seed gives the same data on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  chance(probability: number): boolean;
  /** Integer in [low, high]. */
  int(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** An item with probability in proportion to its weight. */
  weighted<T extends { readonly weight: number }>(items: readonly T[]): T;
  /** Log-normal around `median`; `sigma` is the standard deviation of the logarithm. */
  spread(median: number, sigma: number): number;
  /** Exponential with this mean. */
  wait(mean: number): number;
  /** Lower-case hex digits, never all zero. */
  hex(digits: number): string;
}

/** Mulberry32 (public domain): 32 bits of state are enough for a few million draws. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(items: readonly T[]): T => {
    const item = items[Math.floor(next() * items.length)];
    if (item === undefined) throw new Error('pick: nothing to pick from');
    return item;
  };
  return {
    next,
    int,
    pick,
    chance: (probability) => next() < probability,
    weighted: (items) => {
      let left = next() * items.reduce((sum, item) => sum + item.weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return pick(items);
    },
    spread: (median, sigma) => {
      // Marsaglia's polar method: without sine and cosine, whose last digit differs between engines.
      for (;;) {
        const u = 2 * next() - 1;
        const v = 2 * next() - 1;
        const square = u * u + v * v;
        if (square > 0 && square < 1)
          return median * Math.exp(sigma * u * Math.sqrt((-2 * Math.log(square)) / square));
      }
    },
    wait: (mean) => -mean * Math.log(1 - next()),
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += int(0, 15).toString(16);
      return /^0+$/.test(text) ? `${text.slice(1)}1` : text;
    },
  };
}
