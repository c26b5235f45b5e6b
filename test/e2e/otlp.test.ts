/** OTLP/JSON of other projects (../shared/data/otlp), by the counts of the MANIFEST beside them. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe } from 'vitest';
import { ROOT } from '../../cli/build.ts';
import { dropFiles, openApp, query, readLoads } from './support/app.ts';
import { expect, test } from './support/browser.ts';

const DATA = join(ROOT, '../shared/data');

interface Counts {
  readonly file: string;
  readonly spans: number;
  readonly traces: number;
  readonly errors: number;
  readonly models: Record<string, { readonly n: number; readonly i: number; readonly o: number }>;
}

/** The rows of the MANIFEST's table of files in `otlp/`. */
function manifest(): Counts[] {
  return readFileSync(join(DATA, 'MANIFEST.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `otlp/'))
    .map((line) => {
      const [, file = '', , , , spans, traces, errors, models = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      return {
        file: file.replaceAll('`', ''),
        spans: Number(spans),
        traces: Number(traces),
        errors: Number(errors),
        models: models === '–' ? {} : JSON.parse(models),
      };
    });
}

describe.runIf(existsSync(DATA))('OTLP/JSON of other projects', () => {
  test('dropped one after the other, have the spans, traces, errors and calls of the MANIFEST', async ({
    page,
  }) => {
    const files = manifest();
    expect(files.length).toBeGreaterThan(0);
    await openApp(page);
    for (const { file, spans, traces, errors, models } of files) {
      const name = basename(file);
      await dropFiles(page, [join(DATA, file)]);
      await expect.poll(() => readLoads(page)).toMatchObject([{ file: name, status: 'done' }]);
      // One of them has the same span twice, which counts once.
      expect(await query(page, 'SELECT source_file, spans, rejects FROM files'), file).toEqual([
        { source_file: name, spans, rejects: 0 },
      ]);
      expect(
        await query(
          page,
          `SELECT count(DISTINCT trace_id) AS traces, count(*) FILTER (WHERE status = 'ERROR') AS errors,
             (SELECT count(*) + any_value(f.duplicates) FROM all_spans) AS spans
           FROM all_spans, files f`,
        ),
        file,
      ).toEqual([{ spans, traces, errors }]);
      expect(
        await query(
          page,
          `SELECT model, count(*) AS n, sum(input_tokens) AS i, sum(output_tokens) AS o
           FROM all_llm_calls WHERE model IS NOT NULL GROUP BY model ORDER BY model`,
        ),
        file,
      ).toEqual(Object.entries(models).map(([model, { n, i, o }]) => ({ model, n, i, o })));
      await page.getByRole('button', { name: `Close ${name}` }).click();
      await expect.poll(() => query(page, 'SELECT count(*) AS n FROM all_spans')).toEqual([{ n: 0 }]);
    }
  });
});
