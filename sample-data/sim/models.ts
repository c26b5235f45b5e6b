/** How a simulated model behaves. Speeds are of the order that public benchmarks report; nothing depends on them. */
export interface Model {
  readonly provider: string;
  readonly name: string;
  /** Median ms until the first token. */
  readonly firstTokenMs: number;
  /** Output tokens per second. */
  readonly speed: number;
  /** Share of requests that fail on an ordinary day. */
  readonly failureRate: number;
}

const model = (
  provider: string,
  name: string,
  firstTokenMs: number,
  speed: number,
  failureRate = 0.004,
): Model => ({ provider, name, firstTokenMs, speed, failureRate });

/** Provider names are those of the OTel GenAI conventions. */
export const MODELS = {
  sonnet: model('anthropic', 'claude-sonnet-4-5', 820, 74, 0.008),
  opus: model('anthropic', 'claude-opus-4-5', 1350, 52, 0.008),
  gpt5: model('openai', 'gpt-5', 1100, 68),
  gpt4oMini: model('openai', 'gpt-4o-mini', 310, 96),
  embedding: model('openai', 'text-embedding-3-small', 90, 0, 0.002),
  flash: model('gcp.gemini', 'gemini-2.5-flash', 380, 182),
  mistral: model('mistral_ai', 'mistral-medium-latest', 420, 88),
  /** A fine-tune on the company's own machines: no price list knows it. */
  selfHosted: model('vllm', 'nordwind-extract-7b', 140, 118, 0.012),
} as const;
