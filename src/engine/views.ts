/**
 * What users query: views over the stored tables, in spanbook.main. Filters are session variables, so that each
 * notebook has its own, and one definition serves all; NULL is no filter.
 */

const FROM = "coalesce(getvariable('filter_from')::TIMESTAMP, '-infinity'::TIMESTAMP)";
const TO = "coalesce(getvariable('filter_to')::TIMESTAMP, 'infinity'::TIMESTAMP)";
const SERVICES = "getvariable('filter_services')::VARCHAR[]";
const MODELS = "getvariable('filter_models')::VARCHAR[]";
const STATUS = "getvariable('filter_status')::VARCHAR";
const TEXT = "getvariable('filter_text')::VARCHAR";

const within = (time: string) => `${time} >= ${FROM} AND ${time} < ${TO}`;
const ofService = (service: string) => `(${SERVICES} IS NULL OR list_contains(${SERVICES}, ${service}))`;
const ofModel = (model: string) => `(${MODELS} IS NULL OR list_contains(${MODELS}, ${model}))`;
/** 'OK' is everything that is no error: OpenTelemetry leaves the status of most spans unset, fallback rows have none. */
const ofStatus = (status: string) =>
  `(${STATUS} IS NULL OR (${status} IS NOT DISTINCT FROM 'ERROR') = (${STATUS} = 'ERROR'))`;
const has = (text: string) => `contains(lower(${text}), lower(${TEXT}))`;

/** In the values of a MAP as they are: the MAP as text would have quotes and escapes of its own, and every key. */
const hasValue = (map: string) => `len(list_filter(map_values(${map}), lambda v: ${has('v')})) > 0`;

/** Spans whose messages contain the text; empty, and free, without a filter. */
const MESSAGE_HITS = `(
    SELECT m.span_key FROM spanbook.store.messages m
    WHERE ${TEXT} IS NOT NULL AND (
      m.content_id IN (SELECT content_id FROM spanbook.store.contents WHERE ${has('text')})
      OR m.tool_arguments_id IN (SELECT content_id FROM spanbook.store.contents WHERE ${has('text')})
      OR ${has('m.tool_name')}))`;
const spanHit = (s: string) =>
  `(${has(`${s}.name`)} OR ${has(`coalesce(${s}.error_message, '')`)} OR ${hasValue(`${s}.attributes`)}
    OR ${s}.span_key IN ${MESSAGE_HITS})`;
const ofText = (s: string) => `(${TEXT} IS NULL OR ${spanHit(s)})`;

/** The columns of `spans`, from a relation of priced spans. */
const SPAN_COLUMN_NAMES = [
  ...['trace_id', 'span_id', 'parent_span_id', 'name', 'service_name', 'kind', 'start_time', 'end_time'],
  ...['start_ns', 'duration_ns', 'duration_ms', 'status', 'error_type', 'error_message', 'operation'],
  ...['provider', 'model', 'request_model', 'input_tokens', 'output_tokens', 'total_tokens'],
  ...['cache_read_tokens', 'cache_write_tokens', 'reasoning_tokens', 'audio_tokens', 'role', 'cost_usd'],
  ...[
    'input_cost_usd',
    'cache_read_cost_usd',
    'cache_write_cost_usd',
    'output_cost_usd',
    'recorded_cost_usd',
  ],
  ...['finish_reason', 'time_to_first_token_ms', 'streaming', 'session_id', 'user_id', 'attributes'],
  ...['resource', 'events', 'links', 'sample_weight', 'source_file'],
];
/** What a span that is no request of its own has not. Its message stays, so that a text finds it. */
const NO_REQUEST: Readonly<Record<string, string>> = {
  duration_ns: 'NULL::BIGINT',
  duration_ms: 'NULL::DOUBLE',
  status: 'NULL::VARCHAR',
  error_type: 'NULL::VARCHAR',
  time_to_first_token_ms: 'NULL::DOUBLE',
  streaming: 'NULL::BOOLEAN',
};
const spanColumns = SPAN_COLUMN_NAMES.join(', ');
const callColumns = `${spanColumns}, input, output, is_fallback, is_unpriced, is_unmetered`;
const fallbackColumns = SPAN_COLUMN_NAMES.map((c) =>
  c in NO_REQUEST ? `${NO_REQUEST[c]} AS ${c}` : `s.${c}`,
);

const USD = '/ 1e6';
const PRICED = 'p.price_key IS NOT NULL AND coalesce(s.input_tokens, s.output_tokens) IS NOT NULL';

