/** The sample data on the page, against figures computed by another path (sample-data/expected). */
import { basename, join } from 'node:path';
import { describe } from 'vitest';
import {
  chooseRange,
  dropFiles,
  keyMetrics,
  LONG,
  openApp,
  query,
  readFiles,
  readLoads,
  SAMPLE_DATA,
} from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { COMBINED, expectedOf, NDJSON_FILES, SAMPLE_FILES, tileTexts } from './support/expected.ts';
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
      .poll(() => readLoads(page), LONG)
      .toEqual([
        { file: basename(first), status: 'done', text: `${spans} of ${spans} spans loaded already` },
      ]);
    await expectOverview(page, COMBINED.all);
    expect(await query(page, COUNTS)).toEqual(ALL_COUNTS);
  });

  test('of one service, both formats together, counts each span once', async ({ page }) => {
    const service = 'doc-extract';
    const { all } = expectedOf(service);
    await openApp(page);
    await dropFiles(page, [join(SAMPLE_DATA, `${service}.ndjson.gz`)]);
    await expect.poll(() => readFiles(page), LONG).toHaveProperty([`${service}.ndjson.gz`]);
    await dropFiles(page, [join(SAMPLE_DATA, `${service}.parquet`)]);
    await expect
      .poll(() => readLoads(page), LONG)
      .toMatchObject([{ file: `${service}.parquet`, status: 'done' }]);
    await chooseRange(page, /All/);
    await expectOverview(page, all);
    expect(await query(page, 'SELECT count(*) AS n FROM all_spans')).toEqual([{ n: all.spans }]);
  });

  test('loads by the address alone', async ({ page }) => {
    await openApp(page, '/?sample');
    await expect.poll(() => keyMetrics(page), LONG).toEqual(tileTexts(COMBINED.last_24h));
  });
});
