/** Which attributes are message bodies. They become rows of `messages` and leave `attributes`. */

/** Forms in the order in which they are preferred. */
export const FORMS = [
  'genAi',
  'openInference',
  'traceloop',
  'genAiText',
  'vercelMessages',
  'vercelPrompt',
  'tool',
  'events',
  'langfuse',
  'value',
  'entity',
  'mlflow',
  'langfuseTrace',
  'plain',
] as const;
export type Form = (typeof FORMS)[number];
export type Direction = 'input' | 'output';

export interface Body {
  readonly form: Form;
  readonly direction: Direction;
  /** `value`: the whole; `system`: the system instructions beside it; `text`, `toolCalls`: parts of one answer. */
  readonly part: 'value' | 'system' | 'text' | 'toolCalls' | 'object' | 'indexed';
  /** For flattened forms (`llm.input_messages.3.message.content`): the message, and the path in it. */
  readonly index: number;
  readonly path: string;
}

const whole = (form: Form, direction: Direction, part: Body['part'] = 'value'): Body => ({
  form,
  direction,
  part,
  index: 0,
  path: '',
});

const PLAIN: Record<string, Body> = {
  'gen_ai.input.messages': whole('genAi', 'input'),
  'gen_ai.output.messages': whole('genAi', 'output'),
  'gen_ai.system_instructions': whole('genAi', 'input', 'system'),
  'gen_ai.prompt': whole('genAiText', 'input'),
  'gen_ai.completion': whole('genAiText', 'output'),
  'ai.prompt.messages': whole('vercelMessages', 'input'),
  'ai.prompt': whole('vercelPrompt', 'input'),
  'ai.response.text': whole('vercelMessages', 'output', 'text'),
  'ai.response.toolCalls': whole('vercelMessages', 'output', 'toolCalls'),
  'ai.response.object': whole('vercelMessages', 'output', 'object'),
  'gen_ai.tool.call.arguments': whole('tool', 'input'),
  'gen_ai.tool.call.result': whole('tool', 'output'),
  'ai.toolCall.args': whole('tool', 'input'),
  'ai.toolCall.result': whole('tool', 'output'),
  'langfuse.observation.input': whole('langfuse', 'input'),
  'langfuse.observation.output': whole('langfuse', 'output'),
  'langfuse.trace.input': whole('langfuseTrace', 'input'),
  'langfuse.trace.output': whole('langfuseTrace', 'output'),
  'input.value': whole('value', 'input'),
  'output.value': whole('value', 'output'),
  'traceloop.entity.input': whole('entity', 'input'),
  'traceloop.entity.output': whole('entity', 'output'),
  'mlflow.spanInputs': whole('mlflow', 'input'),
  'mlflow.spanOutputs': whole('mlflow', 'output'),
  input: whole('plain', 'input'),
  output: whole('plain', 'output'),
};

const OPEN_INFERENCE = /^llm\.(input|output)_messages\.(\d+)\.message\.(.+)$/;
const TRACELOOP = /^gen_ai\.(prompt|completion)\.(\d+)\.(.+)$/;

export function bodyOf(key: string): Body | undefined {
  const plain = Object.hasOwn(PLAIN, key) ? PLAIN[key] : undefined;
  if (plain !== undefined) return plain;
  const open = OPEN_INFERENCE.exec(key);
  if (open !== null)
    return {
      form: 'openInference',
      direction: open[1] === 'input' ? 'input' : 'output',
      part: 'indexed',
      index: Number(open[2]),
      path: open[3] ?? '',
    };
  const traceloop = TRACELOOP.exec(key);
  if (traceloop !== null)
    return {
      form: 'traceloop',
      direction: traceloop[1] === 'prompt' ? 'input' : 'output',
      part: 'indexed',
      index: Number(traceloop[2]),
      path: traceloop[3] ?? '',
    };
  return undefined;
}
