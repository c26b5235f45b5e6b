/**
 * `test` with a `page` in real Chromium. Beside its own assertions, a test fails on any request that leaves the
 * origin, any console error (violations of the content security policy are such), and any uncaught error.
 */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type ConsoleMessage,
  chromium,
  type Page,
} from 'playwright-core';
import { test as base, expect, inject } from 'vitest';
import { type BlackHole, blackHole } from './blackHole.ts';

export { expect };

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-reliability',
  // For what the browser itself would ask of its maker; pages have a proxy of their own.
  '--proxy-server=127.0.0.1:9',
  '--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication',
];

/** Complaints about a page, as lines; a test that provokes some says so with `allow`. */
export interface Guard {
  readonly complaints: readonly string[];
  /** Complaints that match are expected from now on. */
  allow(pattern: RegExp): void;
}

interface Fixtures {
  $file: { browser: Browser; leaks: BlackHole };
  $test: {
    context: BrowserContext;
    page: Page;
    guard: Guard;
  };
}

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: inject('chromium'), args: ARGUMENTS });
}

/** Where everything but the app's own server goes through the black hole. */
export function newContext(
  browser: Browser,
  leaks: BlackHole,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const { host } = new URL(inject('baseUrl'));
  return browser.newContext({
    baseURL: inject('baseUrl'),
    viewport: { width: 1440, height: 900 },
    timezoneId: 'UTC',
    locale: 'en-US',
    // Without the first part, every loopback address would go past the proxy.
    proxy: { server: `http://${leaks.address}`, bypass: `<-loopback>;${host}` },
    ...options,
  });
}

export const test = base.extend<Fixtures>({
  leaks: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from it that this fixture needs no other one
    async ({}, use) => {
      const leaks = await blackHole();
      await use(leaks);
      leaks.close();
    },
    { scope: 'file' },
  ],
  browser: [
    // biome-ignore lint/correctness/noEmptyPattern: as above
    async ({}, use) => {
      const browser = await launchChromium();
      await use(browser);
      await browser.close();
    },
    { scope: 'file' },
  ],
  context: async ({ browser, leaks }, use) => {
    const context = await newContext(browser, leaks);
    await use(context);
    await context.close();
  },
  guard: async ({ context, leaks }, use) => {
    const complaints: string[] = [];
    const allowed: RegExp[] = [];
    watch(context, complaints);
    // Some violations are in no console, such as an eval that is caught.
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
        console.error(
          `Content Security Policy violated: ${effectiveDirective} by ${blockedURI} (${sourceFile}:${lineNumber})`,
        );
      });
    });
    leaks.take();
    await use({ complaints, allow: (pattern) => allowed.push(pattern) });
    // What a page still has to say comes with the next turn of its loop.
    for (const page of context.pages())
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    complaints.push(...leaks.take().map((request) => `request left the origin: ${request}`));
    const unexpected = complaints.filter((line) => !allowed.some((pattern) => pattern.test(line)));
    expect(unexpected, 'complaints of the page').toEqual([]);
  },
  page: async ({ context, guard }, use) => {
    void guard;
    const page = await context.newPage();
    // No test is about time; loading takes some on a busy machine.
    page.setDefaultTimeout(60_000);
    await use(page);
  },
});

function watch(context: BrowserContext, complaints: string[]): void {
  const { origin } = new URL(inject('baseUrl'));
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['blob:', 'data:', 'about:'].includes(url.protocol))
      complaints.push(`request to another origin: ${request.method()} ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? '';
    // What the page itself gave up.
    if (reason !== 'net::ERR_ABORTED') complaints.push(`request failed: ${request.url()} ${reason}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console error: ${message.text()} ${placeOf(message)}`);
  });
  context.on('weberror', (error) =>
    complaints.push(`uncaught error: ${error.error().stack ?? error.error().message}`),
  );
  context.on('page', (page) => page.on('crash', () => complaints.push('the page crashed')));
}

const placeOf = (message: ConsoleMessage) => {
  const { url, lineNumber } = message.location();
  return url === '' ? '' : `(${url}:${lineNumber})`;
};
