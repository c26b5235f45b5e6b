/** What takes long can be stopped, and what was there before is there after. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe } from 'vitest';
import {
  cell,
  dropFiles,
  keyMetrics,
  openApp,
  query,
  readFiles,
  readGrid,
  readLoads,
  runSql,
  SAMPLE_DATA,
} from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectedOf, tileTexts } from './support/expected.ts';
import { engineStarts, keepWorkers } from './support/workers.ts';

const SERVICE = 'doc-extract';
const PATH = join(SAMPLE_DATA, `${SERVICE}.parquet`);
const { all, last_24h } = expectedOf(SERVICE);

let folder: string;
let large: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-cancel-'));
  large = join(folder, 'large.ndjson');
  // So large that it is still being read when Cancel is clicked. The ids differ, so that every span counts.
  const lines = gunzipSync(readFileSync(join(SAMPLE_DATA, 'support-chatbot.ndjson.gz'))).toString();
  for (let i = 0; i < 12; i++)
    writeFileSync(large, lines.replaceAll('"trace_id":"', `"trace_id":"${i}-`), { flag: 'a' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a query that takes long', () => {
  test('is cancelled by its button, and the engine answers the next one', async ({ page }) => {
    await keepWorkers(page);
    await openApp(page);
    await dropFiles(page, [PATH]);
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(last_24h));
    const scratch = cell(page, 'scratch');
    await runSql(
      page,
      'scratch',
      'SELECT sum(a.duration_ms * b.duration_ms + c.duration_ms) FROM all_spans a, all_spans b, all_spans c',
    );
    await scratch.getByRole('button', { name: /^Cancel/ }).click();
    await scratch.getByText('You stopped this query.').waitFor();
    expect(await scratch.getAttribute('data-status')).toBe('cancelled');
    await runSql(page, 'scratch', 'SELECT count(*) AS n FROM all_spans');
    await expect.poll(() => readGrid(page, 'scratch')).toEqual([[all.spans.toLocaleString('en-US')]]);
    // Cancelled, not shot down.
    expect(await engineStarts(page)).toBe(1);
    expect(await keyMetrics(page)).toEqual(tileTexts(last_24h));
  });
});

describe('a file that takes long', () => {
  test('is cancelled in the middle, and leaves what was there before', async ({ page }) => {
    await openApp(page);
    await dropFiles(page, [PATH]);
    await expect.poll(() => keyMetrics(page)).toEqual(tileTexts(last_24h));
    const files = await readFiles(page);

    await dropFiles(page, [large]);
    const line = page.getByTestId('load').and(page.locator('[data-file="large.ndjson"]'));
    // In the middle: something of it has been read.
    await expect
      .poll(() => line.locator('.n').first().textContent(), { interval: 20 })
      .toMatch(/^[1-9][\d.]* MB of /);
    await line.getByRole('button', { name: 'Cancel' }).click();
    await expect
      .poll(() => readLoads(page))
      .toEqual([{ file: 'large.ndjson', status: 'cancelled', text: 'Cancelled. Nothing of it was kept.' }]);
    expect(await query(page, 'SELECT source_file, count(*) AS n FROM all_spans GROUP BY ALL')).toEqual([
      { source_file: `${SERVICE}.parquet`, n: all.spans },
    ]);
    expect(await readFiles(page)).toEqual(files);
    expect(await keyMetrics(page)).toEqual(tileTexts(last_24h));
    // And loads the next one.
    await dropFiles(page, [join(SAMPLE_DATA, 'research-agent.parquet')]);
    await expect
      .poll(() => readFiles(page))
      .toEqual({
        ...files,
        'research-agent.parquet': expectedOf('research-agent').all.spans.toLocaleString('en-US'),
      });
  });
});
