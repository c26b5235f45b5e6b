/** The sample data on the page, against figures computed by another path (sample-data/expected). */
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import type { RangeTotals } from '../../sample-data/expected.ts';
import { must } from '../../src/base/assert.ts';
import {
  byFirstColumn,
  cell,
  chooseRange,
  dropFiles,
  openApp,
  query,
  readTable,
  readTiles,
} from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { COMBINED, modelTexts, SAMPLE_FILES, tileTexts } from './support/expected.ts';

const LOADED = { timeout: 60_000 };

async function tiles(page: Page): Promise<Record<string, string>> {
  const shown = await readTiles(cell(page, 'key_metrics'));
  return Object.fromEntries(Object.entries(shown).map(([metric, tile]) => [metric, tile.value]));
}

/** Every figure on the Overview that the expected totals hold. */
async function expectOverview(page: Page, totals: RangeTotals): Promise<void> {
  await expect.poll(() => tiles(page), LOADED).toEqual(tileTexts(totals));
  await expect
    .poll(() => cell(page, 'recent_traces').textContent(), LOADED)
    .toContain(`of ${totals.traces.toLocaleString('en-US')} traces`);
  const usage = async () => byFirstColumn(await readTable(cell(page, 'usage_by_model')));
  const cost = async () => byFirstColumn(await readTable(cell(page, 'cost_by_model')));
  await expect.poll(async () => Object.keys(await usage()).sort()).toEqual(Object.keys(totals.models).sort());
  const [usages, costs] = [await usage(), await cost()];
  for (const [model, figures] of Object.entries(totals.models)) {
    const wanted = modelTexts(figures);
    expect(usages[model], model).toMatchObject(wanted.usage);
    expect(must(costs[model], model).cost, model).toBe(wanted.cost);
  }
}

describe('the sample data', () => {
  test('dropped on the page, shows every figure that it should', async ({ page }) => {
    await openApp(page);
    await dropFiles(page, SAMPLE_FILES);
    await expectOverview(page, COMBINED.last_24h);
    await chooseRange(page, /All/);
    await expectOverview(page, COMBINED.all);
    const rows = await query(
      page,
      'SELECT (SELECT count(*) FROM all_spans) AS spans, (SELECT count(*) FROM all_logs) AS logs',
    );
    expect(rows).toEqual([{ spans: COMBINED.all.spans, logs: COMBINED.all.logs }]);
  });

  test('loads by the address alone', async ({ page }) => {
    await openApp(page, '/?sample');
    await expect.poll(() => tiles(page), LOADED).toEqual(tileTexts(COMBINED.last_24h));
  });
});
