/** One message of any provider's or SDK's shape → our flat messages. */
import { asText, isObject } from '../rawSpan.ts';
import { parseJson, text } from './values.ts';

export interface Message {
  /** system, user, assistant, tool; `reasoning` for a model's visible thoughts. */
  readonly role: string | null;
  readonly content: string | null;
  readonly toolCallId: string | null;
  readonly toolName: string | null;
  /** JSON text. */
  readonly toolArguments: string | null;
}

const ROLES: Record<string, string> = {
  human: 'user',
  ai: 'assistant',
  model: 'assistant',
  developer: 'system',
  function: 'tool',
};

export function toRole(v: unknown, fallback: string): string {
  const role = typeof v === 'string' ? v.toLowerCase() : '';
  return role === '' ? fallback : (ROLES[role] ?? role);
}

export const textMessage = (role: string, content: string): Message => ({
  role,
  content,
  toolCallId: null,
  toolName: null,
  toolArguments: null,
});

export const callMessage = (id: unknown, name: unknown, args: unknown): Message => ({
  role: 'assistant',
  content: null,
  toolCallId: text(id) ?? null,
  toolName: text(name) ?? null,
  toolArguments: args === undefined || args === null ? null : asText(args),
});

export const resultMessage = (id: unknown, name: unknown, result: unknown): Message => ({
  role: 'tool',
  content: result === undefined || result === null ? null : plainText(result),
  toolCallId: text(id) ?? null,
  toolName: text(name) ?? null,
  toolArguments: null,
});

/** Text of a value: strings as they are, lists of text parts joined, all else as JSON text. */
export function plainText(value: unknown): string {
  if (Array.isArray(value) && value.length > 0) {
    const texts = value.map((p) =>
      typeof p === 'string'
        ? p
        : isObject(p)
          ? (p.text ?? (p.type === 'text' ? p.content : undefined))
          : undefined,
    );
    if (texts.every((t) => typeof t === 'string')) return texts.join('\n');
  }
  // Vercel: {type: 'text' | 'json', value}
  if (isObject(value) && 'value' in value && (value.type === 'text' || value.type === 'json'))
    return asText(value.value);
  return asText(value);
}

function fromToolCall(call: unknown): Message | undefined {
  if (!isObject(call)) return undefined;
  const f = isObject(call.function) ? call.function : call;
  return callMessage(
    call.id ?? call.call_id ?? call.toolCallId ?? call.tool_call_id,
    f.name ?? call.toolName ?? call.tool_name,
    f.arguments ?? call.args ?? call.input,
  );
}

/** One part of a message's content; text goes to `texts`, everything else becomes a message of its own. */
function readPart(part: unknown, role: string, texts: string[], out: Message[]): void {
  if (typeof part === 'string') {
    texts.push(part);
    return;
  }
  if (!isObject(part)) {
    if (part !== null && part !== undefined) texts.push(asText(part));
    return;
  }
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      texts.push(asText(part.text ?? part.content ?? ''));
      return;
    case 'reasoning':
    case 'thinking':
      out.push(
        textMessage('reasoning', plainText(part.content ?? part.text ?? part.thinking ?? part.summary ?? '')),
      );
      return;
    case 'tool_call':
    case 'tool_use':
    case 'tool-call':
    case 'function_call': {
      const call = fromToolCall(part);
      if (call !== undefined) out.push(call);
      return;
    }
    case 'tool_call_response':
    case 'tool_result':
    case 'tool-result':
    case 'function_call_output':
      out.push(
        resultMessage(
          part.id ?? part.tool_use_id ?? part.toolCallId ?? part.call_id,
          part.name ?? part.toolName,
          part.response ?? part.result ?? part.output ?? part.content,
        ),
      );
      return;
  }
  if (isObject(part.functionCall))
    out.push(callMessage(part.functionCall.id, part.functionCall.name, part.functionCall.args));
  else if (isObject(part.functionResponse))
    out.push(
      resultMessage(part.functionResponse.id, part.functionResponse.name, part.functionResponse.response),
    );
  else if (part.type === undefined && typeof part.text === 'string') texts.push(part.text);
  else if (role !== '') texts.push(asText(part));
}

/** LangChain wraps: `{type: 'human', data: {content}}`, `{lc: 1, id: […, 'HumanMessage'], kwargs: {content}}`. */
function unwrap(m: Record<string, unknown>): Record<string, unknown> {
  if (isObject(m.message) && m.role === undefined && m.content === undefined) return m.message;
  if (isObject(m.data) && typeof m.type === 'string') return { type: m.type, ...m.data };
  if (isObject(m.kwargs) && Array.isArray(m.id)) {
    const name = String(m.id.at(-1) ?? '');
    return { role: name.replace(/Message(Chunk)?$/, '').toLowerCase(), ...m.kwargs };
  }
  return m;
}

