/**
 * Synthetic spans for benchmarks: a chatbot with retrieval and a tool, several turns a conversation, so that
 * prompts repeat their history as real ones do. About 1.1 kB a span.
 */

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { SpanRecord } from '@spanbook/sdk/schema';
import { must } from '../src/base/assert.ts';
import { seeded } from './random.ts';

/** 2026-01-05T00:00:00Z, ns. */
const START_NS = 1_767_571_200_000_000_000n;
const SECOND = 1_000_000_000n;
const MODELS = [
  { provider: 'openai', model: 'gpt-4o' },
  { provider: 'openai', model: 'gpt-4o-mini' },
  { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  { provider: 'google', model: 'gemini-2.5-flash' },
] as const;
const WORDS =
  'order parcel invoice refund delivery account password address payment receipt customer product warranty return label tracking number status update support question answer policy days shipping carrier item size colour price discount code email phone schedule technician manual'.split(
    ' ',
  );
const TURNS = 4;
const SYSTEM =
  'You are the support assistant of a web shop. Answer from the documents below only, name the document that you used, and say so when they hold no answer. Keep to three sentences.';

type Message = { role: string; parts: { type: string; content: string }[] };

/** Yields exactly `count` spans in the order in which they start; seven a turn. */
export function* spans(count: number, seed = 1): Generator<SpanRecord> {
  const random = seeded(seed);
  let clock = START_NS;
  let history: Message[] = [];
  let session = '';
  let made = 0;
  for (let turn = 0; made < count; turn++) {
    if (turn % TURNS === 0) {
      history = [];
      session = hex(random, 8);
    }
    clock += BigInt(Math.floor(random() * 2e9));
    for (const span of oneTurn(random, clock, session, history)) {
      if (made++ === count) return;
      yield span;
      if (made === count) return;
    }
  }
}

/** Writes `count` spans as NDJSON. @returns bytes written */
export async function writeSpans(path: string, count: number, seed = 1): Promise<number> {
  const file = createWriteStream(path);
  let bytes = 0;
  let chunk: string[] = [];
  const flush = async () => {
    const text = chunk.join('');
    chunk = [];
    bytes += Buffer.byteLength(text);
    if (!file.write(text)) await once(file, 'drain');
  };
  for (const span of spans(count, seed)) {
    chunk.push(`${JSON.stringify(span)}\n`);
    if (chunk.length === 1000) await flush();
  }
  await flush();
  file.end();
  await once(file, 'finish');
  return bytes;
}

function* oneTurn(
  random: () => number,
  start: bigint,
  session: string,
  history: Message[],
): Generator<SpanRecord> {
  const traceId = hex(random, 16);
  const root = hex(random, 8);
  const failed = random() < 0.03;
  const { provider, model } = pick(random, MODELS);
  const user = `u${Math.floor(random() * 997)}`;
  const question = text(random, 8 + random() * 20);
  history.push(message('user', question));
  let at = start;

  const make = (
    name: string,
    kind: SpanRecord['kind'],
    seconds: number,
    attributes: SpanRecord['attributes'],
    extra: Partial<SpanRecord> = {},
  ): SpanRecord => {
    const begin = at;
    const end = begin + BigInt(Math.floor(seconds * 1e9));
    if (kind !== 'CHAIN') at = end + BigInt(Math.floor(random() * 1e6));
    return {
      trace_id: traceId,
      span_id: hex(random, 8),
      parent_span_id: root,
      name,
      kind,
      service_name: 'shop-chatbot',
      start_time: iso(begin),
      end_time: iso(end),
      status: 'OK',
      status_message: null,
      attributes,
      events: [],
      links: [],
      resource: {
        'service.name': 'shop-chatbot',
        'service.version': '2.3.1',
        'deployment.environment': 'production',
      },
      sample_weight: 1,
      ...extra,
    };
  };

  const call = (seconds: number, answer: string, tools: boolean): SpanRecord => {
    const prompt = SYSTEM.length + history.reduce((sum, m) => sum + (m.parts[0]?.content.length ?? 0), 0);
    // A token is about four letters.
    const input = Math.ceil(prompt / 4) + (tools ? 120 : 0);
    const output = Math.ceil(answer.length / 4);
    const usage = {
      'gen_ai.usage.input_tokens': input,
      'gen_ai.usage.output_tokens': output,
      'gen_ai.usage.cache_read.input_tokens': history.length > 2 ? Math.floor(input / 2) : 0,
    };
    return make(
      `chat ${model}`,
      'LLM',
      seconds,
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': model,
        'gen_ai.response.model': model,
        'gen_ai.request.temperature': 0.2,
        'gen_ai.request.stream': true,
        'gen_ai.response.time_to_first_chunk': Math.round(random() * 900) / 1000,
        'gen_ai.conversation.id': session,
        ...(failed ? { 'error.type': 'RateLimitError', 'http.response.status_code': 429 } : usage),
        'gen_ai.response.finish_reasons': [tools ? 'tool_calls' : 'stop'],
        'gen_ai.system_instructions': [{ type: 'text', content: SYSTEM }],
        'gen_ai.input.messages': structuredClone(history),
        'gen_ai.output.messages': failed ? [] : [message('assistant', answer)],
      },
      failed ? { status: 'ERROR', status_message: '429 Too many requests' } : {},
    );
  };

  yield make(
    'chat_request',
    'CHAIN',
    2 + random() * 4,
    { 'metadata.user_id': user, 'session.id': session, 'user.id': user, 'http.route': '/chat' },
    {
      span_id: root,
      parent_span_id: null,
      status: failed ? 'ERROR' : 'OK',
      status_message: failed ? 'no answer' : null,
      events: [
        {
          name: 'request_received',
          time: iso(start),
          attributes: { 'client.address': '10.0.0.7', length: question.length },
        },
      ],
    },
  );
  yield make('embed question', 'EMBEDDING', 0.02 + random() * 0.1, {
    'gen_ai.operation.name': 'embeddings',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'text-embedding-3-small',
    'gen_ai.usage.input_tokens': Math.ceil(question.length / 4),
  });
  yield make('retrieve_context', 'RETRIEVER', 0.05 + random() * 0.2, {
    'db.system.name': 'pgvector',
    'retrieval.top_k': 5,
    'retrieval.scores': [0.91, 0.88, 0.71, 0.7, 0.66].map(
      (score) => score - Math.round(random() * 50) / 1000,
    ),
    'retrieval.documents': [text(random, 30), text(random, 30)],
  });
  yield call(0.4 + random(), 'look up the order', true);
  yield make('lookup_order', 'TOOL', 0.05 + random() * 0.4, {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'lookup_order',
    'gen_ai.tool.call.id': `call_${hex(random, 6)}`,
    'gen_ai.tool.call.arguments': {
      order: `A-${Math.floor(random() * 99999)}`,
      fields: ['status', 'carrier'],
    },
    'gen_ai.tool.call.result': { status: 'shipped', carrier: 'DHL', days: Math.floor(random() * 9) },
  });
  const answer = text(random, 25 + random() * 50);
  yield call(0.8 + random() * 3, answer, false);
  if (!failed) history.push(message('assistant', answer));
  yield make('check_answer', 'GUARDRAIL', 0.01 + random() * 0.03, {
    'guardrail.name': 'grounded',
    'guardrail.score': random(),
  });
}

const message = (role: string, content: string): Message => ({ role, parts: [{ type: 'text', content }] });

function pick<T>(random: () => number, list: readonly T[]): T {
  return must(list[Math.floor(random() * list.length)], 'an item to pick');
}

function text(random: () => number, words: number): string {
  let out = '';
  for (let i = 0; i < words; i++) out += `${i === 0 ? '' : ' '}${WORDS[Math.floor(random() * WORDS.length)]}`;
  return out;
}

function hex(random: () => number, bytes: number): string {
  let out = '';
  for (let i = 0; i < bytes; i++)
    out += Math.floor(random() * 256)
      .toString(16)
      .padStart(2, '0');
  return out;
}

/** ISO-8601 with nine decimals. */
function iso(ns: bigint): string {
  const seconds = new Date(Number(ns / SECOND) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % SECOND).padStart(9, '0')}Z`;
}
