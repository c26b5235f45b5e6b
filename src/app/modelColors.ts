/** A model keeps its hue on every page, and over a reload: hues are given in the order in which models appear. */
export interface ModelColors {
  color(model: string): string;
  /** Models that are new get the next hues. */
  add(models: readonly string[]): void;
}

const HUES = 8;

export function createModelColors(onChange: (models: readonly string[]) => void): ModelColors {
  const index = new Map<string, number>();
  const add = (model: string) => {
    const known = index.get(model);
    if (known !== undefined) return known;
    index.set(model, index.size);
    return index.size - 1;
  };
  return {
    add(models) {
      const before = index.size;
      for (const model of models) add(model);
      if (index.size > before) onChange([...index.keys()]);
    },
    color(model) {
      // One that is in no data (typed into a cell) takes no hue away from one that is.
      const at = index.get(model) ?? HUES;
      return at < HUES ? `var(--c${at + 1})` : 'var(--volume)';
    },
  };
}
