/** What a span is, in the order in which the legend lists them. */
export const SPAN_KINDS = [
  'LLM',
  'EMBEDDING',
  'RETRIEVER',
  'RERANKER',
  'TOOL',
  'AGENT',
  'CHAIN',
  'GUARDRAIL',
  'EVALUATOR',
  'INTERNAL',
] as const;
export type SpanKind = (typeof SPAN_KINDS)[number];

export const STATUSES = ['OK', 'ERROR', 'UNSET'] as const;
export type Status = (typeof STATUSES)[number];

/** `call`: a request to a model. `aggregate`: a span that repeats the usage of the calls below it. */
export const ROLES = ['call', 'aggregate'] as const;
export type Role = (typeof ROLES)[number];

/** OTel's severity names, for log records. */
export const SEVERITIES = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const;
export type Severity = (typeof SEVERITIES)[number];
