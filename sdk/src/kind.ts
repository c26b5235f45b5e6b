import { SPAN_KINDS, type SpanKind } from '../schema/index.ts';

/** OTel's `gen_ai.operation.name` and what such a span is. */
const BY_OPERATION: Readonly<Record<string, SpanKind>> = {
  chat: 'LLM',
  text_completion: 'LLM',
  generate_content: 'LLM',
  embeddings: 'EMBEDDING',
  retrieval: 'RETRIEVER',
  execute_tool: 'TOOL',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  invoke_workflow: 'CHAIN',
};

/** The operation that a span of ours states for its kind, unless the caller states one. */
const OPERATION_OF: Partial<Record<SpanKind, string>> = {
  LLM: 'chat',
  EMBEDDING: 'embeddings',
  RETRIEVER: 'retrieval',
  TOOL: 'execute_tool',
  AGENT: 'invoke_agent',
};

/** Traceloop's `traceloop.span.kind`. */
const BY_TRACELOOP: Readonly<Record<string, SpanKind>> = {
  workflow: 'CHAIN',
  task: 'CHAIN',
  agent: 'AGENT',
  tool: 'TOOL',
};

const KINDS: ReadonlySet<string> = new Set(SPAN_KINDS);
const isKind = (text: string): text is SpanKind => KINDS.has(text);

/**
 * What a span is, from its attributes; for others' instrumentation too. OpenInference's key comes first
 * because it is also what `span(name, {kind})` writes.
 */
export function kindOf(attributes: Readonly<Record<string, unknown>>): SpanKind {
  const stated = attributes['openinference.span.kind'];
  if (typeof stated === 'string') {
    const kind = stated.toUpperCase();
    if (isKind(kind)) return kind;
  }
  const operation = attributes['gen_ai.operation.name'];
  if (typeof operation === 'string' && BY_OPERATION[operation] !== undefined) return BY_OPERATION[operation];
  const vercel = attributes['ai.operationId'];
  if (typeof vercel === 'string') {
    if (/\.do(Generate|Stream)$/.test(vercel)) return 'LLM';
    if (vercel.endsWith('.doEmbed')) return 'EMBEDDING';
    if (vercel === 'ai.toolCall') return 'TOOL';
    return 'CHAIN';
  }
  const traceloop = attributes['traceloop.span.kind'];
  if (typeof traceloop === 'string' && BY_TRACELOOP[traceloop] !== undefined) return BY_TRACELOOP[traceloop];
  if (typeof attributes['llm.request.type'] === 'string')
    return attributes['llm.request.type'] === 'embedding' ? 'EMBEDDING' : 'LLM';
  if (
    attributes['gen_ai.request.model'] !== undefined &&
    attributes['gen_ai.usage.input_tokens'] !== undefined
  )
    return 'LLM';
  return 'INTERNAL';
}

/** Attributes by which OTel and OpenInference readers know the kind. */
export function kindAttributes(kind: SpanKind): Record<string, string> {
  const operation = OPERATION_OF[kind];
  return {
    'openinference.span.kind': kind,
    ...(operation === undefined ? {} : { 'gen_ai.operation.name': operation }),
  };
}
