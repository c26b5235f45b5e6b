/** Every filter of the bar against a WHERE written here by hand, over the tables that no filter cuts. */
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { cell, chooseRange, keyMetrics, openApp, query, readTable } from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { COMBINED, tileTexts } from './support/expected.ts';

/** Of a call (`all_llm_calls`), and of a trace (`all_traces`). */
interface Where {
  readonly calls: string;
  readonly traces: string;
}

interface Figures {
  readonly requests: number;
  readonly total_tokens: number;
  readonly avg_latency_ms: number;
  readonly p95_latency_ms: number;
  readonly cost_usd: number;
  readonly error_rate: number;
}

/** Tiles, the usage table's total, the list of traces and the text behind WHERE say the same as the WHERE by hand. */
async function expectFigures(page: Page, where: Where): Promise<void> {
  const figures = must(
    (
      await query<Figures>(
        page,
        `SELECT count(*) AS requests, sum(total_tokens) AS total_tokens, avg(duration_ms) AS avg_latency_ms,
         quantile_cont(duration_ms, 0.95) AS p95_latency_ms, sum(cost_usd) AS cost_usd,
         count(*) FILTER (WHERE status = 'ERROR') / count(*) AS error_rate
       FROM all_llm_calls WHERE ${where.calls}`,
      )
    )[0],
    'figures',
  );
  const [traces] = await query<{ n: number }>(
    page,
    `SELECT count(*) AS n FROM all_traces WHERE ${where.traces}`,
  );
  // A filter that finds nothing, or everything, would prove little.
  expect(figures.requests, where.calls).toBeGreaterThan(0);
  const message = where.calls;
  await expect.poll(() => keyMetrics(page), { message }).toEqual(tileTexts(figures));
  const total = async () => (await readTable(cell(page, 'usage_by_model'))).total?.[1];
  await expect.poll(total, { message }).toBe(figures.requests.toLocaleString('en-US'));
  await expect
    .poll(() => cell(page, 'recent_traces').locator('.pager').textContent(), { message })
    .toContain(`of ${must(traces, 'traces').n.toLocaleString('en-US')} traces`);
  await page.getByRole('button', { name: 'WHERE' }).click();
  const text = must(await page.getByTestId('where').textContent(), 'where');
  await page.keyboard.press('Escape');
  expect(await query(page, `SELECT count(*) AS n FROM all_llm_calls ${text}`), text).toEqual([
    { n: figures.requests },
  ]);
}

/** Chooses, or takes back, a value of a filter. */
async function toggle(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^Filter by ${label}: `) }).click();
  await page
    .getByRole('listbox', { name: label })
    .getByRole('option', { name: new RegExp(`^${option}`) })
    .click();
  await page.keyboard.press('Escape');
}

const since = (time: string) => ({ calls: `start_time >= ${time}`, traces: `start_time >= ${time}` });
const tracesWith = (calls: string) => `trace_id IN (SELECT trace_id FROM all_llm_calls WHERE ${calls})`;
const newest = '(SELECT max(start_time) FROM all_spans)';

/** Spans that hold the text anywhere. */
const hits = (text: string) => `(
  name ILIKE '%${text}%' OR error_message ILIKE '%${text}%'
  OR len(list_filter(map_values(attributes), lambda v: v ILIKE '%${text}%')) > 0
  OR (trace_id, span_id) IN (
    SELECT (trace_id, span_id) FROM messages
    WHERE concat_ws(chr(10), content, tool_arguments, tool_name) ILIKE '%${text}%'))`;

describe('the filter bar', () => {
  test('by time: the last hour, seven days, a range of its own, and the brush', async ({ page }) => {
    await openApp(page, '/?sample');
    // The Overview opens on the last day.
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(COMBINED.last_24h));
    await chooseRange(page, /Last hour/);
    await expectFigures(page, since(`${newest} - INTERVAL 1 HOUR + INTERVAL 1 MICROSECOND`));
    await chooseRange(page, /7 days/);
    await expectFigures(page, since(`${newest} - INTERVAL 7 DAY + INTERVAL 1 MICROSECOND`));

    const day = must(COMBINED.previous_24h.from, 'from').slice(0, 10);
    await page.getByRole('button', { name: /^Time range: / }).click();
    const dialog = page.getByRole('dialog', { name: 'Time range' });
    await dialog.getByLabel('from', { exact: true }).fill(`${day} 08:15`);
    await dialog.getByLabel('to', { exact: true }).fill(`${day} 17:45:30`);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    const range = `start_time >= '${day} 08:15:00'::TIMESTAMP AND start_time < '${day} 17:45:30'::TIMESTAMP`;
    await expectFigures(page, { calls: range, traces: range });

    // A drag over the histogram selects what lies below it.
    await chooseRange(page, /All/);
    await expectFigures(page, { calls: 'true', traces: 'true' });
    const box = must(await page.getByTestId('brush').boundingBox(), 'brush');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.3, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.45, y, { steps: 4 });
    await page.mouse.move(box.x + box.width * 0.6, y, { steps: 4 });
    await page.mouse.up();
    await expect
      .poll(() => page.getByRole('button', { name: /^Time range: / }).getAttribute('aria-label'))
      .not.toContain('All time');
    await page.getByRole('button', { name: 'WHERE' }).click();
    const where = must(await page.getByTestId('where').textContent(), 'where');
    await page.keyboard.press('Escape');
    const [from, to] = [...where.matchAll(/TIMESTAMP '([^']+)'/g)].map((match) => Date.parse(`${match[1]}Z`));
    // A third of seven days, give or take the bars' edges.
    const days = (must(to, 'to') - must(from, 'from')) / 86_400_000;
    expect(days).toBeGreaterThan(1.7);
    expect(days).toBeLessThan(2.5);
    const condition = where.replace(/^WHERE /, '');
    await expectFigures(page, { calls: condition, traces: condition });
  });

  test('by service, model, status and text, alone and together', async ({ page }) => {
    await openApp(page, '/?sample');
    await chooseRange(page, /All/);
    await expectFigures(page, { calls: 'true', traces: 'true' });

    await toggle(page, 'service', 'research-agent');
    const service = "service_name = 'research-agent'";
    const ofService = "list_contains(services, 'research-agent')";
    await expectFigures(page, { calls: service, traces: ofService });

    await toggle(page, 'status', 'ERROR');
    const failed = "status = 'ERROR'";
    await expectFigures(page, {
      calls: `${service} AND ${failed}`,
      traces: `${ofService} AND ${tracesWith(failed)}`,
    });
    await toggle(page, 'service', 'research-agent');
    await expectFigures(page, { calls: failed, traces: tracesWith(failed) });
    await toggle(page, 'status', 'OK');
    await expectFigures(page, { calls: "status <> 'ERROR'", traces: tracesWith("status <> 'ERROR'") });
    await toggle(page, 'status', 'OK');

    const [first = '', second = ''] = Object.keys(COMBINED.all.models);
    await toggle(page, 'model', first);
    await toggle(page, 'model', second);
    const models = `model IN ('${first}', '${second}')`;
    await expectFigures(page, { calls: models, traces: tracesWith(models) });
    await toggle(page, 'model', first);
    await toggle(page, 'model', second);

    const text = page.getByRole('textbox', { name: 'Text in any span' });
    await text.fill('double Charges');
    const found = hits('double charges');
    await expectFigures(page, {
      calls: found,
      traces: `trace_id IN (SELECT trace_id FROM all_spans WHERE ${found})`,
    });
    await text.fill('');
    await expectFigures(page, { calls: 'true', traces: 'true' });
  });
});
