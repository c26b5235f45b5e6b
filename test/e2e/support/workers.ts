/** The page's workers, so that a test may end one as a crash would. */
import type { Page } from 'playwright-core';

declare global {
  interface Window {
    /** Every worker that the page has started, with its script. */
    startedWorkers?: { readonly url: string; readonly worker: Worker }[];
  }
}

/** Call it before the page is opened. */
export async function keepWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const started: { url: string; worker: Worker }[] = [];
    window.startedWorkers = started;
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        started.push({ url: String(url), worker: this });
      }
    };
  });
}

const ENGINE = 'duckdb';

/** How often the engine was started since the page was opened. */
export function engineStarts(page: Page): Promise<number> {
  return page.evaluate(
    (part) => (window.startedWorkers ?? []).filter(({ url }) => url.includes(part)).length,
    ENGINE,
  );
}

/** Ends the engine's worker under the app. */
export async function killEngine(page: Page): Promise<void> {
  await page.evaluate((part) => {
    const engines = (window.startedWorkers ?? []).filter(({ url }) => url.includes(part));
    engines.at(-1)?.worker.terminate();
  }, ENGINE);
}
