/** The engine's lock holds from inside a SQL cell and from the page's console; what is wrong is marked in the text. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe } from 'vitest';
import { cell, dropFiles, openApp, openSql, query, readGrid, runSql, SAMPLE_DATA } from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectedOf } from './support/expected.ts';

const SERVICE = 'doc-extract';
const SPANS = expectedOf(SERVICE).all.spans;

/** Statement, and what the engine or the app says to it. */
const REFUSED: readonly (readonly [sql: string, says: RegExp])[] = [
  ["SELECT * FROM read_csv('/etc/passwd')", /disabled|not possible|permission/i],
  ["SELECT * FROM '/etc/passwd'", /disabled|not possible|does not exist|permission/i],
  ["SELECT * FROM read_text('https://example.com/')", /disabled|not possible|permission/i],
  ["SELECT * FROM glob('/*')", /disabled|not possible|permission/i],
  ["ATTACH '/tmp/other.duckdb' AS other", /ATTACH is not possible/],
  ["COPY spans TO '/tmp/spans.csv'", /COPY is not possible/],
  ["COPY (SELECT 1) TO 'out.parquet' (FORMAT parquet)", /COPY is not possible/],
  ["EXPORT DATABASE '/tmp/all'", /EXPORT is not possible/],
  ['INSTALL httpfs', /INSTALL is not possible/],
  ['LOAD httpfs', /LOAD is not possible/],
  ['SET enable_external_access = true', /SET is not possible/],
  ["SET memory_limit = '8GB'", /SET is not possible/],
  ['RESET ALL', /RESET is not possible/],
  ['PRAGMA enable_profiling', /PRAGMA is not possible/],
  ['DROP VIEW spans', /read-only/],
  ['DELETE FROM store.spans', /read-only/],
  ['DELETE FROM spanbook.store.spans', /read-only/],
  ['INSERT INTO store.prices SELECT * FROM store.prices', /read-only/],
  ['CREATE OR REPLACE VIEW main.traces AS SELECT 1', /read-only/],
  ['CREATE OR REPLACE VIEW spanbook.main.traces AS SELECT 1', /read-only/],
  ['WITH gone AS (SELECT 1) DELETE FROM store.spans', /read-only/],
  ['EXPLAIN ANALYZE DELETE FROM store.spans', /read-only/],
  ['SELECT 1; DELETE FROM store.spans', /one statement|read-only/],
];

async function load(page: Page): Promise<void> {
  await openApp(page);
  await dropFiles(page, [join(SAMPLE_DATA, `${SERVICE}.parquet`)]);
  await cell(page, 'key_metrics').locator('.tile').first().waitFor();
}

/** All that the statements could have harmed. */
async function expectUnharmed(page: Page): Promise<void> {
  expect(
    await query(
      page,
      'SELECT (SELECT count(*) FROM spans) AS s, (SELECT count(*) FROM traces) AS t, count(*) AS c FROM store.spans',
    ),
  ).toEqual([{ s: SPANS, t: expectedOf(SERVICE).all.traces, c: SPANS }]);
}

describe('the lock', () => {
  test('refuses from inside a SQL cell and from the console, with a clear error, and the next query runs', async ({
    page,
  }) => {
    await load(page);
    const scratch = cell(page, 'scratch');
    for (const [index, [sql, says]] of REFUSED.entries()) {
      await runSql(page, 'scratch', sql);
      const error = scratch.getByTestId('cell-error');
      await expect.poll(() => error.textContent(), { message: sql }).toMatch(says);
      // A good one in between, so that no error is taken for the one before it.
      await runSql(page, 'scratch', `SELECT ${index} AS place, count(*) AS n FROM all_spans`);
      await expect
        .poll(() => readGrid(page, 'scratch'), { message: sql })
        .toEqual([[String(index), SPANS.toLocaleString('en-US')]]);
      expect(await error.count()).toBe(0);
    }
    await expectUnharmed(page);

    // The same from the page's console.
    for (const [sql, says] of REFUSED) {
      const outcome = page.evaluate(
        (text) =>
          window.spanbook.query(text).then(
            (rows) => `gave ${rows.length} rows`,
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          ),
        sql,
      );
      expect(await outcome, sql).toMatch(says);
    }
    await expectUnharmed(page);
  });

  test('what a notebook may do: tables, views and variables of its own', async ({ page }) => {
    await load(page);
    await runSql(
      page,
      'scratch',
      'CREATE OR REPLACE TABLE mine AS SELECT model, count(*) AS n FROM llm_calls GROUP BY ALL',
    );
    await cell(page, 'scratch').getByTestId('meta').waitFor();
    expect(await cell(page, 'scratch').getByTestId('cell-error').count()).toBe(0);
    await runSql(page, 'scratch', 'SELECT sum(n) AS total FROM mine');
    const { requests } = expectedOf(SERVICE).last_24h;
    await expect.poll(() => readGrid(page, 'scratch')).toEqual([[requests.toLocaleString('en-US')]]);
    // In a schema of its own: others do not see it.
    await expect(query(page, 'FROM mine')).rejects.toThrow(/mine/);
  });
});

describe('an error', () => {
  test('is marked at its place in the text, with the message, the line and a fix', async ({ page }) => {
    await load(page);
    await runSql(page, 'scratch', 'SELECT model,\n  count(*) AS n\nFORM llm_calls');
    const error = cell(page, 'scratch').getByTestId('cell-error');
    await expect
      .poll(() => error.textContent())
      .toMatch(/syntax error at or near "llm_calls"|syntax error at or near "FORM"/i);
    const editor = await openSql(page, 'scratch');
    const marked = await editor.locator('.cm-lintRange-error').textContent();
    expect(['FORM', 'llm_calls']).toContain(marked);
    // The caret stands under it.
    const [line = '', caret = ''] = ((await error.locator('pre').textContent()) ?? '').split('\n');
    expect(line).toMatch(/FORM llm_calls$/);
    expect(caret.indexOf('^')).toBe(line.indexOf(marked ?? 'nothing'));

    // A wrong name has a fix, and the fix runs.
    await runSql(page, 'scratch', 'SELECT count(modl) AS n FROM llm_calls');
    const scratch = cell(page, 'scratch');
    await expect.poll(() => error.textContent()).toContain('modl');
    expect(await editor.locator('.cm-lintRange-error').textContent()).toBe('modl');
    await scratch.getByRole('button', { name: 'model', exact: true }).click();
    const { requests } = expectedOf(SERVICE).last_24h;
    await expect.poll(() => readGrid(page, 'scratch')).toEqual([[requests.toLocaleString('en-US')]]);
    expect(await editor.locator('.cm-lintRange-error').count()).toBe(0);
  });
});