/** Internal relations, in the order in which they depend on each other. */
const INTERNAL: readonly (readonly [name: string, query: string])[] = [
  [
    'span_costs',
    // A clock that was put back while the span ran leaves its duration unknown.
    `SELECT s.*, CASE WHEN s.duration_ns >= 0 THEN s.duration_ns / 1e6 END AS duration_ms,
      coalesce(s.input_tokens, s.output_tokens, s.total_tokens, s.cache_read_tokens, s.cache_write_tokens,
        s.reasoning_tokens, s.audio_tokens) IS NOT NULL AS has_usage,
      CASE WHEN ${PRICED} THEN coalesce(p.per_request, 0) + coalesce(p.input, 0) ${USD} * greatest(
        coalesce(s.input_tokens, 0) - coalesce(s.cache_read_tokens, 0) - coalesce(s.cache_write_tokens, 0), 0)
      END AS input_cost_usd,
      CASE WHEN ${PRICED} THEN coalesce(p.cache_read, p.input, 0) ${USD} * coalesce(s.cache_read_tokens, 0)
      END AS cache_read_cost_usd,
      CASE WHEN ${PRICED} THEN coalesce(p.cache_write, p.input, 0) ${USD} * coalesce(s.cache_write_tokens, 0)
      END AS cache_write_cost_usd,
      CASE WHEN ${PRICED} THEN coalesce(p.output, 0) ${USD} * coalesce(s.output_tokens, 0)
      END AS output_cost_usd
    FROM spanbook.store.spans s LEFT JOIN spanbook.store.prices p ON s.price_key = p.price_key`,
  ],
  [
    'priced_spans',
    `SELECT *, input_cost_usd + cache_read_cost_usd + cache_write_cost_usd + output_cost_usd AS cost_usd
    FROM spanbook.store.span_costs`,
  ],
  [
    'calls',
    `SELECT span_key, ${spanColumns}, input, output, false AS is_fallback,
      has_usage AND cost_usd IS NULL AS is_unpriced, NOT has_usage AND status <> 'ERROR' AS is_unmetered
    FROM spanbook.store.priced_spans WHERE role = 'call'
    UNION ALL
    SELECT s.span_key, ${fallbackColumns.join(', ')}, s.input, s.output, true AS is_fallback,
      s.cost_usd IS NULL AS is_unpriced, false AS is_unmetered
    FROM spanbook.store.priced_spans s JOIN spanbook.store.fallbacks f ON s.span_key = f.span_key`,
  ],
];

const TRACE_COLUMNS = `trace_id, name, service_name, start_time, end_time, start_ns, duration_ns,
  CASE WHEN duration_ns >= 0 THEN duration_ns / 1e6 END AS duration_ms, status, span_count, call_count, error_count, services, models, input_tokens,
  output_tokens, total_tokens, cache_read_tokens, cache_write_tokens, reasoning_tokens, cost_usd, unpriced_count,
  session_id, user_id, input, output, metadata, sample_weight`;
/** Unnested in a projection: beside a join, a filter on trace_id would not reach the spans (measured: 170 times). */
const eventsOf = (
  where: string,
) => `SELECT trace_id, span_id, span_name, service_name, e.name, e.time, e.attributes FROM (
    SELECT s.trace_id, s.span_id, s.name AS span_name, s.service_name, unnest(s.events) AS e
    FROM spanbook.store.spans s ${where})`;
/** A lookup, not a join: of a trace's messages, only its own bodies are read (measured: six times as fast). */
const textOf = (id: string) => `(SELECT c.text FROM spanbook.store.contents c WHERE c.content_id = m.${id})`;

/** Views in spanbook.main. */
const PUBLIC: readonly (readonly [name: string, query: string])[] = [
  ['all_spans', `SELECT ${spanColumns} FROM spanbook.store.priced_spans`],
  [
    'spans',
    `SELECT ${spanColumns} FROM spanbook.store.priced_spans s
    WHERE ${within('s.start_time')} AND ${ofService('s.service_name')} AND ${ofText('s')}`,
  ],
  ['all_llm_calls', `SELECT ${callColumns} FROM spanbook.store.calls`],
  [
    'llm_calls',
    `SELECT ${callColumns} FROM spanbook.store.calls s
    WHERE ${within('s.start_time')} AND ${ofService('s.service_name')} AND ${ofModel('s.model')}
      AND ${ofStatus('s.status')} AND ${ofText('s')}`,
  ],
  ['all_traces', `SELECT ${TRACE_COLUMNS} FROM spanbook.store.traces`],
  [
    'traces',
    `SELECT ${TRACE_COLUMNS} FROM spanbook.store.traces t
    WHERE ${within('t.start_time')}
      AND (${SERVICES} IS NULL OR list_has_any(t.services, ${SERVICES}))
      AND (coalesce(${MODELS}::VARCHAR, ${STATUS}) IS NULL OR t.trace_id IN (
        SELECT trace_id FROM spanbook.store.calls c
        WHERE coalesce(${MODELS}::VARCHAR, ${STATUS}) IS NOT NULL AND ${ofModel('c.model')} AND ${ofStatus('c.status')}
          AND ${ofService('c.service_name')}))
      AND (${TEXT} IS NULL OR t.trace_id IN (
        SELECT s.trace_id FROM spanbook.store.spans s WHERE ${TEXT} IS NOT NULL AND ${spanHit('s')}))`,
  ],
  [
    'sessions',
    `SELECT session_id, any_value(user_id) AS user_id, min(start_time) AS start_time,
      max(coalesce(end_time, start_time)) AS end_time, count(*) AS trace_count, sum(call_count)::BIGINT AS call_count,
      count(*) FILTER (WHERE status = 'ERROR') AS error_trace_count, sum(input_tokens)::BIGINT AS input_tokens,
      sum(output_tokens)::BIGINT AS output_tokens, sum(total_tokens)::BIGINT AS total_tokens,
      sum(cost_usd) AS cost_usd, sum(unpriced_count)::BIGINT AS unpriced_count,
      list_sort(list_distinct(flatten(list(models)))) AS models, min(sample_weight) AS sample_weight
    FROM spanbook.main.traces WHERE session_id IS NOT NULL GROUP BY session_id`,
  ],
  ['all_events', eventsOf('')],
  [
    'events',
    eventsOf(`WHERE ${within('s.start_time')} AND ${ofService('s.service_name')} AND ${ofText('s')}`),
  ],
  ['all_logs', 'SELECT * FROM spanbook.store.logs'],
  [
    'logs',
    `SELECT * FROM spanbook.store.logs l WHERE ${within('l.time')} AND ${ofService('l.service_name')}
      AND (${TEXT} IS NULL OR ${has('l.body')} OR ${hasValue('l.attributes')})`,
  ],
  [
    'messages',
    `SELECT s.trace_id, s.span_id, m.direction, m.position, m.role, ${textOf('content_id')} AS content,
      m.tool_call_id, m.tool_name, ${textOf('tool_arguments_id')} AS tool_arguments, m.content_id
    FROM spanbook.store.messages m JOIN spanbook.store.spans s ON m.span_key = s.span_key`,
  ],
  ['contents', 'SELECT * FROM spanbook.store.contents'],
  ['prices', 'SELECT * FROM spanbook.store.prices'],
  ['rejects', 'SELECT * FROM spanbook.store.rejects'],
  ['files', 'SELECT * FROM spanbook.store.files'],
];

