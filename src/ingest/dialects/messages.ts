/** The bodies of one span, in whatever dialect → its input and output messages. */
import type { SpanKind } from '@spanbook/sdk/schema';
import { type Attributes, asText, isObject, type RawEvent } from '../rawSpan.ts';
import { type Body, bodyOf, type Direction, FORMS, type Form } from './bodies.ts';
import {
  callMessage,
  type Message,
  plainText,
  readAny,
  readMessage,
  resultMessage,
  textMessage,
} from './messageParts.ts';
import { parseJson } from './values.ts';

export interface FoundBody {
  readonly body: Body;
  readonly value: unknown;
}

export interface SpanMessages {
  readonly input: readonly Message[];
  readonly output: readonly Message[];
}

const MESSAGE_EVENT = /^gen_ai\.(system|user|assistant|tool)\.message$/;
/** Keys of a message event that are its body. */
const EVENT_BODY = new Set(['content', 'message', 'tool_calls', 'gen_ai.event.content']);

export function isMessageEvent(name: string): boolean {
  return name === 'gen_ai.choice' || MESSAGE_EVENT.test(name);
}

/** Whether this attribute of an event is a message body, and so leaves the event. */
export function isEventBody(eventName: string, key: string): boolean {
  if (isMessageEvent(eventName)) return EVENT_BODY.has(key) || key.startsWith('message.');
  return key.startsWith('gen_ai.') && bodyOf(key) !== undefined;
}

function eventMessage(event: RawEvent, role: string): Message[] {
  const a = event.attributes;
  const content = a['gen_ai.event.content'];
  const packed = typeof content === 'string' ? (parseJson(content) ?? content) : content;
  if (isObject(packed))
    return readMessage(isObject(packed.message) ? packed.message : { role, ...packed }, role);
  const message = typeof a.message === 'string' ? (parseJson(a.message) ?? a.message) : a.message;
  if (isObject(message)) return readMessage({ role, ...message }, role);
  if (typeof message === 'string') return readMessage(message, role);
  const own = a.content ?? a['message.content'];
  const parsed = typeof own === 'string' && own.startsWith('[') ? (parseJson(own) ?? own) : own;
  return readMessage(
    {
      role: a.role ?? role,
      content: parsed,
      tool_calls: a.tool_calls ?? a['message.tool_calls'],
      tool_call_id: a.id ?? a.tool_call_id,
      name: a.name,
    },
    role,
  );
}

function fromEvents(events: readonly RawEvent[], direction: Direction): Message[] {
  const out: Message[] = [];
  for (const event of events) {
    if (event.name === 'gen_ai.choice') {
      if (direction === 'output') out.push(...eventMessage(event, 'assistant'));
      continue;
    }
    const role = MESSAGE_EVENT.exec(event.name)?.[1];
    if (role !== undefined && direction === 'input') out.push(...eventMessage(event, role));
  }
  return out;
}

