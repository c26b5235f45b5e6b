/** What a user does with the app, and what they read on it. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ROOT } from '../../../cli/build.ts';
import type { SpanbookConsole } from '../../../src/app/console.ts';

declare global {
  interface Window {
    readonly spanbook: SpanbookConsole;
  }
}

export const SAMPLE_DATA = join(ROOT, 'sample-data');

/** Resolves when the engine is up and what the address asks for (`?sample`) is loaded. */
export async function openApp(page: Page, path = '/'): Promise<void> {
  await page.goto(path);
  await ready(page);
}

/** As `openApp`, of the page that is open. */
export async function reloadApp(page: Page): Promise<void> {
  await page.reload();
  await ready(page);
}

async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => 'spanbook' in window);
  await page.evaluate(() => window.spanbook.ready);
}

/** Runs SQL through the page's own scripting interface. */
export function query<Row = Record<string, unknown>>(page: Page, sql: string): Promise<Row[]> {
  return page.evaluate((text) => window.spanbook.query(text), sql) as Promise<Row[]>;
}

/**
 * Drops files or folders from the disk onto the middle of the page: the browser's own drag and drop, so that the
 * page gets real File objects and file-system handles.
 */
export async function dropFiles(page: Page, paths: readonly string[]): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1440, height: 900 };
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  await session.detach();
}

/** Drops files that are on no disk. */
export async function dropBytes(
  page: Page,
  files: readonly { name: string; bytes: Uint8Array }[],
): Promise<void> {
  const encoded = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  await page.evaluate(async (list) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
  }, encoded);
}

/** The cell of that name in the notebook. */
export const cell = (page: Page, name: string): Locator => page.locator(`section[data-cell="${name}"]`);

/** Opens the cell's SQL in place, if it is folded; its editor. */
export async function openSql(page: Page, name: string): Promise<Locator> {
  const toggle = cell(page, name).getByRole('button', { name: 'SQL', exact: true });
  if ((await toggle.getAttribute('aria-expanded')) === 'false') await toggle.click();
  return page.getByRole('textbox', { name: `SQL of ${name}` });
}

/** The SQL as it stands in the editor, without the space at its ends. */
export async function readSql(page: Page, name: string): Promise<string> {
  const lines = await (await openSql(page, name)).locator('.cm-line').allTextContents();
  return lines.join('\n').trim();
}

/** Replaces the cell's SQL and runs it with Mod-Enter. Does not wait for the result. */
export async function runSql(page: Page, name: string, sql: string): Promise<void> {
  const editor = await openSql(page, name);
  await editor.focus();
  // As a user does: the editor hears of a selection that is made in the page behind its back only later.
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(sql);
  await expect.poll(() => readSql(page, name)).toBe(sql);
  await page.keyboard.press('ControlOrMeta+Enter');
}

/** Texts of the rows of a grid that are on the screen. */
export async function readRows(within: Locator): Promise<string[][]> {
  return within
    .locator('[role=row]:has([role=gridcell])')
    .evaluateAll((elements) =>
      elements.map((row) =>
        [...row.querySelectorAll('[role=gridcell]')].map((element) => element.textContent?.trim() ?? ''),
      ),
    );
}

export const readGrid = (page: Page, name: string): Promise<string[][]> => readRows(cell(page, name));

/** Text of each tile of the key metrics. */
export async function keyMetrics(page: Page): Promise<Record<string, string>> {
  const shown = await readTiles(cell(page, 'key_metrics'));
  return Object.fromEntries(Object.entries(shown).map(([metric, tile]) => [metric, tile.value]));
}

export interface ShownLoad {
  readonly file: string;
  readonly status: string;
  readonly text: string;
}

/** The list of files being opened, as it stands there. */
export async function readLoads(page: Page): Promise<ShownLoad[]> {
  return page.getByTestId('load').evaluateAll((lines) =>
    lines.map((line) => ({
      file: line.getAttribute('data-file') ?? '',
      status: line.getAttribute('data-status') ?? '',
      text: line.querySelector('.lt')?.textContent ?? '',
    })),
  );
}

/** Open files in the sidebar, with the number beside each. */
export async function readFiles(page: Page): Promise<Record<string, string>> {
  const rows = await page
    .getByTestId('files')
    .locator('li[data-file]')
    .evaluateAll((items) =>
      items.map((item) => [
        item.getAttribute('data-file') ?? '',
        item.querySelector('.n')?.textContent ?? '',
      ]),
    );
  return Object.fromEntries(rows);
}

export interface Tile {
  /** The figure with its unit, as it stands there: `4.66 M`. */
  readonly value: string;
  /** The line below it. */
  readonly note: string;
}

/** Tiles by the metric that they show: `requests`, `cost_usd`, … */
export async function readTiles(cellOfTiles: Locator): Promise<Record<string, Tile>> {
  const read = await cellOfTiles.locator('.tile').evaluateAll((elements) =>
    elements.map((element) => {
      const text = (selector: string) =>
        element.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? '';
      return [element.getAttribute('data-metric') ?? '', { value: text('.tv'), note: text('.ts') }] as const;
    }),
  );
  return Object.fromEntries(read);
}

export interface ShownTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The total row, if there is one. */
  readonly total: readonly string[] | undefined;
}

/** The texts of the (first) table of a cell. */
export async function readTable(within: Locator): Promise<ShownTable> {
  return within
    .locator('table')
    .first()
    .evaluate((table) => {
      const texts = (row: Element) =>
        [...row.children].map((child) => child.textContent?.replace(/\s+/g, ' ').trim() ?? '');
      const rows = (selector: string) => [...table.querySelectorAll(selector)].map(texts);
      return { columns: rows('thead tr')[0] ?? [], rows: rows('tbody tr'), total: rows('tfoot tr')[0] };
    });
}

/** Rows of a table by the text of their first column: the other texts by their column's title, the unit left out. */
export function byFirstColumn(table: ShownTable): Record<string, Record<string, string>> {
  const titles = table.columns.map((title) => title.replace(/,.*$/, '').trim());
  return Object.fromEntries(
    table.rows.map(([first = '', ...rest]) => [
      first,
      Object.fromEntries(rest.map((text, i) => [titles[i + 1] ?? '', text])),
    ]),
  );
}

/** Sets the time range in the filter bar: `All time`, `Last 24 hours`, … */
export async function chooseRange(page: Page, label: RegExp): Promise<void> {
  await page.getByRole('button', { name: /^Time range/ }).click();
  await page.getByRole('dialog', { name: 'Time range' }).getByRole('button', { name: label }).click();
}
