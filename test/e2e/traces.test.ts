/** The list of traces, and what a trace says of its spans. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { describe } from 'vitest';
import { must } from '../../src/base/assert.ts';
import { cell, chooseRange, dropFiles, openApp, query, readTable, SAMPLE_DATA } from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectedOf } from './support/expected.ts';

const SERVICE = 'research-agent';
const { all } = expectedOf(SERVICE);
const PAGE = 14;

const list = (page: Page) => cell(page, 'recent_traces');
const pager = (page: Page) => list(page).locator('.pager').textContent();
const shownIds = (page: Page) =>
  list(page)
    .locator('tbody tr')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-trace')));

async function ids(page: Page, rest: string): Promise<string[]> {
  const rows = await query<{ trace_id: string }>(page, `SELECT trace_id FROM all_traces ${rest}`);
  return rows.map((row) => row.trace_id);
}

async function load(page: Page): Promise<void> {
  await openApp(page);
  await dropFiles(page, [
    join(SAMPLE_DATA, `${SERVICE}.parquet`),
    join(SAMPLE_DATA, `${SERVICE}.logs.parquet`),
  ]);
  await cell(page, 'key_metrics').locator('.tile').first().waitFor();
  await chooseRange(page, /All/);
  await expect.poll(() => pager(page)).toContain(`of ${all.traces.toLocaleString('en-US')} traces`);
}

const tracePage = (page: Page, id: string): Locator =>
  page.getByTestId('trace').and(page.locator(`[data-trace="${id}"]`));
const row = (page: Page, span: string): Locator => page.locator(`[role=treeitem][data-span="${span}"]`);

describe('the list of traces', () => {
  test('is filtered by status, sorted by cost, and turned to its last page', async ({ page }) => {
    await load(page);
    const newest = await ids(page, 'ORDER BY start_time DESC');
    expect(await shownIds(page)).toEqual(newest.slice(0, PAGE));

    // Pages.
    const { traces } = all;
    await list(page).getByRole('button', { name: 'Next page' }).click();
    await expect.poll(() => shownIds(page)).toEqual(newest.slice(PAGE, 2 * PAGE));
    await list(page).getByRole('group', { name: 'Traces' }).focus();
    await page.keyboard.press('End');
    const last = Math.floor((traces - 1) / PAGE) * PAGE;
    await expect.poll(() => shownIds(page)).toEqual(newest.slice(last));
    const whole = (n: number) => n.toLocaleString('en-US');
    expect(await pager(page)).toContain(`${whole(last + 1)}–${whole(traces)} of ${whole(traces)} traces`);
    expect(await list(page).getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);

    // By cost, the dearest first; from the first page on.
    await list(page).getByRole('button', { name: /^cost/ }).click();
    const dearest = await ids(page, `ORDER BY cost_usd DESC NULLS LAST LIMIT ${PAGE}`);
    await expect.poll(() => shownIds(page)).toEqual(dearest);

    // Failed ones only.
    expect(all.error_traces).toBeGreaterThan(0);
    await list(page)
      .getByRole('radio', { name: /^Error/ })
      .click();
    await expect.poll(() => pager(page)).toContain(`of ${whole(all.error_traces)} traces`);
    const failed = await ids(page, `WHERE status = 'ERROR' ORDER BY cost_usd DESC NULLS LAST LIMIT ${PAGE}`);
    await expect.poll(() => shownIds(page)).toEqual(failed);
    await list(page).getByRole('radio', { name: /^Ok/ }).click();
    const [ok] = await query<{ n: number }>(page, "SELECT count(*) AS n FROM all_traces WHERE status = 'OK'");
    await expect.poll(() => pager(page)).toContain(`of ${whole(must(ok, 'ok').n)} traces`);
  });

  test('opens a pasted trace id, steps with J and K, and Back leads back', async ({ page }) => {
    await load(page);
    const newest = await ids(page, 'ORDER BY start_time DESC LIMIT 12');
    const [before = '', wanted = '', next = ''] = newest.slice(8, 11);
    const field = list(page).getByRole('textbox', { name: 'Open a trace id' });
    await field.fill(`  ${wanted.toUpperCase()} `);
    await field.press('Enter');
    await tracePage(page, wanted).waitFor();
    const nextButton = page.getByRole('button', { name: 'Next trace' });
    await expect.poll(() => nextButton.isEnabled()).toBe(true);
    await page.keyboard.press('j');
    await tracePage(page, next).waitFor();
    await expect.poll(() => nextButton.isEnabled()).toBe(true);
    await page.keyboard.press('k');
    await tracePage(page, wanted).waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Previous trace' }).isEnabled()).toBe(true);
    await page.keyboard.press('k');
    await tracePage(page, before).waitFor();
    await page.goBack();
    await tracePage(page, wanted).waitFor();
    await page
      .getByRole('navigation', { name: 'Breadcrumb' })
      .getByRole('link', { name: 'Overview' })
      .click();
    await expect
      .poll(() => shownIds(page))
      .toEqual(newest.concat(await ids(page, 'ORDER BY start_time DESC LIMIT 2 OFFSET 12')));

    // One that is in no open file is said to be so.
    await list(page)
      .getByRole('textbox', { name: 'Open a trace id' })
      .fill('00000000000000000000000000000abc');
    await page.keyboard.press('Enter');
    await page.getByText('No trace 00000000000000000000000000000abc in the files that are open.').waitFor();
  });
});

interface SpanRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly name: string;
  readonly kind: string;
  readonly model: string;
  readonly cost_usd: number;
  readonly total_tokens: number;
}

describe('a trace', () => {
  test('shows all of its spans nested, of a call its messages, usage and cost, and what failed', async ({
    page,
  }) => {
    await load(page);
    const call = must(
      (
        await query<SpanRow>(
          page,
          `SELECT trace_id, span_id, name, kind, model, cost_usd, total_tokens FROM all_llm_calls
           WHERE kind = 'LLM' AND cache_read_tokens > 0 AND cost_usd > 0
             AND trace_id IN (SELECT trace_id FROM all_traces WHERE call_count > 5)
           ORDER BY start_time DESC LIMIT 1`,
        )
      )[0],
      'row',
    );
    const where = `WHERE trace_id = '${call.trace_id}'`;
    const trace = must(
      (
        await query<{ name: string; cost_usd: number; span_count: number }>(
          page,
          `SELECT name, cost_usd, span_count FROM all_traces ${where}`,
        )
      )[0],
      'row',
    );
    await page.goto(`/#/trace/${call.trace_id}`);
    const shown = tracePage(page, call.trace_id);
    await shown.waitFor();

    // The tree: every span once, below its parent.
    const tree = page.getByRole('tree');
    await expect.poll(() => tree.getByRole('treeitem').count()).toBe(trace.span_count);
    const levels = await query<{ span_id: string; level: number }>(
      page,
      `WITH RECURSIVE tree AS (
         SELECT span_id, 1 AS level FROM all_spans ${where} AND parent_span_id IS NULL
         UNION ALL
         SELECT s.span_id, t.level + 1 FROM all_spans s JOIN tree t ON s.parent_span_id = t.span_id ${where})
       SELECT span_id, level FROM tree`,
    );
    expect(levels).toHaveLength(trace.span_count);
    const shownLevels = await tree
      .getByRole('treeitem')
      .evaluateAll((items) =>
        items.map((item) => [item.getAttribute('data-span'), Number(item.getAttribute('aria-level'))]),
      );
    expect(Object.fromEntries(shownLevels)).toEqual(
      Object.fromEntries(levels.map((l) => [l.span_id, l.level])),
    );

    // The sum at the root is the trace's cost.
    const root = must(
      levels.find((l) => l.level === 1),
      'root',
    ).span_id;
    expect(await row(page, root).locator('.sum').textContent()).toBe(`Σ ${trace.cost_usd.toFixed(6)}`);
    expect(await shown.locator('[data-fact=cost_usd] dd').textContent()).toContain(
      trace.cost_usd.toFixed(4).slice(0, 4),
    );

    // A call.
    await row(page, call.span_id).locator('.wn b').click();
    const inspector = page.getByTestId('inspector');
    await expect.poll(() => inspector.locator('.in-h h2').textContent()).toBe(call.name);
    expect(await inspector.locator('.mdl').textContent()).toContain(call.model);
    await inspector.getByRole('tab', { name: /^Messages/ }).click();
    const messages = await query<{ role: string; content: string | null }>(
      page,
      `SELECT role, content FROM messages ${where} AND span_id = '${call.span_id}' ORDER BY direction, position`,
    );
    expect(messages.length).toBeGreaterThan(1);
    await inspector.getByRole('radio', { name: 'Source' }).click();
    for (const { content } of messages.filter((m) => m.content !== null && m.role !== 'tool')) {
      const start = must(content, 'content').split('\n')[0] ?? '';
      await expect.poll(() => inspector.locator('.messages').textContent()).toContain(start);
    }

    // Its parts add up to its cost.
    await inspector.getByRole('tab', { name: /^Usage/ }).click();
    const usage = async () => readTable(cell(page, 'span_usage'));
    await expect.poll(async () => (await usage()).total?.[0]).toBe('total');
    const { columns, rows, total } = await usage();
    const [tokens, cost] = ['tokens', 'cost'].map((title) => columns.findIndex((c) => c.startsWith(title)));
    const number = (text: string | undefined) =>
      text === undefined || text === '–' ? 0 : Number(text.replaceAll(',', ''));
    const parts = rows.filter((r) => !r[0]?.startsWith('of which'));
    const sum = (column: number) => parts.reduce((n, r) => n + number(r[column]), 0);
    expect(number(total?.[must(tokens, 'tokens')])).toBe(call.total_tokens);
    expect(sum(must(tokens, 'tokens'))).toBe(call.total_tokens);
    expect(total?.[must(cost, 'cost')]).toBe(call.cost_usd.toFixed(4));
    // Each part is rounded to four decimals.
    expect(Math.abs(sum(must(cost, 'cost')) - call.cost_usd)).toBeLessThan(0.0003);

    // The address is a link to this span.
    const address = page.url();
    expect(address).toContain(`#/trace/${call.trace_id}/${call.span_id}`);

    // E steps from error to error, and the timeline says what failed.
    const failed = must(
      (
        await query<{ trace_id: string; span_id: string; error_type: string }>(
          page,
          "SELECT trace_id, span_id, error_type FROM all_llm_calls WHERE status = 'ERROR' ORDER BY start_time DESC LIMIT 1",
        )
      )[0],
      'row',
    );
    await page.goto(`/#/trace/${failed.trace_id}`);
    await tracePage(page, failed.trace_id).waitFor();
    const errors = await query<{ span_id: string }>(
      page,
      `SELECT span_id FROM all_spans WHERE trace_id = '${failed.trace_id}' AND status = 'ERROR'`,
    );
    await row(page, failed.span_id).waitFor();
    // The page itself selects one when it opens.
    const selected = page.locator('[role=treeitem][aria-selected=true]');
    await selected.waitFor();
    await page.getByRole('tree').focus();
    const reached = new Set<string>();
    for (let i = 0; i < errors.length; i++) {
      await page.keyboard.press('e');
      await expect
        .poll(async () => reached.has((await selected.getAttribute('data-span')) ?? ''))
        .toBe(false);
      reached.add(must(await selected.getAttribute('data-span'), 'selected'));
    }
    expect([...reached].sort()).toEqual(errors.map((e) => e.span_id).sort());
    expect(await row(page, failed.span_id).textContent()).toContain(failed.error_type);
  });
});
