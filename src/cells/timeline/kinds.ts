const COLORS: Readonly<Record<string, string>> = {
  LLM: 'var(--kind-llm)',
  EMBEDDING: 'var(--kind-embedding)',
  RETRIEVER: 'var(--kind-retriever)',
  RERANKER: 'var(--kind-reranker)',
  TOOL: 'var(--kind-tool)',
  AGENT: 'var(--kind-agent)',
  GUARDRAIL: 'var(--kind-guard)',
  EVALUATOR: 'var(--kind-http)',
};

/** In the timeline colour is the kind, in charts it is the model. */
export const kindColor = (kind: string): string => COLORS[kind] ?? 'var(--kind-chain)';
