import { describe, expect, it } from 'vitest';
import { load, otlp, type Row } from './helpers.ts';

const spanOf = async (attributes: Row, changes: Row = {}) => (await load(otlp(attributes, changes))).span();

describe('each key fills its column', () => {
  const cases: [column: string, expected: unknown, keys: string[], value: unknown][] = [
    [
      'model',
      'm',
      [
        'langfuse.observation.model.name',
        'gen_ai.response.model',
        'llm.response.model_name',
        'ai.response.model',
        'gen_ai.request.model',
        'llm.request.model_name',
        'llm.model_name',
        'llm.model',
        'ai.model.id',
        'mlflow.llm.model',
        'embedding.model_name',
        'reranker.model_name',
      ],
      'm',
    ],
    [
      'provider',
      'openai',
      [
        'gen_ai.provider.name',
        'gen_ai.system',
        'llm.provider',
        'llm.system',
        'ai.model.provider',
        'mlflow.llm.provider',
      ],
      'openai',
    ],
    ['provider', 'openai', ['ai.model.provider', 'gen_ai.system'], 'openai.responses'],
    ['request_model', 'm', ['gen_ai.request.model', 'llm.request.model_name', 'ai.model.id'], 'm'],
    [
      'input_tokens',
      12n,
      [
        'gen_ai.usage.input_tokens',
        'gen_ai.usage.prompt_tokens',
        'llm.token_count.prompt',
        'ai.usage.inputTokens',
        'ai.usage.promptTokens',
        'ai.usage.tokens',
        'llm.usage.prompt_tokens',
        'llm.prompt_tokens',
      ],
      '12',
    ],
    ['input_tokens', 12n, ['mlflow.chat.tokenUsage'], '{"input_tokens":12,"output_tokens":5}'],
    ['output_tokens', 5n, ['mlflow.chat.tokenUsage'], '{"input_tokens":12,"output_tokens":5}'],
    [
      'output_tokens',
      12n,
      [
        'gen_ai.usage.output_tokens',
        'gen_ai.usage.completion_tokens',
        'llm.token_count.completion',
        'ai.usage.outputTokens',
        'ai.usage.completionTokens',
        'llm.usage.completion_tokens',
        'llm.completion_tokens',
      ],
      12,
    ],
    [
      'cache_read_tokens',
      12n,
      [
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.details.cache_read_tokens',
        'gen_ai.usage.input_tokens.cached',
        'llm.token_count.prompt_details.cache_read',
        'ai.usage.inputTokenDetails.cacheReadTokens',
        'ai.usage.cachedInputTokens',
      ],
      12,
    ],
    [
      'cache_write_tokens',
      12n,
      [
        'gen_ai.usage.cache_write.input_tokens',
        'gen_ai.usage.cache_creation.input_tokens',
        'gen_ai.usage.cache_creation_input_tokens',
        'llm.token_count.prompt_details.cache_write',
        'ai.usage.inputTokenDetails.cacheWriteTokens',
      ],
      12,
    ],
    [
      'reasoning_tokens',
      12n,
      [
        'gen_ai.usage.reasoning.output_tokens',
        'gen_ai.usage.reasoning_tokens',
        'gen_ai.usage.details.thoughts_tokens',
        'llm.token_count.completion_details.reasoning',
        'ai.usage.outputTokenDetails.reasoningTokens',
        'ai.usage.reasoningTokens',
        'llm.usage.reasoning_tokens',
      ],
      12,
    ],
    [
      'total_tokens',
      12n,
      [
        'gen_ai.usage.total_tokens',
        'llm.token_count.total',
        'ai.usage.totalTokens',
        'llm.usage.total_tokens',
      ],
      12,
    ],
    [
      'audio_tokens',
      12n,
      ['llm.token_count.prompt_details.audio', 'llm.token_count.completion_details.audio'],
      12,
    ],
    ['streaming', true, ['gen_ai.request.stream'], true],
    ['streaming', false, ['gen_ai.request.stream'], 'false'],
    ['error_type', 'timeout', ['error.type'], 'timeout'],
    ['error_message', 'late', ['error_message'], 'late'],
    ['service_name', 'p', ['openinference.project.name', 'langfuse.environment'], 'p'],
    [
      'recorded_cost_usd',
      0.25,
      ['gen_ai.usage.cost', 'gen_ai.usage.total_cost', 'llm.cost.total', 'llm.cost_usd', 'operation.cost'],
      '0.25',
    ],
    [
      'recorded_cost_usd',
      0.25,
      ['langfuse.observation.cost_details', 'mlflow.llm.cost'],
      '{"input":0.2,"output":0.05,"total":0.25}',
    ],
    ['recorded_cost_usd', null, ['github.copilot.cost'], 1],
    [
      'finish_reason',
      'stop',
      [
        'gen_ai.response.finish_reasons',
        'llm.finish_reason',
        'ai.response.finishReason',
        'llm.response.finish_reason',
        'llm.response.stop_reason',
        'gen_ai.response.finish_reason',
      ],
      'stop',
    ],
    ['finish_reason', 'length', ['gen_ai.response.finish_reasons'], ['length', 'stop']],
    ['finish_reason', 'length', ['gen_ai.response.finish_reasons'], '["length"]'],
    [
      'session_id',
      's',
      [
        'langfuse.session.id',
        'session.id',
        'gen_ai.conversation.id',
        'metadata.session_id',
        'ai.telemetry.metadata.sessionId',
        'traceloop.association.properties.session_id',
        'mlflow.trace.session',
      ],
      's',
    ],
    [
      'user_id',
      'u',
      [
        'langfuse.user.id',
        'user.id',
        'metadata.user_id',
        'ai.telemetry.metadata.userId',
        'llm.user',
        'gen_ai.user',
        'mlflow.trace.user',
      ],
      'u',
    ],
    ['user_id', 'u', ['metadata'], '{"user_id":"u"}'],
    [
      'time_to_first_token_ms',
      250,
      ['gen_ai.response.time_to_first_chunk', 'gen_ai.client.operation.time_to_first_chunk'],
      0.25,
    ],
    ['time_to_first_token_ms', 250, ['ai.response.msToFirstChunk', 'ai.stream.msToFirstChunk'], 250],
    [
      'time_to_first_token_ms',
      1500,
      ['langfuse.observation.completion_start_time'],
      '"\\"2025-11-24T16:00:01.500Z\\""',
    ],
    ['operation', 'text_completion', ['gen_ai.operation.name'], 'text_completion'],
    ['operation', 'text_completion', ['llm.request.type'], 'completion'],
  ];
  it.each(
    cases.flatMap(([column, expected, keys, value]) =>
      keys.map((key) => [key, value, column, expected] as const),
    ),
  )('%s = %j fills %s', async (key, value, column, expected) => {
    expect((await spanOf({ [key]: value }))[column]).toEqual(expected);
  });

  it('the first listed of several keys wins, wherever it stands', async () => {
    const row = await spanOf({
      'llm.model': 'last',
      'gen_ai.request.model': 'asked',
      'gen_ai.response.model': 'answered',
      'llm.completion_tokens': 1,
      'gen_ai.usage.output_tokens': 2,
      'gen_ai.system': 'old',
      'gen_ai.provider.name': 'new',
    });
    expect(row).toMatchObject({
      model: 'answered',
      request_model: 'asked',
      output_tokens: 2n,
      provider: 'new',
    });
  });

  it('a value that is no number is as good as absent', async () => {
    expect(await spanOf({ 'gen_ai.usage.input_tokens': 'many', 'llm.usage.prompt_tokens': 3 })).toMatchObject(
      { input_tokens: 3n },
    );
  });
});

