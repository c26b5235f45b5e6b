/** The sample data on the page, against figures computed by another path (sample-data/expected). */
import { basename } from 'node:path';
import { describe } from 'vitest';
import { chooseRange, dropFiles, openApp, query, readFiles, readLoads } from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { COMBINED, expectedOf, NDJSON_FILES, SAMPLE_FILES } from './support/expected.ts';
import { expectOverview } from './support/overview.ts';

const COUNTS = 'SELECT (SELECT count(*) FROM all_spans) AS spans, (SELECT count(*) FROM all_logs) AS logs';
const ALL_COUNTS = [{ spans: COMBINED.all.spans, logs: COMBINED.all.logs }];

describe('the sample data', () => {
  test('dropped on the page as Parquet, shows every figure that it should', async ({ page }) => {
    await openApp(page);
    await dropFiles(page, SAMPLE_FILES);
    await expectOverview(page, COMBINED.last_24h);
    await chooseRange(page, /All/);
    await expectOverview(page, COMBINED.all);
    expect(await query(page, COUNTS)).toEqual(ALL_COUNTS);
  });

  test('dropped as gzipped NDJSON, shows the same; dropped once more, nothing changes', async ({ page }) => {
    await openApp(page);
    await dropFiles(page, NDJSON_FILES);
    await expectOverview(page, COMBINED.last_24h);
    await chooseRange(page, /All/);
    await expectOverview(page, COMBINED.all);
    expect(await query(page, COUNTS)).toEqual(ALL_COUNTS);

    const [first = ''] = NDJSON_FILES;
    const spans = expectedOf(first).all.spans.toLocaleString('en-US');
    await dropFiles(page, [first]);
    await expect
      .poll(() => readLoads(page))
      .toEqual([
        { file: basename(first), status: 'done', text: `${spans} of ${spans} spans loaded already` },
      ]);

    // Nor when the same spans come in the other format.
    const parquet = first.replace('.ndjson.gz', '.parquet');
    await dropFiles(page, [parquet]);
    await expect
      .poll(() => readLoads(page))
      .toEqual([
        { file: basename(parquet), status: 'done', text: `${spans} of ${spans} spans loaded already` },
      ]);
    await expect.poll(() => readFiles(page)).toHaveProperty([basename(parquet)]);
    await expectOverview(page, COMBINED.all);
    expect(await query(page, COUNTS)).toEqual(ALL_COUNTS);
  });
});
