/** The Overview against totals of another path. */
import type { Page } from 'playwright-core';
import type { RangeTotals } from '../../../sample-data/expected.ts';
import { must } from '../../../src/base/assert.ts';
import { byFirstColumn, cell, keyMetrics, readTable } from './app.ts';
import { expect } from './browser.ts';
import { modelTexts, tileTexts } from './expected.ts';

/** Waits until every figure on the Overview is what the totals say. */
export async function expectOverview(page: Page, totals: RangeTotals): Promise<void> {
  await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(totals));
  await expect
    .poll(() => cell(page, 'recent_traces').textContent())
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
