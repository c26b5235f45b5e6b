/** A model keeps its hue on every page, and over a reload: the dearest models of the first data get the first hues. */
export interface ModelColors {
  color(model: string): string;
  /**
   * Models that are new get the next hues, in this order. `settled`: false while files are still being read; what is
   * given then may change once, when they are all there.
   */
  add(models: readonly string[], settled?: boolean): void;
}

const HUES = 8;

export function createModelColors(onChange: (models: readonly string[]) => void): ModelColors {
  let kept: readonly string[] = [];
  let index: ReadonlyMap<string, number> = new Map();
  return {
    add(models, settled = true) {
      const order = [...new Set([...kept, ...models])];
      index = new Map(order.map((model, at) => [model, at]));
      if (!settled || order.length === kept.length) return;
      kept = order;
      onChange(kept);
    },
    color(model) {
      // One that is in no data (typed into a cell) takes no hue away from one that is.
      const at = index.get(model) ?? HUES;
      return at < HUES ? `var(--c${at + 1})` : 'var(--volume)';
    },
  };
}
