/** Hosts of OpenAI-compatible APIs → `gen_ai.provider.name`, in OTel's spelling where it has one. */
const PROVIDERS: readonly (readonly [suffix: string, name: string])[] = [
  ['openai.azure.com', 'azure.ai.openai'],
  ['services.ai.azure.com', 'azure.ai.inference'],
  ['api.openai.com', 'openai'],
  ['anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['amazonaws.com', 'aws.bedrock'],
  ['groq.com', 'groq'],
  ['deepseek.com', 'deepseek'],
  ['mistral.ai', 'mistral_ai'],
  ['x.ai', 'x_ai'],
  ['perplexity.ai', 'perplexity'],
  ['cohere.com', 'cohere'],
  ['openrouter.ai', 'openrouter'],
  ['together.xyz', 'together'],
  ['fireworks.ai', 'fireworks'],
];

/** `gen_ai.provider.name` and the server, from the client's base URL. */
export function providerOf(client: object, stated: string | undefined): Record<string, unknown> {
  const base = 'baseURL' in client && typeof client.baseURL === 'string' ? client.baseURL : '';
  try {
    const url = new URL(base);
    const known = PROVIDERS.find(
      ([suffix]) => url.hostname === suffix || url.hostname.endsWith(`.${suffix}`),
    );
    return {
      'gen_ai.provider.name': stated ?? known?.[1] ?? 'openai',
      'server.address': url.hostname,
      'server.port': url.port === '' ? (url.protocol === 'http:' ? 80 : 443) : Number(url.port),
    };
  } catch {
    return { 'gen_ai.provider.name': stated ?? 'openai' };
  }
}
