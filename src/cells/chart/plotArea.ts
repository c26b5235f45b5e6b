export type MarkKind = 'bar' | 'line' | 'area';

/** Around the plot, px: axis labels stand there. */
export const MARGIN = { left: 46, right: 12, top: 10, bottom: 20 } as const;
