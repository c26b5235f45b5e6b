/** Columns of the views, for docs and completion: those of the stored tables, and what the views add. */
import { type Column, column, SPAN_COLUMNS, STORED_TABLES } from '@spanbook/sdk/schema';

export interface ViewDoc {
  readonly name: string;
  readonly meaning: string;
  readonly columns: readonly Column[];
}

const usd = (name: string, meaning: string) => column(name, 'DOUBLE', meaning, { unit: 'USD' });
const stored = (name: string): Column => {
  const found = [...SPAN_COLUMNS, ...STORED_TABLES.spans].find((c) => c.name === name);
  if (found === undefined) throw new Error(`no stored column ${name}`);
  return found;
};
const count = (name: string, meaning: string) => column(name, 'BIGINT', meaning, { nullable: false });
const tokens = (name: string, meaning: string) => column(name, 'BIGINT', meaning, { unit: 'token' });

const DURATION_MS = column(
  'duration_ms',
  'DOUBLE',
  'Duration; NULL if unfinished, or if the clock was put back meanwhile.',
  { unit: 'ms' },
);
const COSTS = [
  usd('cost_usd', 'What it cost by the table prices: the sum of the four parts. NULL if unpriced.'),
  usd('input_cost_usd', 'Uncached input, and the fee per request where there is one.'),
  usd(
    'cache_read_cost_usd',
    'Input read from the prompt cache; billed as input where the list has no price for it.',
  ),
  usd(
    'cache_write_cost_usd',
    'Input written to the prompt cache; billed as input where the list has no price for it.',
  ),
  usd('output_cost_usd', 'Output, reasoning included.'),
];

const SPANS: readonly Column[] = [
  ...SPAN_COLUMNS.flatMap((c) => {
    if (c.name === 'duration_ns') return [c, DURATION_MS];
    if (c.name === 'role') return [c, ...COSTS];
    return [c];
  }),
  stored('source_file'),
];
const CALLS: readonly Column[] = [
  ...SPANS,
  stored('input'),
  stored('output'),
  column(
    'is_fallback',
    'BOOLEAN',
    'Stands in for calls that report no usage; counts in sums, not as a request.',
    {
      nullable: false,
    },
  ),
  column('is_unpriced', 'BOOLEAN', 'Has usage, but no price.', { nullable: false }),
  column('is_unmetered', 'BOOLEAN', 'Reports no usage, and has not failed.', { nullable: false }),
];
const TRACES: readonly Column[] = [
  stored('trace_id'),
  column('name', 'VARCHAR', "The root's name; of the earliest span where the root is missing."),
  column('service_name', 'VARCHAR', "The root's service."),
  column('start_time', 'TIMESTAMP', 'Start of the earliest span, UTC.', { nullable: false }),
  column('end_time', 'TIMESTAMP', 'End of the latest span, UTC; NULL if the root never ended.'),
  column('start_ns', 'BIGINT', 'Start, exact.', { nullable: false, unit: 'ns since 1970-01-01 UTC' }),
  column('duration_ns', 'BIGINT', 'From the first start to the last end; NULL if the root never ended.', {
    unit: 'ns',
  }),
  DURATION_MS,
  column('status', 'VARCHAR', "The root's status; with no root, ERROR if any span is.", { nullable: false }),
  count('span_count', 'Spans.'),
  count('call_count', 'Calls to models.'),
  count('error_count', 'Spans with status ERROR.'),
  column('services', 'VARCHAR[]', 'Services that took part.', { nullable: false }),
  column('models', 'VARCHAR[]', 'Models that were called.', { nullable: false }),
  tokens('input_tokens', 'Input of its calls.'),
  tokens('output_tokens', 'Output of its calls.'),
  tokens('total_tokens', 'All tokens of its calls.'),
  tokens('cache_read_tokens', 'Input read from the prompt cache.'),
  tokens('cache_write_tokens', 'Input written to the prompt cache.'),
  tokens('reasoning_tokens', 'Output spent on reasoning.'),
  usd('cost_usd', 'Cost of its priced calls; NULL if none is priced.'),
  count('unpriced_count', 'Calls with usage, but no price.'),
  stored('session_id'),
  stored('user_id'),
  column('input', 'VARCHAR', "Begin of the root's input, else of the first call's (at most 200 characters)."),
  column(
    'output',
    'VARCHAR',
    "Begin of the root's output, else of the last call's (at most 200 characters).",
  ),
  column('metadata', 'MAP(VARCHAR, VARCHAR)', "What the app wrote with the trace: metadata['key'].", {
    nullable: false,
  }),
  column('sample_weight', 'DOUBLE', 'How many such traces this one stands for; 1 unless sampled.', {
    nullable: false,
  }),
];
const SESSIONS: readonly Column[] = [
  column('session_id', 'VARCHAR', 'Conversation.', { nullable: false }),
  stored('user_id'),
  column('start_time', 'TIMESTAMP', 'Start of its first trace, UTC.', { nullable: false }),
  column('end_time', 'TIMESTAMP', 'End of its last trace, UTC.', { nullable: false }),
  count('trace_count', 'Traces.'),
  count('call_count', 'Calls to models.'),
  count('error_trace_count', 'Traces with status ERROR.'),
  tokens('input_tokens', 'Input of its calls.'),
  tokens('output_tokens', 'Output of its calls.'),
  tokens('total_tokens', 'All tokens of its calls.'),
  usd('cost_usd', 'Cost of its priced calls.'),
  count('unpriced_count', 'Calls with usage, but no price.'),
  column('models', 'VARCHAR[]', 'Models that were called.', { nullable: false }),
  column('sample_weight', 'DOUBLE', 'The least of its traces.', { nullable: false }),
];
const EVENTS: readonly Column[] = [
  stored('trace_id'),
  stored('span_id'),
  column('span_name', 'VARCHAR', 'Name of the span.', { nullable: false }),
  stored('service_name'),
  column('name', 'VARCHAR', 'Name of the event: exception, first_token, …'),
  column('time', 'TIMESTAMP', 'When, UTC.'),
  column('attributes', 'MAP(VARCHAR, VARCHAR)', 'Its details; values that are not strings as JSON text.'),
];
const MESSAGES: readonly Column[] = [
  stored('trace_id'),
  stored('span_id'),
  ...STORED_TABLES.messages.filter((c) => ['direction', 'position', 'role'].includes(c.name)),
  column('content', 'VARCHAR', 'The text.'),
  ...STORED_TABLES.messages.filter((c) => ['tool_call_id', 'tool_name'].includes(c.name)),
  column('tool_arguments', 'VARCHAR', "A tool call's arguments (JSON text)."),
  ...STORED_TABLES.messages.filter((c) => c.name === 'content_id'),
];