/** `{'0.message.content': 'x', '0.tool_calls.0.id': 'y'}` as the nested value it was flattened from. */
function nest(entries: readonly FoundBody[]): unknown[] {
  const root: Record<string, unknown> = {};
  for (const { body, value } of entries) {
    const path = [String(body.index), ...body.path.split('.')];
    let node = root;
    for (const step of path.slice(0, -1)) {
      const next = Object.hasOwn(node, step) ? node[step] : undefined;
      if (isObject(next)) node = next;
      else {
        const made: Record<string, unknown> = {};
        Object.defineProperty(node, step, {
          value: made,
          enumerable: true,
          writable: true,
          configurable: true,
        });
        node = made;
      }
    }
    Object.defineProperty(node, path.at(-1) ?? '', {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return lists(root, true) as unknown[];
}

function lists(node: unknown, force: boolean): unknown {
  if (!isObject(node)) return node;
  const names = Object.keys(node);
  if (force || (names.length > 0 && names.every((n) => /^\d+$/.test(n))))
    return names.sort((a, b) => Number(a) - Number(b)).map((n) => lists(node[n], false));
  for (const n of names) node[n] = lists(node[n], false);
  return node;
}

function fromForm(found: readonly FoundBody[], form: Form, direction: Direction): Message[] {
  const role = direction === 'input' ? 'user' : 'assistant';
  const own = found.filter((f) => f.body.form === form && f.body.direction === direction);
  if (own.length === 0) return [];
  const indexed = own.filter((f) => f.body.part === 'indexed');
  if (indexed.length > 0) return nest(indexed).flatMap((m) => readMessage(m, role));
  const out: Message[] = [];
  for (const { body, value } of own) {
    if (body.part === 'system') {
      const parsed = typeof value === 'string' ? (parseJson(value) ?? value) : value;
      out.unshift(
        textMessage(
          'system',
          plainText(
            Array.isArray(parsed)
              ? parsed.map((p) => (isObject(p) ? (p.content ?? p.text ?? p) : p))
              : parsed,
          ),
        ),
      );
    } else if (body.part === 'text' || body.part === 'object') out.push(...readMessage(asText(value), role));
    else if (body.part === 'toolCalls') {
      const calls = typeof value === 'string' ? parseJson(value) : value;
      out.push(...readMessage({ role, tool_calls: calls }, role));
    } else out.push(...readAny(value, role));
  }
  return out;
}

function first(found: readonly FoundBody[], events: readonly RawEvent[], direction: Direction): Message[] {
  for (const form of FORMS) {
    const messages = form === 'events' ? fromEvents(events, direction) : fromForm(found, form, direction);
    if (messages.length > 0) return messages;
  }
  return [];
}

/** A tool's call and its result, from the first form that has them. */
function ofTool(
  found: readonly FoundBody[],
  tool: { name: string | null; callId: string | null },
): SpanMessages {
  const pick = (direction: Direction) => {
    for (const form of ['tool', ...FORMS] as const) {
      const hit = found.find(
        (f) => f.body.form === form && f.body.direction === direction && f.body.part === 'value',
      );
      if (hit !== undefined && hit.value !== null && hit.value !== '') return hit.value;
    }
    return undefined;
  };
  const args = pick('input');
  const result = pick('output');
  return {
    input: args === undefined ? [] : [callMessage(tool.callId, tool.name, args)],
    output: result === undefined ? [] : [resultMessage(tool.callId, tool.name, result)],
  };
}

const NO_MESSAGES: SpanMessages = { input: [], output: [] };

export function readMessages(
  kind: SpanKind,
  found: readonly FoundBody[],
  events: readonly RawEvent[],
  tool: { name: string | null; callId: string | null },
): SpanMessages {
  const inEvents = events.some((e) => isMessageEvent(e.name));
  const fromDetails = events.length === 0 ? found : [...found, ...bodiesInEvents(events)];
  if (fromDetails.length === 0 && !inEvents) return NO_MESSAGES;
  if (kind === 'TOOL') {
    const messages = ofTool(fromDetails, tool);
    if (messages.input.length > 0 || messages.output.length > 0) return messages;
  }
  return { input: first(fromDetails, events, 'input'), output: first(fromDetails, events, 'output') };
}

/** `gen_ai.client.inference.operation.details`, `gen_ai.content.prompt`: events that carry the span's body attributes. */
function bodiesInEvents(events: readonly RawEvent[]): FoundBody[] {
  const out: FoundBody[] = [];
  for (const event of events) {
    if (!event.name.startsWith('gen_ai.') || isMessageEvent(event.name)) continue;
    out.push(...bodiesOf(event.attributes));
  }
  return out;
}

function bodiesOf(attributes: Attributes): FoundBody[] {
  const out: FoundBody[] = [];
  for (const key of Object.keys(attributes)) {
    const body = bodyOf(key);
    if (body !== undefined) out.push({ body, value: attributes[key] });
  }
  return out;
}
