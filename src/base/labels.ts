/** What a column is called in a head, and a metric in a tile. */

const HEADS: Readonly<Record<string, string>> = {
  start_time: 'start',
  end_time: 'end',
  trace_id: 'trace',
  span_id: 'span',
  service_name: 'service',
  models: 'model',
  span_count: 'spans',
  call_count: 'calls',
  error_count: 'errors',
  total_tokens: 'tokens',
  cache_read_tokens: 'cached',
  cache_write_tokens: 'cache write',
  cost_per_request_usd: 'per request',
  usd_per_million: 'per 1 M',
  error_type: 'type',
  time_to_first_token_ms: 'first token',
  tokens_per_second: 'speed',
  user_id: 'user',
  session_id: 'session',
  first_seen: 'first',
  last_seen: 'last',
  root_name: 'name',
  by_bucket: 'over time',
};

const METRICS: Readonly<Record<string, string>> = {
  cost_usd: 'Cost',
  error_rate: 'Error rate',
  trace_error_rate: 'Error rate of traces',
  ttft_ms: 'Time to first token',
  time_to_first_token_ms: 'Time to first token',
};

const UNIT_SUFFIX = /_(usd|ms|ns|tokens|bytes)$/;
const words = (name: string) => name.replaceAll('_', ' ').trim();
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Without the unit, which stands beside it: `cost_usd` → `cost`, `input_tokens` → `input`, `p95_ms` and
 * `p95_latency_ms` → `p95`.
 */
export function columnLabel(column: string): string {
  const percentile = /^(p\d+)_latency_ms$/.exec(column)?.[1];
  if (percentile !== undefined) return percentile;
  return HEADS[column] ?? (words(column.replace(UNIT_SUFFIX, '')) || column);
}

/** `avg_latency_ms` → `Latency, average`; `p95_latency_ms` → `Latency, p95`; `requests` → `Requests`. */
export function metricLabel(column: string): string {
  const known = METRICS[column];
  if (known !== undefined) return known;
  const statistic = /^(avg|mean|median|min|max|p\d+)_(.+)$/.exec(column);
  if (statistic !== null) {
    const [, what = '', of = ''] = statistic;
    const name = { avg: 'average', mean: 'average', min: 'least', max: 'most' }[what] ?? what;
    return `${metricLabel(of)}, ${name}`;
  }
  return capital(words(column.replace(UNIT_SUFFIX, '')) || column);
}

/** Label and unit, as they stand in a head without a column of values: `cost, USD`. */
export function columnHead(column: string): string {
  const unit = /_usd$/.test(column) ? 'USD' : /_tokens$/.test(column) ? 'tok' : '';
  const label = columnLabel(column);
  return unit === '' || label === 'tokens' ? label : `${label}, ${unit}`;
}