describe('kind and role', () => {
  it.each([
    ['langfuse.observation.type', 'generation', 'LLM', 'call'],
    ['openinference.span.kind', 'RERANKER', 'RERANKER', 'call'],
    ['openinference.span.kind', 'AGENT', 'AGENT', 'aggregate'],
    ['openinference.span.kind', 'EVALUATOR', 'EVALUATOR', null],
    ['gen_ai.operation.name', 'chat', 'LLM', 'call'],
    ['gen_ai.operation.name', 'embeddings', 'EMBEDDING', 'call'],
    ['gen_ai.operation.name', 'execute_tool', 'TOOL', null],
    ['gen_ai.operation.name', 'invoke_agent', 'AGENT', 'aggregate'],
    ['ai.operationId', 'ai.generateText', 'CHAIN', 'aggregate'],
    ['ai.operationId', 'ai.generateText.doGenerate', 'LLM', 'call'],
    ['ai.operationId', 'ai.embedMany.doEmbed', 'EMBEDDING', 'call'],
    ['ai.operationId', 'ai.toolCall', 'TOOL', null],
    ['operation.name', 'ai.streamText.doStream my-function', 'LLM', 'call'],
    ['mlflow.spanType', '"CHAT_MODEL"', 'LLM', 'call'],
    ['mlflow.spanType', '"RETRIEVER"', 'RETRIEVER', null],
    ['traceloop.span.kind', 'workflow', 'CHAIN', 'aggregate'],
    ['traceloop.span.kind', 'agent', 'AGENT', 'aggregate'],
    ['llm.request.type', 'chat', 'LLM', 'call'],
    ['http.method', 'GET', 'INTERNAL', null],
  ])('%s = %s: %s, role %s', async (key, value, kind, role) => {
    expect(await spanOf({ [key]: value })).toMatchObject({ kind, role });
  });

  it('a model with tokens means LLM; a model alone is a call of unknown kind', async () => {
    expect(await spanOf({ 'llm.model': 'm', 'llm.prompt_tokens': 1 })).toMatchObject({
      kind: 'LLM',
      role: 'call',
    });
    expect(await spanOf({ 'llm.model': 'm' })).toMatchObject({ kind: 'INTERNAL', role: 'call' });
  });

  it('a model on a tool or agent makes it no call', async () => {
    expect(
      await spanOf({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.request.model': 'm' }),
    ).toMatchObject({ role: null });
    expect(
      await spanOf({ 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm' }),
    ).toMatchObject({ role: 'aggregate' });
  });
});

describe('tokens are inclusive', () => {
  it.each<[string, Row, Row]>([
    [
      'OTel: as they are',
      {
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.output_tokens': 20,
        'gen_ai.usage.cache_read.input_tokens': 60,
        'gen_ai.usage.cache_creation.input_tokens': 40,
      },
      {
        input_tokens: 100n,
        output_tokens: 20n,
        total_tokens: 120n,
        cache_read_tokens: 60n,
        cache_write_tokens: 40n,
      },
    ],
    [
      "Anthropic's raw counts: the cache is beside the input",
      {
        'gen_ai.usage.input_tokens': 3,
        'gen_ai.usage.output_tokens': 20,
        'gen_ai.usage.cache_read_input_tokens': 900,
        'gen_ai.usage.cache_creation_input_tokens': 100,
      },
      { input_tokens: 1003n, output_tokens: 20n, total_tokens: 1023n, cache_read_tokens: 900n },
    ],
    [
      'Langfuse: details are subtracted, and added back',
      {
        'langfuse.observation.usage_details':
          '{"input":100,"input_cached_tokens":60,"output":10,"output_reasoning_tokens":30,"total":200}',
      },
      {
        input_tokens: 160n,
        output_tokens: 40n,
        total_tokens: 200n,
        cache_read_tokens: 60n,
        reasoning_tokens: 30n,
      },
    ],
    [
      'Langfuse: except where the total shows that they are inside',
      {
        'langfuse.observation.usage_details':
          '{"input":100,"input_cached_tokens":60,"output":40,"output_reasoning_tokens":30,"total":140}',
      },
      {
        input_tokens: 100n,
        output_tokens: 40n,
        total_tokens: 140n,
        cache_read_tokens: 60n,
        reasoning_tokens: 30n,
      },
    ],
    [
      'Langfuse with Anthropic names, and audio',
      {
        'langfuse.observation.usage_details':
          '{"input":5,"cache_read_input_tokens":900,"cache_creation_input_tokens":100,"output":7,"output_audio_tokens":3}',
      },
      {
        input_tokens: 1005n,
        output_tokens: 10n,
        cache_read_tokens: 900n,
        cache_write_tokens: 100n,
        audio_tokens: 3n,
        total_tokens: 1015n,
      },
    ],
    [
      'a total that is not the sum stands',
      { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5, 'gen_ai.usage.total_tokens': 40 },
      { total_tokens: 40n },
    ],
    [
      'parts never come from a total',
      { 'gen_ai.usage.total_tokens': 40 },
      { input_tokens: null, output_tokens: null, total_tokens: 40n },
    ],
    [
      'partial and aggregated figures are never read',
      { 'gen_ai.usage.partial.input_tokens': 5, 'gen_ai.aggregated_usage.input_tokens': 9 },
      { input_tokens: null, total_tokens: null },
    ],
    [
      'zero is a report',
      { 'gen_ai.usage.input_tokens': 0 },
      { input_tokens: 0n, output_tokens: null, total_tokens: 0n },
    ],
  ])('%s', async (_, attributes, expected) => {
    expect(await spanOf(attributes)).toMatchObject(expected);
  });
});

it("a dialect's metadata is also found under metadata.*", async () => {
  const { attributes } = await spanOf({
    'langfuse.trace.metadata.tenant': 'a',
    'ai.telemetry.metadata.plan': 'pro',
    metadata: '{"team":"x","n":3}',
    'metadata.tenant': 'stated',
  });
  expect(attributes).toMatchObject({
    'langfuse.trace.metadata.tenant': 'a',
    'metadata.tenant': 'stated',
    'metadata.plan': 'pro',
    'metadata.team': 'x',
    'metadata.n': '3',
  });
});
