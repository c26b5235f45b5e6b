import { describe, expect, inject, it } from 'vitest';
import type {} from './support/app.ts';
import { COMBINED, tileTexts } from './support/expected.ts';
import { withFirefox } from './support/firefox.ts';

describe('Firefox', () => {
  it('loads the sample data and finds the same key metrics, without a complaint', async () => {
    await withFirefox(async ({ page, complaints }) => {
      await page.goto(`${inject('baseUrl')}?sample`);
      await page.waitForFunction(() => 'spanbook' in window);
      await page.evaluate(() => window.spanbook.ready);
      const tiles = () =>
        page.$$eval('[data-cell="key_metrics"] .tile', (elements) =>
          Object.fromEntries(
            elements.map((element) => [
              element.getAttribute('data-metric'),
              element.querySelector('.tv')?.textContent?.replace(/\s+/g, ' ').trim(),
            ]),
          ),
        );
      await expect.poll(tiles, { timeout: 60_000 }).toEqual(tileTexts(COMBINED.last_24h));
      expect(complaints).toEqual([]);
    });
  });
});
