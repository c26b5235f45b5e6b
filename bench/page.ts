/** Loads a file through `window.spanbook.open` of the built app in real Chromium, and watches the main thread. */
import { chromium } from 'playwright-core';
import type {} from '../test/e2e/support/app.ts';

export interface PageLoad {
  /** From the navigation until `window.spanbook.ready`. */
  readonly startMs: number;
  /** From `open` until it resolves. */
  readonly openMs: number;
  readonly spans: number;
  readonly rejects: number;
  readonly inputTokens: number;
  /** The main thread's longest task during the load; 0 if none was over 50 ms (the browser reports no shorter one). */
  readonly longestTaskMs: number;
  /** All that is over 50 ms in each of those tasks: how long input would have waited in sum. */
  readonly blockedMs: number;
  /** Longest time between two frames: what a person sees as a freeze. */
  readonly longestFrameMs: number;
}

export async function loadInPage(url: string, executablePath: string, path: string): Promise<PageLoad> {
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
    ],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    // tsx wraps named functions in a call of this helper, which the page has not.
    await page.addInitScript('globalThis.__name = (value) => value');
    const started = performance.now();
    await page.goto(url);
    await page.waitForFunction(() => 'spanbook' in window);
    await page.evaluate(() => window.spanbook.ready);
    const startMs = performance.now() - started;
    // A file from the disk, as if picked; not fetched.
    await page.evaluate(() => {
      const input = document.createElement('input');
      input.type = 'file';
      input.id = 'bench-input';
      input.hidden = true;
      document.body.append(input);
    });
    await page.setInputFiles('#bench-input', path);
    const measured = await page.evaluate(measureOpen);
    return { startMs, ...measured };
  } finally {
    await browser.close();
  }
}

/** Runs in the page. */
async function measureOpen(): Promise<Omit<PageLoad, 'startMs'>> {
  const { spanbook } = window;
  const files = [...(document.querySelector<HTMLInputElement>('#bench-input')?.files ?? [])];
  const tasks: number[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) tasks.push(entry.duration);
  });
  observer.observe({ type: 'longtask' });
  let longestFrameMs = 0;
  let lastFrame = performance.now();
  let watching = true;
  const frame = () => {
    const now = performance.now();
    longestFrameMs = Math.max(longestFrameMs, now - lastFrame);
    lastFrame = now;
    if (watching) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  const started = performance.now();
  const { spans, rejects } = await spanbook.open(files);
  const openMs = performance.now() - started;
  // The panels run after the load; their tasks count too.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  watching = false;
  for (const entry of observer.takeRecords()) tasks.push(entry.duration);
  observer.disconnect();
  const rows = await spanbook.query(
    "SELECT sum(input_tokens)::DOUBLE AS input_tokens FROM all_spans WHERE role = 'call'",
  );
  return {
    openMs,
    spans,
    rejects,
    inputTokens: Number(rows[0]?.input_tokens),
    longestTaskMs: Math.max(0, ...tasks),
    blockedMs: tasks.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0),
    longestFrameMs,
  };
}
