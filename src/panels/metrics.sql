-- What each metric means, once. Panels repeat these expressions literally (a test compares them), so that a user
-- can read and change them; the command line, alerts and exporters run this file.
-- One line a metric: expression AS name, -- unit: meaning

-- from llm_calls
SELECT
  coalesce(sum(sample_weight) FILTER (WHERE NOT is_fallback), 0) AS requests, -- 1: calls to models, failed ones included
  sum(total_tokens * sample_weight) AS tokens, -- token: all tokens, as reported
  sum(input_tokens * sample_weight) AS input_tokens, -- token: input, cached included
  sum(cache_read_tokens * sample_weight) AS cache_read_tokens, -- token: input read from the prompt cache
  sum(cache_write_tokens * sample_weight) AS cache_write_tokens, -- token: input written to the prompt cache
  sum(output_tokens * sample_weight) AS output_tokens, -- token: output, reasoning included
  sum(reasoning_tokens * sample_weight) AS reasoning_tokens, -- token: output spent on reasoning
  sum(cost_usd * sample_weight) AS cost_usd, -- USD: from the table prices
  coalesce(sum(sample_weight) FILTER (WHERE is_unpriced), 0) AS unpriced, -- 1: calls with usage, but no price
  coalesce(sum(sample_weight) FILTER (WHERE is_unmetered), 0) AS unmetered, -- 1: calls that report no usage
  wavg(duration_ms, sample_weight) FILTER (WHERE NOT is_fallback) AS avg_latency_ms, -- ms: average duration of finished calls
  errors / requests AS error_rate -- share
FROM llm_calls;
