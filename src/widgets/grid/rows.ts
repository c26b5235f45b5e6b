/** Where the rows of a grid come from, and which are in sight. No DOM. */
import type { DataTable } from '../../base/table.ts';

export interface GridPageRequest {
  readonly offset: number;
  readonly limit: number;
  readonly orderBy?: { readonly column: string; readonly descending: boolean };
}
export type GridPages = (
  request: GridPageRequest,
  signal: AbortSignal,
) => Promise<{ readonly table: DataTable; readonly rowCount: number }>;

/** Browsers stop laying out somewhere above this height (Firefox: 17.9 M px); beyond it the bar moves faster than the rows. */
export const MAX_HEIGHT = 12_000_000;

export interface Window {
  /** First row to draw, and how many. */
  readonly first: number;
  readonly count: number;
  /** Where the first row stands, px from the top of the scrolled content. */
  readonly top: number;
  readonly contentHeight: number;
}

/** Rows of `rowHeight` px that show in a box of `height` px scrolled by `scrollTop`, with `extra` rows around them. */
export function windowOf(
  scrollTop: number,
  height: number,
  rows: number,
  rowHeight: number,
  extra = 6,
): Window {
  const full = rows * rowHeight;
  const contentHeight = Math.min(full, MAX_HEIGHT);
  const scroll = Math.max(0, Math.min(scrollTop, Math.max(0, contentHeight - height)));
  // 0 at the top, `full − height` at the bottom; the same as `scroll` unless the height was capped.
  const position = contentHeight > height ? (scroll / (contentHeight - height)) * (full - height) : 0;
  const seen = Math.floor(position / rowHeight);
  const first = Math.max(0, seen - extra);
  const count = Math.min(rows - first, seen - first + Math.ceil(height / rowHeight) + 1 + extra);
  return { first, count: Math.max(0, count), top: scroll - (position - first * rowHeight), contentHeight };
}

/** The scroll position at which `row` is wholly in sight, or `undefined` if it is already. */
export function scrollTo(
  row: number,
  scrollTop: number,
  height: number,
  rows: number,
  rowHeight: number,
): number | undefined {
  const full = rows * rowHeight;
  const content = Math.min(full, MAX_HEIGHT);
  const scale = content > height && full > height ? (content - height) / (full - height) : 1;
  const position = scrollTop / scale;
  const at = row * rowHeight;
  if (at < position) return at * scale;
  if (at + rowHeight > position + height) return (at + rowHeight - height) * scale;
  return undefined;
}

const CHUNK = 500;

/** Chunks of a long result, asked for as they come into sight. Old answers of another order are dropped. */
export class PagedRows {
  readonly #chunks = new Map<number, DataTable>();
  readonly #asked = new Map<number, AbortController>();
  #closed = false;

  constructor(
    private readonly pages: GridPages,
    private readonly orderBy: GridPageRequest['orderBy'],
    private readonly onChange: (error?: unknown) => void,
  ) {}

  /** The table and the row in it; `undefined` while it is not there. */
  at(row: number): { table: DataTable; row: number } | undefined {
    const table = this.#chunks.get(Math.floor(row / CHUNK));
    const inside = row % CHUNK;
    return table === undefined || inside >= table.numRows ? undefined : { table, row: inside };
  }

  /** Asks for what is missing of these rows, and gives up on chunks that are no longer wanted. */
  want(first: number, count: number): void {
    const from = Math.floor(first / CHUNK);
    const to = Math.floor(Math.max(first, first + count - 1) / CHUNK);
    for (const [chunk, controller] of this.#asked) {
      if (chunk >= from && chunk <= to) continue;
      controller.abort();
      this.#asked.delete(chunk);
    }
    for (let chunk = from; chunk <= to; chunk++) this.#ask(chunk);
  }

  #ask(chunk: number): void {
    if (this.#closed || this.#chunks.has(chunk) || this.#asked.has(chunk)) return;
    const controller = new AbortController();
    this.#asked.set(chunk, controller);
    const request = { offset: chunk * CHUNK, limit: CHUNK, ...(this.orderBy && { orderBy: this.orderBy }) };
    const { signal } = controller;
    Promise.resolve()
      .then(() => this.pages(request, signal))
      .then(
        ({ table }) => {
          if (signal.aborted || this.#closed) return;
          this.#asked.delete(chunk);
          this.#chunks.set(chunk, table);
          this.onChange();
        },
        (error: unknown) => {
          if (signal.aborted || this.#closed) return;
          // Forgotten, so that the next look asks again.
          this.#asked.delete(chunk);
          this.onChange(error);
        },
      );
  }

  close(): void {
    this.#closed = true;
    for (const controller of this.#asked.values()) controller.abort();
    this.#asked.clear();
  }
}
