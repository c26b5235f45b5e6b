/** Files with something wrong in them, dropped together: what can be read is, and what cannot is told. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe } from 'vitest';
import { expectedOf as computeExpected, type Expected, fromNdjson } from '../../sample-data/expected.ts';
import {
  chooseRange,
  dropFiles,
  openApp,
  query,
  readFiles,
  readLoads,
  readRows,
  SAMPLE_DATA,
} from './support/app.ts';
import { expect, test } from './support/browser.ts';
import { expectOverview } from './support/overview.ts';

const GOOD = 300;
const BAD = 1000;
/** Of a line that could not be read, so many characters are kept (docs/formats.md). */
const MAX_TEXT = 2000;
/** Each of these breaks one line in three hundred of the file: 1% of it together. */
const BREAKAGES: readonly { breakLine(line: string): string; readonly reason: RegExp }[] = [
  { breakLine: (line) => line.slice(0, 40), reason: /JSON/ },
  { breakLine: () => 'WARN this is what a logger wrote in between', reason: /JSON/ },
  {
    breakLine: (line) => JSON.stringify({ ...JSON.parse(line), start_time: undefined }),
    reason: /start/,
  },
  { breakLine: (line) => JSON.stringify({ ...JSON.parse(line), trace_id: undefined }), reason: /trace_id/ },
  { breakLine: () => '[1, 2, 3]', reason: /object|record|span/ },
];

let folder: string;
let files: string[];
/** Line in the file, from 1, of each broken line of bad.ndjson: its text and the reason. */
const broken = new Map<number, { readonly text: string; readonly reason: RegExp }>();
let cut: string;
let kept: number;
let expected: Expected;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-bad-'));
  const lines = gunzipSync(readFileSync(join(SAMPLE_DATA, 'support-chatbot.ndjson.gz')))
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"type":"log"'));
  const good = lines.slice(0, GOOD);
  const rest = lines.slice(GOOD, GOOD + BAD);
  const bad = rest.map((line, i) => {
    if (i % 100 !== 50) return line;
    const { breakLine, reason } = BREAKAGES[broken.size % BREAKAGES.length] ?? {
      breakLine: String,
      reason: /./,
    };
    const text = breakLine(line);
    broken.set(i + 1, { text, reason });
    return text;
  });
  const whole = lines.slice(GOOD + BAD, GOOD + BAD + 50);
  cut = (lines[GOOD + BAD + 50] ?? '').slice(0, 333);
  const readable = [...good, ...rest.filter((_, i) => !broken.has(i + 1)), ...whole];
  kept = readable.length;

  const jpeg = Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]),
    Buffer.from('JFIF\0'),
    Buffer.from([1, 1, 0, 0, 72, 0, 72, 0, 0]),
    Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 31) % 256)),
    Buffer.from([0xff, 0xd9]),
  ]);
  const contents: Record<string, string | Buffer> = {
    'bad.ndjson': `${bad.join('\n')}\n`,
    'cut.ndjson': [...whole, cut].join('\n'),
    'empty.ndjson': '',
    'good.ndjson': `${good.join('\n')}\n`,
    'photo.jpg': jpeg,
    'nothing.otlp.json': JSON.stringify({ resourceSpans: [] }, null, 2),
  };
  files = Object.entries(contents).map(([name, content]) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  });
  // What must be found, by the path that the sample's figures are computed by.
  const twin = join(folder, 'twin');
  mkdirSync(twin);
  writeFileSync(join(twin, 'kept.ndjson.gz'), gzipSync(readable.join('\n')));
  expected = await computeExpected(fromNdjson, twin, ['kept']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('six files dropped at once, five of them with something wrong', () => {
  test('lose nothing that can be read, and tell what could not', async ({ page }) => {
    await openApp(page);
    await dropFiles(page, files);
    await expect
      .poll(async () => (await readLoads(page)).map((load) => load.status))
      .toEqual([...['done', 'done', 'refused', 'done', 'refused', 'done']]);
    const loads = Object.fromEntries((await readLoads(page)).map(({ file, text }) => [file, text]));
    expect(loads).toEqual({
      'bad.ndjson': '10 lines skipped, 990 spans read',
      'cut.ndjson': '1 line skipped, 50 spans read',
      'empty.ndjson': expect.stringMatching(/^This file is empty\. Expected /),
      'good.ndjson': '',
      'photo.jpg': expect.stringMatching(/^Not a trace file: this is a JPEG image\. Expected /),
      'nothing.otlp.json': expect.stringMatching(/holds no spans/),
    });
    expect(kept).toBe(1340);
    expect(await query(page, 'SELECT count(*) AS n FROM all_spans')).toEqual([{ n: kept }]);
    await expect
      .poll(() => readFiles(page))
      .toMatchObject({
        'bad.ndjson': '990',
        'cut.ndjson': '50',
        'good.ndjson': '300',
      });
    await chooseRange(page, /All/);
    await expectOverview(page, expected.all);

    // Down to the lines.
    const wanted = [
      ...[...broken].map(([line, { text, reason }]) => ({ file: 'bad.ndjson', line, reason, text })),
      { file: 'cut.ndjson', line: 51, reason: /JSON|cut/, text: cut },
    ];
    const rows = await query<{ source_file: string; line: number; reason: string; text: string }>(
      page,
      'SELECT source_file, line, reason, text FROM rejects ORDER BY source_file, line',
    );
    expect(rows).toEqual(
      wanted.map(({ file, line, reason, text }) => ({
        source_file: file,
        line,
        reason: expect.stringMatching(reason),
        text: text.slice(0, MAX_TEXT),
      })),
    );
    const link = page.getByTestId('rejects');
    expect(await link.textContent()).toContain('11 lines skipped');
    await link.click();
    const shown = page
      .locator('section.cell')
      .filter({ has: page.getByRole('grid') })
      .last();
    await expect.poll(() => shown.getByTestId('meta').textContent()).toContain('11 rows');
    await expect
      .poll(async () => (await readRows(shown))[1])
      .toEqual([
        'bad.ndjson',
        '151',
        expect.stringMatching(/JSON/),
        'WARN this is what a logger wrote in between',
      ]);
    // Each file leads to its own.
    await dropFiles(
      page,
      files.filter((path) => /cut/.test(path)),
    );
    await page.getByTestId('load').getByRole('button', { name: 'Show lines' }).click();
    const own = page
      .locator('section.cell')
      .filter({ has: page.getByRole('grid') })
      .last();
    await expect
      .poll(async () => (await readRows(own)).map((row) => row.slice(0, 2)))
      .toEqual([['cut.ndjson (2)', '51']]);
  });

  test('without a good one among them, the page says what it wants', async ({ page }) => {
    await openApp(page);
    await dropFiles(
      page,
      files.filter((path) => /photo|empty/.test(path)),
    );
    await expect
      .poll(async () => (await readLoads(page)).map(({ file, status }) => [file, status]))
      .toEqual([
        ['empty.ndjson', 'refused'],
        ['photo.jpg', 'refused'],
      ]);
    await page.getByTestId('first-open').getByText('Drop trace files here').waitFor();
    // And takes the next one.
    await dropFiles(
      page,
      files.filter((path) => /good/.test(path)),
    );
    await expect.poll(() => readFiles(page)).toEqual({ 'good.ndjson': '300' });
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});