/** In the order of the docs and of the sidebar. */
export const VIEW_DOCS: readonly ViewDoc[] = [
  {
    name: 'llm_calls',
    meaning:
      'One row a request to a model, failed ones included, within the filters. Usage is counted once here.',
    columns: CALLS,
  },
  {
    name: 'traces',
    meaning: 'One row a trace: those that the filters choose, each with its whole figures.',
    columns: TRACES,
  },
  {
    name: 'spans',
    meaning:
      'One row a span, within the filters of time, service and text. Do not sum usage or cost here: agents repeat that of their calls.',
    columns: SPANS,
  },
  {
    name: 'sessions',
    meaning: 'One row a conversation, over the traces that the filters choose.',
    columns: SESSIONS,
  },
  {
    name: 'messages',
    meaning: 'What went to the models and what came back. Not filtered.',
    columns: MESSAGES,
  },
  { name: 'events', meaning: 'Events of the spans within the filters.', columns: EVENTS },
  {
    name: 'logs',
    meaning: 'Log records, within the filters of time, service and text.',
    columns: STORED_TABLES.logs,
  },
  {
    name: 'prices',
    meaning: 'What tokens cost. Changing them changes every cost.',
    columns: STORED_TABLES.prices,
  },
  { name: 'contents', meaning: 'Bodies of messages, each once.', columns: STORED_TABLES.contents },
  { name: 'rejects', meaning: 'Lines that could not be read.', columns: STORED_TABLES.rejects },
  { name: 'files', meaning: 'Files that were loaded.', columns: STORED_TABLES.files },
  { name: 'all_llm_calls', meaning: 'llm_calls without the filters.', columns: CALLS },
  { name: 'all_traces', meaning: 'traces without the filters.', columns: TRACES },
  { name: 'all_spans', meaning: 'spans without the filters.', columns: SPANS },
  { name: 'all_events', meaning: 'events without the filters.', columns: EVENTS },
  { name: 'all_logs', meaning: 'logs without the filters.', columns: STORED_TABLES.logs },
];
