/** SQL that brings the derived tables (fallbacks, traces) up to date for the trace ids in a table `touched`. */

const TOUCHED = '(SELECT trace_id FROM spanbook.store.touched)';

/** Vercel's outer spans (`ai.generateText` …) never stand in for calls: their inner call exists, be it elsewhere. */
const NOT_VERCEL = `NOT (starts_with(coalesce(attributes['ai.operationId'], ''), 'ai.')
  OR starts_with(coalesce(attributes['operation.name'], ''), 'ai.'))`;
const HAS_USAGE = 'coalesce(input_tokens, output_tokens, total_tokens) IS NOT NULL';

/**
 * In traces whose calls have no usage: the aggregates with usage that have no other such aggregate below them. UNION
 * (not ALL) ends where parent links run in a circle.
 */
const FALLBACKS = `INSERT INTO spanbook.store.fallbacks
  WITH RECURSIVE candidates AS (
    SELECT trace_id, span_id, parent_span_id, span_key FROM spanbook.store.spans
    WHERE role = 'aggregate' AND ${HAS_USAGE} AND trace_id IN ${TOUCHED} AND ${NOT_VERCEL}
      AND trace_id NOT IN (
        SELECT trace_id FROM spanbook.store.spans WHERE role = 'call' AND ${HAS_USAGE} AND trace_id IN ${TOUCHED})
  ), lineage AS (
    SELECT trace_id, span_id, parent_span_id FROM spanbook.store.spans
    WHERE trace_id IN (SELECT trace_id FROM candidates)
  ), above AS (
    SELECT trace_id, span_key, parent_span_id AS ancestor FROM candidates WHERE parent_span_id IS NOT NULL
    UNION
    SELECT a.trace_id, a.span_key, l.parent_span_id
    FROM above a JOIN lineage l ON l.trace_id = a.trace_id AND l.span_id = a.ancestor
    WHERE l.parent_span_id IS NOT NULL
  )
  SELECT trace_id, span_key FROM candidates c
  WHERE NOT EXISTS (
    FROM above a WHERE a.trace_id = c.trace_id AND a.ancestor = c.span_id AND a.span_key <> c.span_key)`;

/** Metadata as `trace({metadata})` and its kin in other dialects write it on the root, without their prefixes. */
const METADATA = `map_from_entries(list_distinct(list_transform(
  list_filter(map_entries(r.attributes), lambda e: regexp_matches(e.key,
    '^(metadata|langfuse\\.trace\\.metadata|ai\\.telemetry\\.metadata|mlflow\\.traceTag)\\..')),
  lambda e: {key: regexp_replace(e.key, '^(metadata|langfuse\\.trace\\.metadata|ai\\.telemetry\\.metadata|mlflow\\.traceTag)\\.', ''),
    value: e.value})))`;

/** A trace's root is its earliest span without parent; where that is missing, the earliest span lends its name. */
const TRACES = `INSERT INTO spanbook.store.traces BY NAME
  WITH part AS (
    SELECT s.* EXCLUDE (attributes, resource, events, links), coalesce(role = 'call', false) AS is_call,
      coalesce(role = 'call', false) OR f.span_key IS NOT NULL AS counts
    FROM spanbook.store.priced_spans s LEFT JOIN spanbook.store.fallbacks f ON s.span_key = f.span_key
    WHERE s.trace_id IN ${TOUCHED}
  ), whole AS (
    SELECT trace_id, min(start_time) AS start_time, max(end_time) AS last_end, min(start_ns) AS start_ns,
      max(start_ns + greatest(duration_ns, 0)) AS end_ns,
      coalesce(arg_min(span_key, start_ns) FILTER (WHERE parent_span_id IS NULL), arg_min(span_key, start_ns))
        AS root_key,
      count(*) AS span_count, count(*) FILTER (WHERE is_call) AS call_count,
      count(*) FILTER (WHERE status = 'ERROR') AS error_count,
      bool_or(status = 'OK') AS any_ok,
      coalesce(list_sort(list(DISTINCT service_name) FILTER (WHERE service_name IS NOT NULL)), []) AS services,
      coalesce(list_sort(list(DISTINCT model) FILTER (WHERE counts AND model IS NOT NULL)), []) AS models,
      sum(input_tokens) FILTER (WHERE counts)::BIGINT AS input_tokens,
      sum(output_tokens) FILTER (WHERE counts)::BIGINT AS output_tokens,
      sum(total_tokens) FILTER (WHERE counts)::BIGINT AS total_tokens,
      sum(cache_read_tokens) FILTER (WHERE counts)::BIGINT AS cache_read_tokens,
      sum(cache_write_tokens) FILTER (WHERE counts)::BIGINT AS cache_write_tokens,
      sum(reasoning_tokens) FILTER (WHERE counts)::BIGINT AS reasoning_tokens,
      sum(cost_usd) FILTER (WHERE counts) AS cost_usd,
      count(*) FILTER (WHERE counts AND has_usage AND cost_usd IS NULL) AS unpriced_count,
      arg_min(session_id, start_ns) AS session_id, arg_min(user_id, start_ns) AS user_id,
      arg_min(input, start_ns) FILTER (WHERE is_call) AS input,
      arg_max(output, start_ns) FILTER (WHERE is_call) AS output,
      min(sample_weight) AS sample_weight
    FROM part GROUP BY trace_id
  )
  SELECT w.trace_id, r.name, r.service_name, w.start_time,
    CASE WHEN r.end_time IS NOT NULL THEN w.last_end END AS end_time, w.start_ns,
    CASE WHEN r.duration_ns >= 0 THEN w.end_ns - w.start_ns END AS duration_ns,
    CASE WHEN r.parent_span_id IS NULL THEN r.status WHEN w.error_count > 0 THEN 'ERROR'
      WHEN w.any_ok THEN 'OK' ELSE 'UNSET' END AS status,
    w.span_count, w.call_count, w.error_count, w.services, w.models, w.input_tokens, w.output_tokens,
    w.total_tokens, w.cache_read_tokens, w.cache_write_tokens, w.reasoning_tokens, w.cost_usd, w.unpriced_count,
    coalesce(r.session_id, w.session_id) AS session_id, coalesce(r.user_id, w.user_id) AS user_id,
    coalesce(r.input, w.input) AS input, coalesce(r.output, w.output) AS output,
    ${METADATA} AS metadata, w.sample_weight
  FROM whole w JOIN spanbook.store.spans r ON r.span_key = w.root_key`;

export const UPDATE_TRACES: readonly string[] = [
  `DELETE FROM spanbook.store.fallbacks WHERE trace_id IN ${TOUCHED}`,
  `DELETE FROM spanbook.store.traces WHERE trace_id IN ${TOUCHED}`,
  FALLBACKS,
  TRACES,
];
