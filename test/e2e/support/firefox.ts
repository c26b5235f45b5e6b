/** Firefox through WebDriver BiDi, for the smoke test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { inject } from 'vitest';

export interface FirefoxPage {
  readonly page: Page;
  /** Requests to another origin, failed ones, console errors and uncaught errors, as lines. */
  readonly complaints: readonly string[];
}

/** Runs with a fresh profile, and ends Firefox in any case. */
export async function withFirefox(run: (firefox: FirefoxPage) => Promise<void>): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'spanbook-firefox-'));
  let browser: Browser | undefined;
  try {
    browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: inject('firefox'),
      headless: true,
      userDataDir: profile,
      defaultViewport: { width: 1440, height: 900 },
    });
    const page = await browser.newPage();
    const complaints: string[] = [];
    watch(page, complaints);
    await run({ page, complaints });
  } finally {
    await browser?.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function watch(page: Page, complaints: string[]): void {
  const { origin } = new URL(inject('baseUrl'));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && !['blob:', 'data:', 'about:'].includes(url.protocol))
      complaints.push(`request to another origin: ${request.method()} ${request.url()}`);
  });
  page.on('requestfailed', (request) => {
    complaints.push(`request failed: ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`status ${response.status()}: ${response.url()}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console error: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    complaints.push(
      `uncaught error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  });
}
