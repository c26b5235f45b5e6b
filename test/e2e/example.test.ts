/** The example app runs, and what it wrote is read on the page: figures, the newest trace, its spans. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { LogRecord, SpanRecord } from '@spanbook/sdk/schema';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { ROOT } from '../../cli/build.ts';
import { must } from '../../src/base/assert.ts';
import { figure } from '../../src/base/format.ts';
import { cell, chooseRange, dropFiles, keyMetrics, openApp, readFiles, readTable } from './support/app.ts';
import { expect, test } from './support/browser.ts';

let folder: string;
let file: string;
let printed: string;
let spans: SpanRecord[];
let logs: LogRecord[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-example-'));
  file = join(folder, 'chatbot.ndjson');
  // Without a key it talks to its own server.
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  const run = promisify(execFile)('npm', ['run', '--silent', 'example', '--', file], { cwd: ROOT, env });
  printed = (await run).stdout;
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  logs = lines.flatMap((line) => LogRecord.safeParse(line).data ?? []);
  spans = lines.flatMap((line) => SpanRecord.safeParse(line).data ?? []);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The figure that `spanbook summary` printed beside a name. */
function summary(name: string): string {
  const line = printed.split('\n').find((l) => l.startsWith(`${name}  `)) ?? '';
  return line.slice(name.length).trim().split(/ {3}/)[0] ?? '';
}

async function openFile(page: Page): Promise<void> {
  await openApp(page);
  await dropFiles(page, [file]);
  await expect
    .poll(() => readFiles(page))
    .toEqual({ [basename(file)]: spans.length.toLocaleString('en-US') });
  await chooseRange(page, /All/);
}

const attribute = (span: SpanRecord, key: string) => span.attributes[key];
const isCall = (span: SpanRecord) => ['LLM', 'EMBEDDING'].includes(span.kind);

describe('what the example app wrote', () => {
  test('shows the figures that its summary printed', async ({ page }) => {
    expect(spans.length).toBeGreaterThan(50);
    await openFile(page);
    const figures = {
      requests: summary('requests'),
      tokens: summary('tokens'),
      avg_latency_ms: summary('latency, average'),
      p95_latency_ms: summary('latency, p95'),
      cost_usd: summary('cost'),
      error_rate: summary('error rate'),
    };
    await expect.poll(() => keyMetrics(page)).toEqual(figures);
    // And those of the file, counted here.
    const calls = spans.filter(isCall);
    const sum = (part: string) =>
      calls.reduce((n, call) => n + Number(attribute(call, `gen_ai.usage.${part}_tokens`) ?? 0), 0);
    const tokens = figure('tokens', sum('input') + sum('output'));
    expect(figures.requests).toBe(String(calls.length));
    expect(figures.tokens).toBe(`${tokens.text} ${tokens.unit}`.trim());
  });

  test('opens its newest trace from the list, and reads its spans', async ({ page }) => {
    await openFile(page);
    const roots = spans.filter((s) => s.parent_span_id === null);
    const newest = must(roots.sort((a, b) => (a.start_time < b.start_time ? 1 : -1))[0], 'newest');
    const ofTrace = spans.filter((s) => s.trace_id === newest.trace_id);
    await expect
      .poll(() => cell(page, 'recent_traces').locator('.pager').textContent())
      .toContain(`of ${roots.length} traces`);
    await cell(page, 'recent_traces').locator('tbody tr').first().getByRole('link').click();
    await page
      .getByTestId('trace')
      .and(page.locator(`[data-trace="${newest.trace_id}"]`))
      .waitFor();

    const items = page.getByRole('tree').getByRole('treeitem');
    await expect.poll(() => items.count()).toBe(ofTrace.length);
    const inspector = page.getByTestId('inspector');
    for (const span of ofTrace) {
      await page.locator(`[role=treeitem][data-span="${span.span_id}"] .wn b`).click();
      await expect.poll(() => inspector.locator('.in-h h2').textContent()).toBe(span.name);
      await expect
        .poll(() => inspector.locator('.mdl').textContent())
        .toMatch(new RegExp(`^${span.kind}\\b`, 'i'));
    }

    // The call to the chat model: what went in, what came back, what it used.
    const chat = must(
      ofTrace.find((s) => s.kind === 'LLM'),
      'chat',
    );
    await page.locator(`[role=treeitem][data-span="${chat.span_id}"] .wn b`).click();
    await inspector.getByRole('tab', { name: /^Messages/ }).click();
    await inspector.getByRole('radio', { name: 'Source' }).click();
    const texts = JSON.stringify([
      attribute(chat, 'gen_ai.input.messages'),
      attribute(chat, 'gen_ai.output.messages'),
    ]).matchAll(/"content":"((?:[^"\\]|\\.)*)"/g);
    let found = 0;
    for (const [, text = ''] of texts) {
      const [line = ''] = (JSON.parse(`"${text}"`) as string).split('\n');
      await expect.poll(() => inspector.locator('.messages').textContent()).toContain(line);
      found++;
    }
    expect(found).toBeGreaterThanOrEqual(3);

    await inspector.getByRole('tab', { name: /^Usage/ }).click();
    const tokens =
      Number(attribute(chat, 'gen_ai.usage.input_tokens')) +
      Number(attribute(chat, 'gen_ai.usage.output_tokens'));
    expect(tokens).toBeGreaterThan(0);
    await expect
      .poll(async () => (await readTable(cell(page, 'span_usage'))).total?.[1])
      .toBe(tokens.toLocaleString('en-US'));

    await inspector.getByRole('tab', { name: /^Logs/ }).click();
    const ofSpan = (span: SpanRecord) => logs.filter((l) => l.span_id === span.span_id);
    const talker = must(
      ofTrace.find((s) => ofSpan(s).length > 0),
      'talker',
    );
    await page.locator(`[role=treeitem][data-span="${talker.span_id}"] .wn b`).click();
    await expect
      .poll(async () => (await readTable(cell(page, 'span_logs'))).rows.length)
      .toBe(ofSpan(talker).length);
    expect((await readTable(cell(page, 'span_logs'))).rows.flat()).toContain(
      must(ofSpan(talker)[0], 'log').body,
    );
  });
});