export const VIEW_NAMES: readonly string[] = PUBLIC.map(([name]) => name);
export const MACRO_NAMES = ['local', 'wavg', 'wquantile'] as const;

/** `local(ts)`: a UTC time as the clock of the chosen zone shows it. */
export const localMacro = (body = 'ts', catalog = 'spanbook') =>
  `CREATE OR REPLACE MACRO ${catalog}.main."local"(ts) AS (${body})`;

/**
 * The weighted quantile: that of the values, each repeated as often as its weight says, interpolated as
 * quantile_cont does. DuckDB has none, so values and running weights are walked in order; while all weights are 1 the
 * built-in does the same forty times as fast.
 */
export function quantileMacro(weighted: boolean, catalog = 'spanbook'): string {
  const head = `CREATE OR REPLACE MACRO ${catalog}.main.wquantile(x, w, p) AS`;
  if (!weighted) return `${head} quantile_cont(x, p)`;
  const at = '(p * (sum(w) FILTER (WHERE x IS NOT NULL) - 1))';
  // Every element carries the position: lambdas of list_reduce must capture nothing, since DuckDB (1.4.3) mixes up the
  // captured values of groups whose lists differ in length.
  const places = `list_transform(
    list_sort(list({v: x::DOUBLE, w: w::DOUBLE}) FILTER (WHERE x IS NOT NULL)),
    lambda e: {v: e.v, w: e.w, place: ${at}::DOUBLE, lo: NULL::DOUBLE, hi: NULL::DOUBLE})`;
  const walk = `list_reduce(${places},
    lambda a, e: {v: e.v, w: a.w + e.w, place: e.place,
      lo: CASE WHEN a.lo IS NULL AND a.w + e.w > floor(e.place) THEN e.v ELSE a.lo END,
      hi: CASE WHEN a.hi IS NULL AND a.w + e.w > ceil(e.place) THEN e.v ELSE a.hi END},
    {v: 0::DOUBLE, w: 0::DOUBLE, place: 0::DOUBLE, lo: NULL::DOUBLE, hi: NULL::DOUBLE})`;
  // One pass for both ends, and the fraction between them is that of the position.
  return `${head} list_transform([${walk}], lambda q:
    coalesce(q.lo, q.v) + (coalesce(q.hi, q.v) - coalesce(q.lo, q.v)) * (q.place - floor(q.place)))[1]`;
}

const averageMacro = (catalog: string) =>
  `CREATE OR REPLACE MACRO ${catalog}.main.wavg(x, w) AS sum(x * w) / sum(w) FILTER (WHERE x IS NOT NULL)`;

/** The macros in another catalog: what uses them can be parsed there. */
export const macrosIn = (catalog: string): readonly string[] => [
  localMacro('ts', catalog),
  averageMacro(catalog),
  quantileMacro(false, catalog),
];

/** Every view and macro, after TABLES of ddl.ts. */
export const VIEWS: readonly string[] = [
  ...INTERNAL.map(([name, query]) => `CREATE VIEW spanbook.store.${name} AS ${query}`),
  ...PUBLIC.map(([name, query]) => `CREATE VIEW spanbook.main.${name} AS ${query}`),
  ...macrosIn('spanbook'),
];
