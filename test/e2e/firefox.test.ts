import { describe, expect, inject, it } from 'vitest';
import type {} from './support/app.ts';
import { withFirefox } from './support/firefox.ts';

describe('Firefox', () => {
  it('loads the page and starts the engine without a complaint', async () => {
    await withFirefox(async ({ page, complaints }) => {
      await page.goto(inject('baseUrl'));
      await page.waitForFunction(() => 'spanbook' in window);
      await page.evaluate(() => window.spanbook.ready);
      expect(complaints).toEqual([]);
    });
  });
});
