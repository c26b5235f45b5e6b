/**
 * Loading NDJSON: the built app in real Chromium against native DuckDB's read_json of the same file, in turns.
 *   npm run bench -- [--spans 200000] [--runs 3] [--file spans.ndjson] [--json]
 */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { serve } from '../cli/serve.ts';
import { ensureBrowsers } from '../test/e2e/support/browsers.ts';
import { writeSpans } from './generate.ts';
import { loadNatively, type NativeLoad } from './native.ts';
import { loadInPage, type PageLoad } from './page.ts';

const { values } = parseArgs({
  options: {
    spans: { type: 'string', default: '200000' },
    runs: { type: 'string', default: '3' },
    /** Loaded as it is instead of a generated one. */
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

const { chromium } = ensureBrowsers(['chromium']);
const serving = await serve({ port: 0 });
const folder = mkdtempSync(join(tmpdir(), 'spanbook-bench-'));
try {
  const path = values.file === undefined ? join(folder, 'spans.ndjson') : resolve(values.file);
  if (values.file === undefined) await writeSpans(path, Number(values.spans));
  else if (!existsSync(path)) throw new Error(`No file ${path}`);
  const bytes = statSync(path).size;
  const pages: PageLoad[] = [];
  const natives: NativeLoad[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    natives.push(await loadNatively(path));
    pages.push(await loadInPage(serving.url, chromium, path));
  }
  for (const load of pages) sameContent(load, natives[0]);
  report(bytes, pages, natives);
} finally {
  await serving.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A fast load of something else is no load. */
function sameContent(load: PageLoad, native: NativeLoad | undefined): void {
  if (load.spans !== native?.spans || load.rejects !== 0)
    throw new Error(`Loaded ${load.spans} spans (${load.rejects} rejected), native DuckDB ${native?.spans}`);
  if (load.inputTokens !== native.inputTokens)
    throw new Error(`Loaded ${load.inputTokens} input tokens, native DuckDB ${native.inputTokens}`);
}

function report(bytes: number, pages: readonly PageLoad[], natives: readonly NativeLoad[]): void {
  const native = natives[0];
  const openMs = median(pages.map((load) => load.openMs));
  const nativeMs = median(natives.map((load) => load.ms));
  const figures = {
    spans: native?.spans,
    bytes,
    runs: pages.length,
    openMs,
    nativeMs,
    ratio: openMs / nativeMs,
    startMs: median(pages.map((load) => load.startMs)),
    longestTaskMs: Math.max(...pages.map((load) => load.longestTaskMs)),
    blockedMs: median(pages.map((load) => load.blockedMs)),
    longestFrameMs: Math.max(...pages.map((load) => load.longestFrameMs)),
    nativeVersion: native?.version,
    nativeThreads: native?.threads,
  };
  if (values.json) {
    console.log(JSON.stringify(figures));
    return;
  }
  const mb = bytes / 1e6;
  const rate = (ms: number) =>
    `${Math.round(ms)} ms  (${((figures.spans ?? 0) / ms).toFixed(0)} k spans/s, ${(mb / (ms / 1000)).toFixed(0)} MB/s)`;
  console.log(`${figures.spans} spans, ${mb.toFixed(1)} MB of NDJSON; median of ${figures.runs} runs`);
  console.log(`  workbench in Chromium   ${rate(openMs)}`);
  console.log(
    `  native read_json        ${rate(nativeMs)}, DuckDB ${figures.nativeVersion}, ${figures.nativeThreads} threads`,
  );
  console.log(`  ratio                   ${figures.ratio.toFixed(2)}`);
  console.log(`  engine start            ${Math.round(figures.startMs)} ms`);
  console.log(
    `  main thread             longest task ${Math.round(figures.longestTaskMs)} ms, longest frame ${Math.round(figures.longestFrameMs)} ms (worst run); over 50 ms in sum ${Math.round(figures.blockedMs)} ms`,
  );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}
