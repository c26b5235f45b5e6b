import type { ChatChoice, ChatMessage, ContentPart, ToolCall } from './shapes.ts';

/** OTel GenAI's message: `gen_ai.input.messages` and `gen_ai.output.messages` are lists of these. */
export interface Message {
  readonly role: string;
  readonly name?: string;
  readonly parts: readonly object[];
  readonly finish_reason?: string;
}

function contentPart(part: ContentPart): object {
  switch (part.type) {
    case 'text':
      return { type: 'text', content: part.text ?? '' };
    case 'refusal':
      return { type: 'refusal', content: part.refusal ?? '' };
    case 'image_url': {
      const url = part.image_url?.url ?? '';
      return url.startsWith('data:')
        ? { type: 'blob', modality: 'image', content: url }
        : { type: 'uri', modality: 'image', uri: url };
    }
    case 'input_audio':
      return {
        type: 'blob',
        modality: 'audio',
        mime_type: `audio/${part.input_audio?.format ?? 'wav'}`,
        content: part.input_audio?.data ?? '',
      };
    case 'file':
      return part.file?.file_id === undefined
        ? { type: 'blob', modality: 'file', name: part.file?.filename, content: part.file?.file_data ?? '' }
        : { type: 'file', modality: 'file', file_id: part.file.file_id };
    default:
      return { ...part, type: part.type ?? 'unknown' };
  }
}

function contentParts(content: ChatMessage['content']): object[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', content }];
  return Array.isArray(content) ? content.map(contentPart) : [];
}

/** A tool's arguments are JSON text on the wire and a structure in OTel's messages; broken JSON stays text. */
function toolArguments(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const toolCallPart = (call: ToolCall) => ({
  type: 'tool_call',
  id: call.id,
  name: call.function?.name ?? call.custom?.name,
  arguments: call.custom === undefined ? toolArguments(call.function?.arguments) : call.custom.input,
});

function toMessage(message: ChatMessage, role: string): Message {
  const reasoning = message.reasoning_content ?? message.reasoning;
  const named = typeof message.name === 'string' ? { name: message.name } : {};
  if (message.role === 'tool' || message.role === 'function')
    return {
      role: 'tool',
      ...named,
      parts: [{ type: 'tool_call_response', id: message.tool_call_id, response: message.content }],
    };
  return {
    role: message.role ?? role,
    ...named,
    parts: [
      ...(typeof reasoning === 'string' && reasoning !== ''
        ? [{ type: 'reasoning', content: reasoning }]
        : []),
      ...contentParts(message.content),
      ...(message.refusal ? [{ type: 'refusal', content: message.refusal }] : []),
      ...(message.audio?.transcript ? [{ type: 'text', content: message.audio.transcript }] : []),
      ...(message.tool_calls ?? []).map(toolCallPart),
      ...(message.function_call ? [toolCallPart({ function: message.function_call })] : []),
    ],
  };
}

export const inputMessages = (messages: readonly ChatMessage[]): Message[] =>
  messages.map((message) => toMessage(message, 'user'));

export const outputMessages = (choices: readonly ChatChoice[]): Message[] =>
  choices.map((choice) => ({
    ...toMessage(choice.message ?? {}, 'assistant'),
    finish_reason: choice.finish_reason ?? 'unknown',
  }));
