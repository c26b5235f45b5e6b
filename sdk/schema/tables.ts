import { type Column, column, EVENTS, LINKS, MAP } from './columns.ts';

/** Raised when a stored column changes meaning; readers refuse a newer major. */
export const SCHEMA_VERSION = 1;

/** Columns of a span that a file holds and the engine stores as they are. */
export const SPAN_COLUMNS: readonly Column[] = [
  column(
    'trace_id',
    'VARCHAR',
    'Trace this span belongs to. Lower-case hex where the source is OpenTelemetry.',
    { nullable: false },
  ),
  column('span_id', 'VARCHAR', 'Identifies the span within its trace.', { nullable: false }),
  column('parent_span_id', 'VARCHAR', 'The span that caused this one; NULL at a root.'),
  column('name', 'VARCHAR', 'What the app called this piece of work.', { nullable: false }),
  column('service_name', 'VARCHAR', 'The service that recorded the span (resource `service.name`).'),
  column(
    'kind',
    'VARCHAR',
    'LLM, EMBEDDING, RETRIEVER, RERANKER, TOOL, AGENT, CHAIN, GUARDRAIL, EVALUATOR or INTERNAL.',
    { nullable: false },
  ),
  column('start_time', 'TIMESTAMP', 'Start, UTC, microseconds.', { nullable: false }),
  column('end_time', 'TIMESTAMP', 'End, UTC, microseconds; NULL if the span never ended.'),
  column('start_ns', 'BIGINT', 'Start, exact.', { nullable: false, unit: 'ns since 1970-01-01 UTC' }),
  column('duration_ns', 'BIGINT', 'Exact duration; NULL if unfinished.', { unit: 'ns' }),
  column('status', 'VARCHAR', 'OK, ERROR or UNSET.', { nullable: false }),
  column('error_type', 'VARCHAR', 'From `error.type` or the exception event.'),
  column('error_message', 'VARCHAR', 'From the status or the exception event.'),
  column(
    'operation',
    'VARCHAR',
    'chat, text_completion, embeddings, execute_tool, invoke_agent, retrieval, …',
  ),
  column('provider', 'VARCHAR', 'Who served the model: openai, anthropic, …'),
  column('model', 'VARCHAR', 'The model that answered, else the one asked for.'),
  column('request_model', 'VARCHAR', 'The model asked for.'),
  column('input_tokens', 'BIGINT', 'All input tokens, cached ones included; NULL when not reported.', {
    unit: 'token',
  }),
  column('output_tokens', 'BIGINT', 'All output tokens, reasoning included; NULL when not reported.', {
    unit: 'token',
  }),
  column('total_tokens', 'BIGINT', 'As reported, else input + output.', { unit: 'token' }),
  column(
    'cache_read_tokens',
    'BIGINT',
    "Input tokens read from the provider's prompt cache. Part of input_tokens.",
    { unit: 'token' },
  ),
  column(
    'cache_write_tokens',
    'BIGINT',
    "Input tokens written to the provider's prompt cache. Part of input_tokens.",
    { unit: 'token' },
  ),
  column('reasoning_tokens', 'BIGINT', 'Output tokens spent on reasoning. Part of output_tokens.', {
    unit: 'token',
  }),
  column('audio_tokens', 'BIGINT', 'Audio tokens, input and output. Part of the totals.', { unit: 'token' }),
  column(
    'role',
    'VARCHAR',
    '`call`: a request to a model; `aggregate`: repeats the usage of calls below; NULL otherwise.',
  ),
  column('recorded_cost_usd', 'DOUBLE', 'What the trace itself says the span cost.', { unit: 'USD' }),
  column('finish_reason', 'VARCHAR', 'Why the model stopped: stop, length, tool_calls, …'),
  column('time_to_first_token_ms', 'DOUBLE', 'From the start to the first streamed token.', { unit: 'ms' }),
  column('streaming', 'BOOLEAN', 'Whether the answer was streamed; NULL when not known.'),
  column('session_id', 'VARCHAR', 'Conversation that the span belongs to.'),
  column('user_id', 'VARCHAR', "The app's user."),
  column('attributes', MAP, 'Every attribute but message bodies; values that are not strings as JSON text.', {
    nullable: false,
  }),
  column('resource', MAP, 'What recorded the span: service.version, host, …', { nullable: false }),
  column('events', EVENTS, 'What happened during the span.', { nullable: false }),
  column('links', LINKS, 'Other spans this one refers to.', { nullable: false }),
  column('sample_weight', 'DOUBLE', 'How many such spans this one stands for; 1 unless sampled.', {
    nullable: false,
  }),
];

/** What ingest adds to a span on its way into the engine. `span_key` is unique in a tab, and what messages refer to. */
const STORED_SPAN_EXTRAS: readonly Column[] = [
  column('span_key', 'BIGINT', 'Unique number of the stored span.', { nullable: false }),
  column(
    'price_key',
    'VARCHAR',
    'Row of `prices` that applies to this call; NULL if the model is not priced.',
  ),
  column('input', 'VARCHAR', 'Begin of the last user message (at most 200 characters, one line).'),
  column('output', 'VARCHAR', 'Begin of the last assistant message (at most 200 characters, one line).'),
  column('source_file', 'VARCHAR', 'File that the span was read from.', { nullable: false }),
];

