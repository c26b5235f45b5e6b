/** What the dialects call a span, in our kinds. A value that says nothing of the kind maps to undefined: the next key decides. */
import { SPAN_KINDS, type SpanKind } from '@spanbook/sdk/schema';

const OPERATIONS: Record<string, SpanKind> = {
  chat: 'LLM',
  text_completion: 'LLM',
  generate_content: 'LLM',
  completion: 'LLM',
  responses: 'LLM',
  embeddings: 'EMBEDDING',
  embedding: 'EMBEDDING',
  execute_tool: 'TOOL',
  invoke_agent: 'AGENT',
  create_agent: 'AGENT',
  invoke_workflow: 'CHAIN',
  plan: 'CHAIN',
  retrieval: 'RETRIEVER',
  rerank: 'RERANKER',
  evaluate: 'EVALUATOR',
};
const LANGFUSE: Record<string, SpanKind> = {
  generation: 'LLM',
  embedding: 'EMBEDDING',
  tool: 'TOOL',
  agent: 'AGENT',
  chain: 'CHAIN',
  retriever: 'RETRIEVER',
  evaluator: 'EVALUATOR',
  guardrail: 'GUARDRAIL',
};
const TRACELOOP: Record<string, SpanKind> = {
  workflow: 'CHAIN',
  task: 'CHAIN',
  agent: 'AGENT',
  tool: 'TOOL',
};
const REQUEST_TYPES: Record<string, SpanKind> = {
  chat: 'LLM',
  completion: 'LLM',
  embedding: 'EMBEDDING',
  rerank: 'RERANKER',
};
const MLFLOW: Record<string, SpanKind> = {
  CHAT_MODEL: 'LLM',
  WORKFLOW: 'CHAIN',
  TASK: 'CHAIN',
  PARSER: 'INTERNAL',
  MEMORY: 'INTERNAL',
};
const OWN: Record<string, SpanKind> = Object.fromEntries(SPAN_KINDS.map((k) => [k, k]));

export const ownKind = (v: string): SpanKind | undefined => OWN[v.toUpperCase()];
export const operationKind = (v: string): SpanKind | undefined => OPERATIONS[v];
export const langfuseKind = (v: string): SpanKind | undefined => LANGFUSE[v.toLowerCase()];
export const traceloopKind = (v: string): SpanKind | undefined => TRACELOOP[v.toLowerCase()];
export const requestTypeKind = (v: string): SpanKind | undefined => REQUEST_TYPES[v.toLowerCase()];

/** MLflow writes attribute values as JSON text: `"CHAT_MODEL"`, with the quotes. */
export function mlflowKind(v: string): SpanKind | undefined {
  const name = v.replaceAll('"', '').toUpperCase();
  return MLFLOW[name] ?? OWN[name];
}

/** Vercel AI SDK: the inner span (`.doGenerate`, `.doStream`, `.doEmbed`) is the call, the outer one repeats its usage. */
export function vercelKind(operationId: string): SpanKind | undefined {
  const id = operationId.split(' ')[0] ?? '';
  if (!id.startsWith('ai.')) return undefined;
  if (id === 'ai.toolCall') return 'TOOL';
  if (/\.do(Generate|Stream)$/.test(id)) return 'LLM';
  if (id.endsWith('.doEmbed')) return 'EMBEDDING';
  if (id.endsWith('.doRerank')) return 'RERANKER';
  return 'CHAIN';
}

const KIND_OPERATIONS: Partial<Record<SpanKind, string>> = {
  LLM: 'chat',
  EMBEDDING: 'embeddings',
  TOOL: 'execute_tool',
  AGENT: 'invoke_agent',
  RETRIEVER: 'retrieval',
  RERANKER: 'rerank',
};
/** What a span of this kind does, where no key says it. */
export const kindOperation = (kind: SpanKind): string | null => KIND_OPERATIONS[kind] ?? null;

export function requestTypeOperation(v: string): string | undefined {
  switch (v.toLowerCase()) {
    case 'chat':
      return 'chat';
    case 'completion':
      return 'text_completion';
    case 'embedding':
      return 'embeddings';
    case 'rerank':
      return 'rerank';
    default:
      return undefined;
  }
}
