-- What each metric means, once. Panels repeat these expressions literally (a test compares them), so that a user
-- can read and change them; the command line, alerts and exporters run this file.
-- One line a metric: expression AS name, -- unit: meaning
-- sample_weight is how many spans a kept one stands for (1 unless the data was sampled).

-- from llm_calls
SELECT
  coalesce(sum(sample_weight) FILTER (WHERE NOT is_fallback), 0) AS requests, -- 1: calls to models, failed ones included
  coalesce(sum(sample_weight) FILTER (WHERE status = 'ERROR'), 0) AS errors, -- 1: calls that failed
  sum(total_tokens * sample_weight) AS tokens, -- token: all tokens, as reported
  sum(input_tokens * sample_weight) AS input_tokens, -- token: input, cached included
  sum((input_tokens - coalesce(cache_read_tokens, 0) - coalesce(cache_write_tokens, 0)) * sample_weight) AS uncached_tokens, -- token: input neither read from nor written to the prompt cache
  sum(cache_read_tokens * sample_weight) AS cache_read_tokens, -- token: input read from the prompt cache
  sum(cache_write_tokens * sample_weight) AS cache_write_tokens, -- token: input written to the prompt cache
  sum(output_tokens * sample_weight) AS output_tokens, -- token: output, reasoning included
  sum(reasoning_tokens * sample_weight) AS reasoning_tokens, -- token: output spent on reasoning
  sum(cost_usd * sample_weight) AS cost_usd, -- USD: from the table prices
  coalesce(sum(sample_weight) FILTER (WHERE is_unpriced), 0) AS unpriced, -- 1: calls with usage, but no price
  coalesce(sum(sample_weight) FILTER (WHERE is_unmetered), 0) AS unmetered, -- 1: calls that report no usage, failed ones left out
  wavg(duration_ms, sample_weight) AS avg_latency_ms, -- ms: average duration of finished calls
  wquantile(duration_ms, sample_weight, 0.5) AS p50_latency_ms, -- ms: half of the calls were at least as fast
  wquantile(duration_ms, sample_weight, 0.95) AS p95_latency_ms, -- ms: one call in twenty was slower
  wquantile(duration_ms, sample_weight, 0.99) AS p99_latency_ms, -- ms: one call in a hundred was slower
  errors / nullif(requests, 0) AS error_rate, -- share: failed calls of all calls
  wavg(time_to_first_token_ms, sample_weight) AS avg_time_to_first_token_ms, -- ms: streaming calls that tell it
  wquantile(time_to_first_token_ms, sample_weight, 0.95) AS p95_time_to_first_token_ms, -- ms: the same, one in twenty waited longer
  wavg(1000 * output_tokens / nullif(greatest(duration_ms - time_to_first_token_ms, 0), 0), sample_weight) AS tokens_per_second, -- token/s: output after the first token, streaming calls
FROM llm_calls;

-- from traces
SELECT
  coalesce(sum(sample_weight), 0) AS traces, -- 1: traces
  coalesce(sum(sample_weight) FILTER (WHERE status = 'ERROR'), 0) AS error_traces, -- 1: traces whose root failed
  error_traces / nullif(sum(sample_weight), 0) AS trace_error_rate, -- share: failed traces of all traces
  wavg(duration_ms, sample_weight) AS avg_trace_latency_ms, -- ms: average duration of finished traces
  wquantile(duration_ms, sample_weight, 0.5) AS p50_trace_latency_ms, -- ms: half of the traces were at least as fast
  wquantile(duration_ms, sample_weight, 0.95) AS p95_trace_latency_ms, -- ms: one trace in twenty was slower
  wquantile(duration_ms, sample_weight, 0.99) AS p99_trace_latency_ms, -- ms: one trace in a hundred was slower
FROM traces;

-- from all_llm_calls
SELECT
  sum(cost_usd * sample_weight) AS hourly_cost_usd, -- USD: cost of the newest 60 minutes of the data
FROM all_llm_calls
WHERE start_time > (SELECT max(start_time) FROM all_llm_calls) - INTERVAL 1 HOUR;