/**
 * The tables that are stored (schema `store`). Ingest produces Arrow batches of exactly these columns in this
 * order; the engine creates its tables from them. What a user sees are the views of the engine over them.
 */
export const STORED_TABLES = {
  spans: [...SPAN_COLUMNS, ...STORED_SPAN_EXTRAS],
  /** Positions of messages; the text is in `contents`. */
  messages: [
    column('span_key', 'BIGINT', 'The span that carries the message.', { nullable: false }),
    column('direction', 'VARCHAR', '`input` or `output`.', { nullable: false }),
    column('position', 'INTEGER', 'Order within the direction, from 0.', { nullable: false }),
    column('role', 'VARCHAR', 'system, user, assistant or tool.'),
    column('content_id', 'BIGINT', 'The text, in `contents`.'),
    column('tool_call_id', 'VARCHAR', 'Pairs a tool call with its result.'),
    column('tool_name', 'VARCHAR', 'Tool that is called, or that answers.'),
    column('tool_arguments_id', 'BIGINT', "A tool call's arguments (JSON text), in `contents`."),
  ],
  /** Each body once, by content: content_id is the xxh64 of the UTF-8 text, as a signed integer. */
  contents: [
    column('content_id', 'BIGINT', 'xxHash64 of the text.', { nullable: false }),
    column('text', 'VARCHAR', 'The text.', { nullable: false }),
  ],
  logs: [
    column('time', 'TIMESTAMP', 'When, UTC, microseconds.', { nullable: false }),
    column('severity', 'VARCHAR', 'TRACE, DEBUG, INFO, WARN, ERROR or FATAL.'),
    column('body', 'VARCHAR', 'The message; structured bodies as JSON text.'),
    column('trace_id', 'VARCHAR', 'Trace during which it was logged.'),
    column('span_id', 'VARCHAR', 'Span during which it was logged.'),
    column('service_name', 'VARCHAR', 'The service that logged.'),
    column('attributes', MAP, 'Structured fields.', { nullable: false }),
    column('source_file', 'VARCHAR', 'File that the record was read from.', { nullable: false }),
  ],
  /** What could not be read. */
  rejects: [
    column('source_file', 'VARCHAR', 'File.', { nullable: false }),
    column('line', 'BIGINT', 'Line, from 1; the row in a Parquet file.'),
    column('reason', 'VARCHAR', 'What was expected, and what to do.', { nullable: false }),
    column('text', 'VARCHAR', 'Begin of the line (at most 2,000 characters).'),
  ],
  /** USD per million tokens. Source: @pydantic/genai-prices, or the user's override. */
  prices: [
    column('price_key', 'VARCHAR', 'provider/model, with date and tier where the price depends on them.', {
      nullable: false,
    }),
    column('provider', 'VARCHAR', 'Provider as the price list names it.', { nullable: false }),
    column('model', 'VARCHAR', 'Model as the price list names it.', { nullable: false }),
    column('valid_from', 'TIMESTAMP', 'Start of validity; NULL if the list gives none.'),
    column('tier', 'BIGINT', 'The price holds for more input tokens than this; 0 for the base.', {
      nullable: false,
      unit: 'token',
    }),
    column('input', 'DOUBLE', 'Uncached input.', { unit: 'USD per million tokens' }),
    column('cache_read', 'DOUBLE', 'Cached input; NULL: billed as input.', {
      unit: 'USD per million tokens',
    }),
    column('cache_write', 'DOUBLE', 'Input written to the cache; NULL: billed as input.', {
      unit: 'USD per million tokens',
    }),
    column('output', 'DOUBLE', 'Output.', { unit: 'USD per million tokens' }),
    column('per_request', 'DOUBLE', 'Fee per request.', { unit: 'USD' }),
    column('source', 'VARCHAR', 'genai-prices or override.', { nullable: false }),
  ],
  files: [
    column('source_file', 'VARCHAR', 'Name; a second file of the same name gets a number.', {
      nullable: false,
    }),
    column('format', 'VARCHAR', 'spanbook-ndjson, spanbook-parquet, otlp-json; NULL if refused.'),
    column('bytes', 'BIGINT', 'Size of the file as it lies on disk.', { nullable: false, unit: 'byte' }),
    column('spans', 'BIGINT', 'Spans read.', { nullable: false }),
    column('duplicates', 'BIGINT', 'Spans that another file, or line, held already.', { nullable: false }),
    column('logs', 'BIGINT', 'Log records read.', { nullable: false }),
    column('rejects', 'BIGINT', 'Lines skipped.', { nullable: false }),
    column('load_ms', 'DOUBLE', 'Time to load.', { unit: 'ms' }),
  ],
} as const satisfies Record<string, readonly Column[]>;

export type StoredTableName = keyof typeof STORED_TABLES;

/** A piece of a stored table on its way into the engine: one Arrow IPC stream, columns as in STORED_TABLES. */
export interface StoredBatch {
  readonly table: StoredTableName;
  readonly rows: number;
  readonly ipc: Uint8Array;
}
