import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import xxhash from 'xxhash-wasm';
import { load, ndjson, otlp, type Row, record } from './helpers.ts';

const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../shared/data/openinference/${name}.json`, import.meta.url), 'utf8'),
  ) as Row;
const of = async (attributes: Row, changes: Row = {}) => {
  const loaded = await load(otlp(attributes, changes));
  return { loaded, input: loaded.messages('input'), output: loaded.messages('output'), row: loaded.span() };
};

const CONVERSATION = [
  { role: 'user', content: 'Weather in Paris?' },
  { role: 'assistant', content: 'Absolutely! Let me check the weather for you.' },
  { role: 'assistant', content: null, tool: 'get_weather', id: '1234', args: '{"location":"Paris"}' },
  { role: 'tool', content: 'rainy, 57°F', id: '1234' },
];
const ANSWER = [
  { role: 'assistant', content: 'The weather in Paris is currently rainy with a temperature of 57°F.' },
];

describe("OpenInference's fixtures: the same conversation in five shapes", () => {
  it.each([
    'openinference_client_span_input_output_only',
    'openinference_client_span_tool_calls',
    'otel_genai_client_span_tool_calls',
    'otel_genai_deprecated_client_span_tool_calls',
  ])('%s', async (name) => {
    const { input, output, row } = await of(fixture(name));
    expect(input).toEqual(CONVERSATION);
    expect(output).toEqual(ANSWER);
    expect(row).toMatchObject({
      kind: 'LLM',
      role: 'call',
      model: 'gpt-4-0613',
      provider: 'openai',
      input_tokens: 97n,
      output_tokens: 52n,
      input: 'Weather in Paris?',
      output: ANSWER[0]?.content,
    });
  });

  it('otel_genai_tool_execution_span', async () => {
    const { input, output, row } = await of(fixture('otel_genai_tool_execution_span'));
    expect(row).toMatchObject({ kind: 'TOOL', role: null });
    expect(input).toEqual([
      { role: 'assistant', content: null, tool: 'get_weather', id: '1234', args: '{"city": "New York"}' },
    ]);
    expect(output).toMatchObject([{ role: 'tool', tool: 'get_weather', id: '1234' }]);
  });
});

describe('forms', () => {
  it.each<[string, Row, Row[], Row[]]>([
    [
      'OTel with system instructions, reasoning and an image',
      {
        'gen_ai.system_instructions': '[{"type":"text","content":"Be brief."}]',
        'gen_ai.input.messages':
          '[{"role":"user","parts":[{"type":"text","content":"What is it?"},{"type":"uri","uri":"https://x/y.png"}]}]',
        'gen_ai.output.messages':
          '[{"role":"assistant","parts":[{"type":"reasoning","content":"hmm"},{"type":"text","content":"A cat."}]}]',
      },
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'What is it?\n{"type":"uri","uri":"https://x/y.png"}' },
      ],
      [
        { role: 'reasoning', content: 'hmm' },
        { role: 'assistant', content: 'A cat.' },
      ],
    ],
    [
      'Traceloop, flattened',
      {
        'gen_ai.prompt.0.role': 'system',
        'gen_ai.prompt.0.content': 'sys',
        'gen_ai.prompt.1.role': 'user',
        'gen_ai.prompt.1.content': 'hi',
        'gen_ai.prompt.10.role': 'user',
        'gen_ai.prompt.10.content': 'last',
        'gen_ai.completion.0.role': 'assistant',
        'gen_ai.completion.0.finish_reason': 'tool_calls',
        'gen_ai.completion.0.tool_calls.0.id': 'c1',
        'gen_ai.completion.0.tool_calls.0.name': 'f',
        'gen_ai.completion.0.tool_calls.0.arguments': '{"a":1}',
      },
      [
        { role: 'system', content: 'sys' },
        { role: 'user', content: 'hi' },
        { role: 'user', content: 'last' },
      ],
      [{ role: 'assistant', content: null, tool: 'f', id: 'c1', args: '{"a":1}' }],
    ],
    [
      'Vercel, inner span',
      {
        'ai.prompt.messages':
          '[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"hi"}]},{"role":"assistant","content":[{"type":"tool-call","toolCallId":"c","toolName":"f","input":{"a":1}}]},{"role":"tool","content":[{"type":"tool-result","toolCallId":"c","toolName":"f","output":{"type":"json","value":{"ok":true}}}]}]',
        'ai.response.text': 'done',
        'ai.response.toolCalls': '[{"toolCallId":"d","toolName":"g","args":"{}"}]',
      },
      [
        { role: 'system', content: 's' },
        { role: 'user', content: 'hi' },
        { role: 'assistant', content: null, tool: 'f', id: 'c', args: '{"a":1}' },
        { role: 'tool', content: '{"ok":true}', tool: 'f', id: 'c' },
      ],
      [
        { role: 'assistant', content: 'done' },
        { role: 'assistant', content: null, tool: 'g', id: 'd', args: '{}' },
      ],
    ],
    [
      'Vercel, outer span',
      { 'ai.prompt': '{"system":"s","prompt":"hi"}', 'ai.response.text': 'yo' },
      [
        { role: 'system', content: 's' },
        { role: 'user', content: 'hi' },
      ],
      [{ role: 'assistant', content: 'yo' }],
    ],
    [
      'plain values',
      { 'input.value': 'question', 'output.value': 'answer' },
      [{ role: 'user', content: 'question' }],
      [{ role: 'assistant', content: 'answer' }],
    ],
    [
      'an OpenAI response as output.value',
      {
        'input.value': '{"model":"x","messages":[{"role":"user","content":"q"}]}',
        'output.value': '{"id":"1","choices":[{"index":0,"message":{"role":"assistant","content":"a"}}]}',
      },
      [{ role: 'user', content: 'q' }],
      [{ role: 'assistant', content: 'a' }],
    ],
    [
      'Traceloop entities',
      { 'traceloop.entity.input': '{"inputs":{"x":1}}', 'traceloop.entity.output': '"fine"' },
      [{ role: 'user', content: '{"inputs":{"x":1}}' }],
      [{ role: 'assistant', content: 'fine' }],
    ],
    [
      'MLflow',
      { 'mlflow.spanInputs': '{"messages":[{"role":"user","content":"q"}]}', 'mlflow.spanOutputs': '"a"' },
      [{ role: 'user', content: 'q' }],
      [{ role: 'assistant', content: 'a' }],
    ],
    [
      'Langfuse',
      {
        'langfuse.observation.input': '[{"role":"user","content":"q"}]',
        'langfuse.observation.output': '{"role":"assistant","content":"a"}',
      },
      [{ role: 'user', content: 'q' }],
      [{ role: 'assistant', content: 'a' }],
    ],
    [
      'LangChain',
      {
        'input.value':
          '[[{"lc":1,"type":"constructor","id":["langchain","schema","HumanMessage"],"kwargs":{"content":"q"}}]]',
        'output.value': '{"type":"ai","content":"a"}',
      },
      [{ role: 'user', content: 'q' }],
      [{ role: 'assistant', content: 'a' }],
    ],
    [
      'JSON that was cut',
      { 'gen_ai.input.messages': '[{"role":"us' },
      [{ role: 'user', content: '[{"role":"us' }],
      [],
    ],
  ])('%s', async (_, attributes, input, output) => {
    const found = await of(attributes);
    expect(found.input).toEqual(input);
    expect(found.output).toEqual(output);
    expect(found.row.attributes).toEqual({});
  });

  it('events of the 1.28 conventions', async () => {
    const event = (name: string, attributes: Row) => ({
      name,
      timeUnixNano: '1764000000000000000',
      attributes,
    });
    const { input, output, row } = await of(
      { 'gen_ai.operation.name': 'chat' },
      {
        events: [
          event('gen_ai.system.message', { content: 's', 'gen_ai.system': 'openai' }),
          event('gen_ai.user.message', { content: 'q' }),
          event('gen_ai.choice', {
            index: 0,
            finish_reason: 'stop',
            message: '{"role":"assistant","content":"a"}',
          }),
        ],
      },
    );
    expect(input).toEqual([
      { role: 'system', content: 's' },
      { role: 'user', content: 'q' },
    ]);
    expect(output).toEqual([{ role: 'assistant', content: 'a' }]);
    expect(row.events).toMatchObject([
      { attributes: { 'gen_ai.system': 'openai' } },
      { attributes: {} },
      { attributes: { finish_reason: 'stop' } },
    ]);
  });

  it.each<[string, Row]>([
    [
      'OTel',
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 't',
        'gen_ai.tool.call.id': 'c',
        'gen_ai.tool.call.arguments': '{"a":1}',
        'gen_ai.tool.call.result': 'r',
      },
    ],
    [
      'Vercel',
      {
        'ai.operationId': 'ai.toolCall',
        'ai.toolCall.name': 't',
        'ai.toolCall.id': 'c',
        'ai.toolCall.args': '{"a":1}',
        'ai.toolCall.result': 'r',
      },
    ],
    [
      'OpenInference',
      {
        'openinference.span.kind': 'TOOL',
        'tool.name': 't',
        'tool_call.id': 'c',
        'input.value': '{"a":1}',
        'output.value': 'r',
      },
    ],
  ])('a tool span of %s', async (_, attributes) => {
    const { input, output } = await of(attributes);
    expect(input).toEqual([{ role: 'assistant', content: null, tool: 't', id: 'c', args: '{"a":1}' }]);
    expect(output).toEqual([{ role: 'tool', content: 'r', tool: 't', id: 'c' }]);
  });
});

describe('bodies', () => {
  const chat = (...texts: string[]) =>
    record({
      attributes: {
        'gen_ai.input.messages': texts.map((content) => ({
          role: 'user',
          parts: [{ type: 'text', content }],
        })),
      },
    });

  it('are stored once by content, under the xxHash64 of their UTF-8', async () => {
    const { rows } = await load(ndjson(chat('héllo'), chat('héllo', 'two'), chat('héllo', 'two', '三')));
    expect(rows('contents')).toHaveLength(3);
    expect(rows('messages')).toHaveLength(6);
    expect(rows('messages').map((m) => m.position)).toEqual([0, 0, 1, 0, 1, 2]);
    const { h64Raw } = await xxhash();
    for (const { content_id, text } of rows('contents'))
      expect(content_id).toBe(BigInt.asIntN(64, h64Raw(new TextEncoder().encode(String(text)))));
  });

  it('are kept whole, whatever their characters', async () => {
    const texts = ['😀 and 日本', '', 'a\u0000b', '\ud800', '\udc00 after a half', 'é'.repeat(10_000)];
    const { rows } = await load(ndjson(...texts.map((t) => chat(t))));
    expect(rows('contents').map((r) => r.text)).toEqual([
      '😀 and 日本',
      'a\u0000b',
      '\ufffd',
      '\ufffd after a half',
      'é'.repeat(10_000),
    ]);
  });

  it('previews are one line of at most 200 characters', async () => {
    const { span } = await load(ndjson(chat('first', `  many\n\nwords ${'x'.repeat(300)}`)));
    expect(span().input).toBe(`many words ${'x'.repeat(188)}…`);
  });
});