const CONTENT_TYPES = new Set([
  'function_call',
  'function_call_output',
  'reasoning',
  'tool_call',
  'tool_use',
  'tool_result',
  'tool-call',
  'tool-result',
]);

/** One message object → its text, then its tool calls or results, each a message. */
export function readMessage(value: unknown, defaultRole: string): Message[] {
  if (typeof value === 'string') return value === '' ? [] : [textMessage(defaultRole, value)];
  if (!isObject(value))
    return value === null || value === undefined ? [] : [textMessage(defaultRole, asText(value))];
  const m = unwrap(value);
  const texts: string[] = [];
  const out: Message[] = [];
  // Items of OpenAI's Responses API stand where messages do.
  if (m.role === undefined && typeof m.type === 'string' && CONTENT_TYPES.has(m.type)) {
    readPart(m, '', texts, out);
    return out;
  }
  const role = toRole(
    m.role ?? (m.type === 'message' || m.type === 'text' ? undefined : m.type),
    defaultRole,
  );
  const content = m.parts ?? m.content ?? m.contents ?? m.text;
  if (role === 'tool' && !Array.isArray(content)) {
    return [resultMessage(m.tool_call_id ?? m.toolCallId ?? m.id, m.name ?? m.tool_name, content)];
  }
  if (Array.isArray(content))
    for (const part of content)
      readPart(
        isObject(part) && isObject(part.message_content) ? part.message_content : part,
        role,
        texts,
        out,
      );
  else if (content !== null && content !== undefined) texts.push(plainText(content));
  if (role === 'tool' && texts.length > 0)
    out.push(resultMessage(m.tool_call_id ?? m.toolCallId, m.name, texts.join('\n')));
  const calls = typeof m.tool_calls === 'string' ? parseJson(m.tool_calls) : (m.tool_calls ?? m.toolCalls);
  if (Array.isArray(calls))
    for (const entry of calls) {
      const call = fromToolCall(isObject(entry) && isObject(entry.tool_call) ? entry.tool_call : entry);
      if (call !== undefined) out.push(call);
    }
  if (isObject(m.function_call))
    out.push(callMessage(undefined, m.function_call.name, m.function_call.arguments));
  const joined = texts.join('\n');
  if (joined === '' || role === 'tool') return out;
  // Thoughts come before the answer, calls after it.
  const thoughts = out.filter((o) => o.role === 'reasoning');
  return [...thoughts, textMessage(role, joined), ...out.filter((o) => o.role !== 'reasoning')];
}

const looksLikeMessage = (v: unknown) =>
  isObject(v) &&
  ('role' in v ||
    isObject(v.message) ||
    (isObject(v.kwargs) && Array.isArray(v.id)) ||
    (typeof v.type === 'string' && ('content' in v || 'data' in v || CONTENT_TYPES.has(v.type))));

/** Whatever an SDK recorded as a span's input or output. */
export function readAny(value: unknown, role: string): Message[] {
  if (typeof value === 'string') {
    const parsed = parseJson(value);
    return parsed === undefined || typeof parsed === 'string'
      ? readMessage(parsed ?? value, role)
      : readStructure(parsed, role, value);
  }
  return value === null || value === undefined ? [] : readStructure(value, role, undefined);
}

function readStructure(value: unknown, role: string, raw: string | undefined): Message[] {
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every(looksLikeMessage)) return value.flatMap((m) => readMessage(m, role));
    // LangChain: a batch of conversations.
    const only = value[0];
    if (value.length === 1 && Array.isArray(only) && only.every(looksLikeMessage))
      return only.flatMap((m) => readMessage(m, role));
  } else if (isObject(value)) {
    const inner =
      value.messages ?? value.choices ?? (Array.isArray(value.contents) ? value.contents : undefined);
    if (Array.isArray(inner) && inner.length > 0) {
      const system = value.system ?? value.instructions;
      return [
        ...(system === undefined || system === null ? [] : [textMessage('system', plainText(system))]),
        ...readStructure(inner, role, undefined),
      ];
    }
    if (looksLikeMessage(value)) return readMessage(value, role);
    for (const key of [
      'text',
      'content',
      'prompt',
      'input',
      'output',
      'question',
      'query',
      'answer',
      'response',
    ]) {
      const v = value[key];
      const alone = Object.keys(value).every((k) => k === key || k === 'finish_reason' || k === 'system');
      if (typeof v === 'string' && v !== '' && alone)
        return [
          ...(typeof value.system === 'string' ? [textMessage('system', value.system)] : []),
          textMessage(role, v),
        ];
      if (isObject(v) || Array.isArray(v)) {
        const nested = alone ? readStructure(v, role, undefined) : [];
        if (nested.length > 0) return nested;
      }
    }
  }
  return [textMessage(role, raw ?? asText(value))];
}
