/** What was edited and what was open is there again: after a reload, and after the engine has died. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import {
  cell,
  dropBytes,
  dropFiles,
  keyMetrics,
  openApp,
  query,
  readFiles,
  readSql,
  readTable,
  reloadApp,
  runSql,
  SAMPLE_DATA,
} from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectedOf, tileTexts } from './support/expected.ts';
import { engineStarts, keepWorkers, killEngine } from './support/workers.ts';

const SERVICE = 'doc-extract';
const FILE = `${SERVICE}.ndjson.gz`;
const PATH = join(SAMPLE_DATA, FILE);
const TOTALS = expectedOf(SERVICE).last_24h;
const OPEN = { [FILE]: expectedOf(SERVICE).all.spans.toLocaleString('en-US') };

const EDITED = `SELECT model, count(*) AS calls, sum(total_tokens) AS tokens
FROM llm_calls
GROUP BY model
ORDER BY calls DESC`;
const PANEL = 'cost_by_model';

/** All that must be the same afterwards. */
async function expectWorkspace(page: Page): Promise<void> {
  await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(TOTALS));
  await expect.poll(async () => (await readTable(cell(page, PANEL))).rows).toEqual(editedRows());
  expect(await readFiles(page)).toEqual(OPEN);
  expect(await readSql(page, PANEL)).toBe(EDITED);
  await expect(cell(page, PANEL).getByText('Edited here').isVisible()).resolves.toBe(true);
}

function editedRows(): string[][] {
  return Object.entries(TOTALS.models)
    .sort(([, a], [, b]) => b.requests - a.requests)
    .map(([model, { requests, total_tokens }]) => [
      model,
      requests.toLocaleString('en-US'),
      total_tokens.toLocaleString('en-US'),
    ]);
}

describe("an edited panel's SQL and the open files", () => {
  test('are there again after a reload, and after the death of the engine', async ({ page }) => {
    await keepWorkers(page);
    await openApp(page);
    await dropFiles(page, [PATH]);
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(TOTALS));
    await runSql(page, PANEL, EDITED);
    await expectWorkspace(page);

    await reloadApp(page);
    await expectWorkspace(page);
    expect(await page.getByTestId('reopen').count()).toBe(0);

    expect(await engineStarts(page)).toBe(1);
    await killEngine(page);
    await page.getByTestId('engine-notice').waitFor();
    await page.getByTestId('engine-notice').waitFor({ state: 'detached' });
    expect(await engineStarts(page)).toBe(2);
    await expectWorkspace(page);
    expect(await query(page, 'SELECT count(*) AS n FROM all_spans')).toEqual([
      { n: expectedOf(SERVICE).all.spans },
    ]);
  });
});

describe('files that cannot be opened again by themselves', () => {
  test('are named, to be dropped again, until they are open, where there is no handle', async ({ page }) => {
    const other = 'research-agent.logs.parquet';
    await openApp(page);
    await dropBytes(page, [
      { name: FILE, bytes: readFileSync(PATH) },
      { name: other, bytes: readFileSync(join(SAMPLE_DATA, other)) },
    ]);
    await expect.poll(async () => Object.keys(await readFiles(page))).toEqual([FILE, other]);
    await reloadApp(page);
    const notice = page.getByTestId('reopen');
    await expect.poll(() => notice.textContent()).toContain(`Drop again: ${FILE}, ${other}`);

    await dropFiles(page, [join(SAMPLE_DATA, other)]);
    await expect.poll(() => readFiles(page)).toHaveProperty([other]);
    await expect.poll(() => notice.textContent()).toContain(`Drop again: ${FILE}.`);
    await reloadApp(page);
    await expect.poll(() => readFiles(page)).toHaveProperty([other]);
    await expect.poll(() => notice.textContent()).toContain(`Drop again: ${FILE}.`);

    await dropFiles(page, [PATH]);
    await expect.poll(() => readFiles(page)).toMatchObject(OPEN);
    await notice.waitFor({ state: 'detached' });
    // What was dropped from the disk came with a handle.
    await reloadApp(page);
    await expect.poll(() => readFiles(page)).toMatchObject(OPEN);
    expect(await notice.count()).toBe(0);
  });

  test('are opened by one click, where the browser asks for permission', async ({ page }) => {
    // A browser that was closed in between forgets what it had granted; this one is made to.
    await page.addInitScript(() => {
      let granted = false;
      const permission = FileSystemHandle.prototype as unknown as Record<string, () => Promise<string>>;
      permission.queryPermission = async () => (granted ? 'granted' : 'prompt');
      permission.requestPermission = async () => {
        if (!navigator.userActivation.isActive) throw new DOMException('no click', 'SecurityError');
        granted = true;
        return 'granted';
      };
    });
    await openApp(page);
    await dropFiles(page, [PATH]);
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(TOTALS));

    await reloadApp(page);
    const notice = page.getByTestId('reopen');
    await expect.poll(() => notice.textContent()).toContain(`Open before: ${FILE}`);
    expect(await readFiles(page)).toEqual({});
    await notice.getByRole('button', { name: 'Open again' }).click();
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(TOTALS));
    await notice.waitFor({ state: 'detached' });
    expect(await readFiles(page)).toEqual(OPEN);
  });
});
