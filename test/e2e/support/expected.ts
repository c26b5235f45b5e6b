/** The sample data's expected figures, and how the page writes them. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CallTotals, Expected } from '../../../sample-data/expected.ts';
import { figure, UNKNOWN } from '../../../src/base/format.ts';
import { SAMPLE_DATA } from './app.ts';

const readExpected = (name: string): Expected =>
  JSON.parse(readFileSync(join(SAMPLE_DATA, 'expected', `${name}.json`), 'utf8'));

export const COMBINED = readExpected('combined');

/** Of one service, or of the service whose file that is. */
export const expectedOf = (service: string): Expected => readExpected(basename(service).replace(/\..*$/, ''));

/** The sample's files, traces and logs of all services. */
export const SAMPLE_FILES: readonly string[] = COMBINED.services.flatMap((service) => [
  join(SAMPLE_DATA, `${service}.parquet`),
  join(SAMPLE_DATA, `${service}.logs.parquet`),
]);

/** The same as gzipped NDJSON, where spans and logs are in one file. */
export const NDJSON_FILES: readonly string[] = COMBINED.services.map((service) =>
  join(SAMPLE_DATA, `${service}.ndjson.gz`),
);

const TILES = {
  requests: 'requests',
  tokens: 'total_tokens',
  avg_latency_ms: 'avg_latency_ms',
  p95_latency_ms: 'p95_latency_ms',
  cost_usd: 'cost_usd',
  error_rate: 'error_rate',
} as const satisfies Record<string, keyof CallTotals>;

/** Text of each tile of the key metrics. */
export function tileTexts(
  totals: Pick<CallTotals, (typeof TILES)[keyof typeof TILES]>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(TILES).map(([tile, name]) => {
      const { text, unit } = figure(tile, totals[name]);
      return [tile, `${text} ${unit}`.trim()];
    }),
  );
}

/** What the tables by model show of one model; where nothing was reported, the page says so. */
export function modelTexts(totals: CallTotals): { usage: Record<string, string>; cost: string } {
  const tokens = (value: number) => (value === 0 ? UNKNOWN : value.toLocaleString('en-US'));
  const cost =
    totals.cost_usd === 0 ? UNKNOWN : totals.cost_usd < 0.0001 ? '< 0.0001' : totals.cost_usd.toFixed(4);
  return {
    usage: {
      requests: totals.requests.toLocaleString('en-US'),
      input: tokens(totals.input_tokens),
      output: tokens(totals.output_tokens),
      errors: totals.errors.toLocaleString('en-US'),
    },
    cost,
  };
}
