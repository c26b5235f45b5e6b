/** Nothing leaves the tab: not from the page, and not from inside a worker. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Worker as PageWorker } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { ROOT } from '../../cli/build.ts';
import { openApp } from './support/app.ts';
import { expect, newContext, test } from './support/browser.ts';
import { type OtherOrigin, otherOrigin } from './support/otherOrigin.ts';

let other: OtherOrigin;
beforeAll(async () => {
  other = await otherOrigin();
});
afterAll(() => other.close());

/** `answered`, or the name of the error. */
const tryFetch = (from: Page | PageWorker, url: string): Promise<string> =>
  (from as Page).evaluate(
    (address) =>
      fetch(address, { mode: 'no-cors' }).then(
        () => 'answered',
        (error: unknown) => (error instanceof Error ? error.name : String(error)),
      ),
    url,
  );

/** Starts a worker from a script of the page's own origin. */
async function startWorker(page: Page, url: string): Promise<PageWorker> {
  const started = page.waitForEvent('worker');
  await page.evaluate((address) => {
    (globalThis as { keep?: Worker[] }).keep = [new Worker(address, { type: 'module' })];
  }, url);
  return started;
}

const workerScripts = () =>
  readdirSync(join(ROOT, 'dist/assets')).filter((name) => /worker.*\.js$/i.test(name));

describe('without a policy', () => {
  test('page and worker reach out, and these tests see it', async ({ browser, leaks }) => {
    const { host } = new URL(other.url);
    const proxy = { server: `http://${leaks.address}`, bypass: `<-loopback>;${host}` };
    const context = await newContext(browser, leaks, { proxy });
    const page = await context.newPage();
    await page.goto(`${other.url}open.html`);
    expect(await tryFetch(page, 'http://collector.example/page')).toBe('answered');
    expect(await tryFetch(await startWorker(page, '/open.js'), 'http://collector.example/worker')).toBe(
      'answered',
    );
    expect(leaks.take()).toEqual([
      'GET http://collector.example/page',
      'GET http://collector.example/worker',
    ]);
    expect(other.take()).toEqual(['/open.html', '/open.js']);
    await context.close();
  });
});

describe('the app', () => {
  test('loads without a complaint', async ({ page, guard }) => {
    await openApp(page);
    expect(guard.complaints).toEqual([]);
  });

  test('cannot reach another origin from the page', async ({ page, guard, leaks }) => {
    await page.goto('/');
    guard.allow(/Content Security Policy|violates|request failed|request to another origin/);
    expect(await tryFetch(page, `${other.url}fetch`)).toBe('TypeError');
    await page.evaluate(async (url) => {
      navigator.sendBeacon(`${url}beacon`, 'data');
      const image = new Image();
      image.src = `${url}image`;
      const attempts: (() => unknown)[] = [
        () => new EventSource(`${url}events`),
        () => new WebSocket(`${url.replace('http', 'ws')}socket`),
        () => import(/* @vite-ignore */ `${url}module.js`),
        () => new Worker(`${url}open.js`),
        () => {
          const form = document.createElement('form');
          form.action = `${url}form`;
          form.target = 'elsewhere';
          document.body.append(form);
          form.submit();
        },
      ];
      for (const attempt of attempts) {
        try {
          await attempt();
        } catch {
          // Refused, as it should be.
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }, other.url);
    expect(other.take()).toEqual([]);
    expect(leaks.take()).toEqual([]);
    expect(guard.complaints.some((line) => /Content Security Policy/.test(line))).toBe(true);
  });

  test('cannot reach another origin from inside any of its workers', async ({ page, guard, leaks }) => {
    guard.allow(/Content Security Policy|violates|request failed|request to another origin/);
    const scripts = workerScripts();
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      await page.goto('/');
      const worker = await startWorker(page, `/assets/${script}`);
      expect(await tryFetch(worker, `${other.url}${script}`), script).toBe('TypeError');
    }
    expect(other.take()).toEqual([]);
    expect(leaks.take()).toEqual([]);
  });

  test('cannot reach another origin from inside the workers that it runs', async ({ page, guard, leaks }) => {
    guard.allow(/Content Security Policy|violates|request failed|request to another origin/);
    const seen: string[] = [];
    const results: Promise<string>[] = [];
    page.on('worker', (worker) => {
      seen.push(worker.url());
      // One that has gone before it could be asked is covered by the test above.
      results.push(tryFetch(worker, `${other.url}running`).catch(() => 'gone'));
    });
    await openApp(page, '/?sample');
    expect(seen.some((url) => /duckdb|engine/i.test(url))).toBe(true);
    const answers = await Promise.all(results);
    expect(answers).toContain('TypeError');
    expect(answers).not.toContain('answered');
    expect(other.take()).toEqual([]);
    expect(leaks.take()).toEqual([]);
  });
});
