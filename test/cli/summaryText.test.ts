import { describe, expect, it } from 'vitest';
import type { CallMetrics, Summary } from '../../cli/summary.ts';
import { rejectsText, summaryText } from '../../cli/summaryText.ts';

const metrics: CallMetrics = {
  requests: 2,
  errors: 1,
  error_rate: 0.5,
  tokens: 1234,
  input_tokens: 1200,
  cache_read_tokens: null,
  cache_write_tokens: null,
  output_tokens: 34,
  reasoning_tokens: null,
  cost_usd: null,
  unpriced: 1,
  unmetered: 1,
  avg_latency_ms: 1500,
  p95_latency_ms: 2345.6,
};
const summary: Summary = {
  ...metrics,
  files: [
    { path: 'a.ndjson', format: 'spanbook-ndjson', spans: 3, logs: 1, duplicates: 0, rejects: 3, notes: [] },
  ],
  spans: 3,
  traces: 1,
  beyond: 0,
  from: '2026-01-05T10:00:00.000Z',
  to: '2026-01-05T11:30:00.000Z',
  models: [{ ...metrics, model: null }],
  rejects: [
    { path: 'a.ndjson', line: 2, reason: 'not valid JSON' },
    { path: 'a.ndjson', line: null, reason: 'no span' },
  ],
};

describe('a summary in words', () => {
  it('has units, what the cost lacks, and – for what is not known', () => {
    expect(summaryText(summary)).toBe(`a.ndjson: 3 spans, 1 log record, 3 lines skipped
1 trace, 2026-01-05 10:00 to 2026-01-05 11:30 UTC

requests                2
tokens              1,234   1,200 in, of which – cached · 34 out
cost                    –   1 unpriced, 1 unmetered
latency, average   1.50 s
latency, p95       2.35 s
error rate        50.00 %   1 of 2

model       requests  input, tok  cached, tok  output, tok  cost, USD  average, s  p95, s  errors
(no model)         2       1,200            –           34          –        1.50    2.35       1
total              2       1,200            –           34          –        1.50    2.35       1
`);
  });

  it('names skipped lines, and how many more there are', () => {
    expect(rejectsText(summary)).toBe('a.ndjson:2: not valid JSON\na.ndjson: no span\n… and 1 more line');
    expect(rejectsText({ ...summary, files: [], rejects: [] })).toBe('');
  });
});
