/** `window.spanbook`, as docs/console.md says. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, inject } from 'vitest';
import { openApp, query, readFiles, SAMPLE_DATA } from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectedOf } from './support/expected.ts';

const SERVICE = 'doc-extract';
const { all } = expectedOf(SERVICE);

describe('spanbook.open', () => {
  test('opens File objects and same-origin URLs, and says what came of each', async ({ page }) => {
    await openApp(page);
    const text = readFileSync(join(SAMPLE_DATA, `${SERVICE}.ndjson.gz`)).toString('base64');
    const result = await page.evaluate(
      async ([base64 = '', service = '']) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        return window.spanbook.open([
          `sample-data/${service}.parquet`,
          new URL(`sample-data/${service}.logs.parquet`, document.baseURI),
          new File([bytes], 'again.ndjson.gz'),
          new File(
            ['{"trace_id":"t","span_id":"s","name":"one","start_time":"2026-11-24T09:00:00Z"}\nbroken\n'],
            'two.jsonl',
          ),
          new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0])], 'photo.jpg'),
        ]);
      },
      [text, SERVICE],
    );
    const none = { spans: 0, logs: 0, duplicates: 0, rejects: 0 };
    expect(result).toEqual({
      files: [
        { ...none, name: `${SERVICE}.parquet`, status: 'done', spans: all.spans },
        { ...none, name: `${SERVICE}.logs.parquet`, status: 'done', logs: all.logs },
        {
          name: 'again.ndjson.gz',
          status: 'done',
          spans: all.spans,
          logs: expect.any(Number),
          duplicates: all.spans,
          rejects: 0,
        },
        { ...none, name: 'two.jsonl', status: 'done', spans: 1, rejects: 1 },
        { ...none, name: 'photo.jpg', status: 'refused', message: expect.stringContaining('JPEG') },
      ],
      spans: 2 * all.spans + 1,
      rejects: 1,
    });
    expect(await query(page, 'SELECT count(*) AS n FROM all_spans')).toEqual([{ n: all.spans + 1 }]);
    expect(await query(page, 'SELECT count(*) AS n FROM all_logs')).toEqual([{ n: all.logs }]);
    await expect.poll(() => readFiles(page)).toHaveProperty(['two.jsonl'], '1');
  });

  test('takes one file without a list, waits for the engine by itself, and rejects for a URL that it cannot read', async ({
    page,
    guard,
  }) => {
    await page.goto('/');
    await page.waitForFunction(() => 'spanbook' in window);
    const result = await page.evaluate(() => window.spanbook.open('sample-data/doc-extract.logs.parquet'));
    expect(result).toMatchObject({ files: [{ status: 'done', logs: all.logs }], spans: 0 });

    // A URL of another origin, and one that is not there.
    guard.allow(/404/);
    const open = (url: string) =>
      page.evaluate(
        (address) =>
          window.spanbook.open(address).then(
            () => 'opened',
            (error: unknown) => (error instanceof Error ? error.message : String(error)),
          ),
        url,
      );
    expect(await open('https://example.com/spans.ndjson')).toMatch(/not of this origin/);
    expect(await open(new URL('sample-data/missing.parquet', inject('baseUrl')).href)).toMatch(
      /missing\.parquet: 404/,
    );
    expect(Object.keys(await readFiles(page))).toEqual([`${SERVICE}.logs.parquet`]);
  });
});

describe('spanbook.query', () => {
  test("gives the documented value of each type, no rows as an empty array, and rejects with the engine's error", async ({
    page,
  }) => {
    await openApp(page);
    // Inside the page: what crosses into Node is another matter.
    const told = await page.evaluate(async () => {
      const [row] = await window.spanbook.query(`SELECT
        true AS bool, 7::INTEGER AS small, 9007199254740991::BIGINT AS safe, 9007199254740993::BIGINT AS big,
        170141183460469231731687303715884105727::HUGEINT AS huge, 0.5::DOUBLE AS half, 12345.678::DECIMAL(10, 3) AS exact,
        'Grüße 🌍' AS text, 'b'::ENUM('a', 'b')::VARCHAR AS enum, TIMESTAMP '2026-11-24 09:30:00.123456' AS at,
        TIMESTAMP_NS '2026-11-24 09:30:00.123456789' AS at_ns, DATE '2026-11-24' AS day, '\\x01\\xFF'::BLOB AS bytes,
        [1, 2] AS list, {'a': 1, 'b': 'x'} AS struct, MAP {'k': 'v'} AS map, NULL AS nothing`);
      return Object.entries(row ?? {}).map(([name, value]) => [
        name,
        value === null ? 'null' : typeof value,
        typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
          ? JSON.stringify(value)
          : String(value),
      ]);
    });
    expect(told).toEqual([
      ['bool', 'boolean', 'true'],
      ['small', 'number', '7'],
      ['safe', 'number', '9007199254740991'],
      ['big', 'bigint', '9007199254740993'],
      ['huge', 'bigint', '170141183460469231731687303715884105727'],
      ['half', 'number', '0.5'],
      ['exact', 'string', '12345.678'],
      ['text', 'string', 'Grüße 🌍'],
      ['enum', 'string', 'b'],
      ['at', 'number', String(Date.UTC(2026, 10, 24, 9, 30, 0, 123) + 0.456)],
      ['at_ns', 'bigint', `${Date.UTC(2026, 10, 24, 9, 30, 0, 123)}456789`],
      ['day', 'string', '2026-11-24'],
      ['bytes', 'object', '1,255'],
      ['list', 'object', '[1,2]'],
      ['struct', 'object', '{"a":1,"b":"x"}'],
      ['map', 'object', '{"k":"v"}'],
      ['nothing', 'null', 'null'],
    ]);
    expect(await query(page, 'SELECT * FROM all_spans')).toEqual([]);
    await expect(query(page, 'SELECT nothing FROM all_spans')).rejects.toThrow(/nothing/);
  });
});
