import type { AttributeValue } from '@spanbook/sdk/schema';
import { chat, embed, type Message, type Part, text, tokensOf } from './llm.ts';
import { MODELS } from './models.ts';
import { type Random, seeded } from './random.ts';
import { runTrace, Scene, SimCrash, type SimService, type SimTrace } from './scene.ts';
import { type Facts, facts, fill } from './supportFacts.ts';
import { CLOSERS, OPENERS, TOPICS, type ToolName, type Topic } from './supportTexts.ts';
import { callTool } from './supportTools.ts';
import { arrivals, MINUTE, officeRhythm, REGRESSION, WEEK_END, WEEK_START } from './week.ts';

const RELEASES = [
  { version: '2.13.1', from: WEEK_START },
  { version: '2.13.2', from: Date.UTC(2026, 10, 20, 9, 20) },
  { version: REGRESSION.version, from: REGRESSION.from },
];
const versionAt = (time: number) => RELEASES.findLast((r) => r.from <= time)?.version ?? '2.13.1';

/** The handbook is in the prompt, but not in the sample: tokens that are counted and not shown. */
const HANDBOOK_TOKENS = 3480;
const INSTRUCTIONS =
  'You are the support assistant of Nordwind Parcel. Answer from the sources only and cite every policy by its id. If a tool fails, say so and offer the next step. Never promise a time that the carrier has not confirmed.\n\n[Handbook v31: 3,480 tokens, left out of this sample]';
/** How long Anthropic keeps a prompt prefix. */
const CACHE_MS = 5 * MINUTE;

interface Session {
  readonly id: string;
  readonly user: string;
  readonly plan: string;
  readonly channel: string;
  readonly topic: Topic;
  /** Where in the topic's further questions the conversation goes on; none is asked twice. */
  readonly follow: number;
  readonly facts: Facts;
  readonly history: Message[];
}

export function supportChatbot(): SimService {
  const random = seeded(20261117);
  const users = Array.from({ length: 340 }, (_, i) => ({
    id: `u_${1000 + i * 7}`,
    plan: random.chance(0.22) ? 'business' : 'private',
    weight: 1 / (i + 12),
  }));
  const turns: { time: number; session: Session; turn: number }[] = [];
  for (const start of arrivals(random, 17, officeRhythm)) {
    const user = random.weighted(users);
    const topic = random.weighted(TOPICS);
    const session: Session = {
      id: `s_${random.hex(8)}`,
      user: user.id,
      plan: user.plan,
      channel: random.weighted([
        { name: 'web', weight: 6 },
        { name: 'app', weight: 5 },
        { name: 'email', weight: 1 },
      ]).name,
      topic,
      follow: random.int(0, topic.follow.length - 1),
      facts: facts(random),
      history: [],
    };
    let time = start;
    for (let turn = 0; turn <= topic.follow.length && time < WEEK_END; turn++) {
      turns.push({ time, session, turn });
      if (!random.chance(0.5)) break;
      // Long enough for the answer before, failed attempts included.
      time += 75_000 + random.wait(70_000);
    }
  }
  turns.sort((a, b) => a.time - b.time);
  const cache: PromptCache = { usedAt: Number.NEGATIVE_INFINITY };
  const traces = turns.map(({ time, session, turn }) =>
    runTurn(random, cache, time, session, turn, versionAt(time)),
  );
  const logs = RELEASES.filter((r) => r.from > WEEK_START).map((r) => ({
    time: r.from,
    version: r.version,
    severity: 'INFO' as const,
    body: `support-chatbot ${r.version} started`,
    attributes: { instances: 3 },
  }));
  return { name: 'support-chatbot', traces, logs };
}

interface PromptCache {
  usedAt: number;
}

function runTurn(
  random: Random,
  cache: PromptCache,
  time: number,
  session: Session,
  turn: number,
  version: string,
): SimTrace {
  const scene = new Scene(random, time);
  const { topic } = session;
  const [ask, reply] =
    turn === 0
      ? [random.pick(topic.ask), random.pick(topic.answer)]
      : (topic.follow[(session.follow + turn) % topic.follow.length] ?? random.pick(topic.follow));
  const question = fill(ask, session.facts);
  const crash = random.chance(0.0016);
  const attributes: Record<string, AttributeValue> = {
    'session.id': session.id,
    'user.id': session.user,
    'metadata.user_id': session.user,
    'metadata.plan': session.plan,
    'metadata.channel': session.channel,
    'metadata.turn': turn + 1,
  };
  return runTrace(version, (found) =>
    scene.span('chat_request', 'CHAIN', attributes, (root) => {
      found(root);
      scene.pass(3);
      guardInput(scene, question);
      const sources = retrieve(scene, topic, question);
      const user = text('user', `${question}\n\nSources:\n${sources}`);
      const answer = generate(scene, cache, session, user, fill(reply, session.facts), version, crash);
      scene.span('guard_output', 'GUARDRAIL', { 'guardrail.passed': true }, () => scene.pass(22, 0.5));
      scene.pass(2);
      session.history.push(user, answer);
      if (random.chance(0.12)) {
        const happy = random.chance(0.78);
        scene.event('user_feedback', { score: happy ? 1 : -1, source: 'thumbs' });
      }
    }),
  );
}

/** First a list of patterns; what they cannot decide goes to a small model. */
function guardInput(scene: Scene, question: string): void {
  scene.span('guard_input', 'GUARDRAIL', {}, (span) => {
    scene.pass(4);
    const unsure = scene.random.chance(0.3);
    if (unsure) {
      const verdict = '{"allowed":true,"category":"support"}';
      chat(scene, {
        model: MODELS.gpt4oMini,
        messages: [
          text('system', 'Is this a support question? Reply with JSON: allowed, category.'),
          text('user', question),
        ],
        output: text('assistant', verdict),
        temperature: 0,
        maxTokens: 32,
      });
    }
    span.attributes['guardrail.passed'] = true;
    span.attributes['guardrail.decided_by'] = unsure ? 'model' : 'patterns';
  });
}

function retrieve(scene: Scene, topic: Topic, question: string): string {
  const { random } = scene;
  return scene.span('retrieve_context', 'RETRIEVER', { 'retrieval.query': question }, (span) => {
    embed(scene, MODELS.embedding, question);
    scene.pass(46, 0.45);
    const found = topic.policies.slice(0, 2);
    if (random.chance(0.16))
      scene.span(
        'rerank rerank-v3.5',
        'RERANKER',
        {
          'gen_ai.operation.name': 'rerank',
          'gen_ai.provider.name': 'cohere',
          'gen_ai.request.model': 'rerank-v3.5',
          'reranker.top_k': 2,
        },
        () => scene.pass(180, 0.3),
      );
    const top = Math.round((0.62 + random.next() * 0.3) * 1000) / 1000;
    span.attributes['retrieval.document_ids'] = found.map(([id]) => id);
    span.attributes['retrieval.top_score'] = top;
    scene.event('context_retrieved', { documents: found.length, candidates: random.int(12, 40) });
    if (top < 0.64)
      scene.log('WARN', 'retrieval: best score is low', { score: top, query_tokens: tokensOf(question) });
    return found.map(([id, title, body]) => `[${id}] ${title}: ${body}`).join('\n');
  });
}

function generate(
  scene: Scene,
  cache: PromptCache,
  session: Session,
  user: Message,
  answer: string,
  version: string,
  crash: boolean,
): Message {
  const { random } = scene;
  const { topic } = session;
  return scene.span(
    'generate_response',
    'CHAIN',
    { 'prompt.version': version >= '2.14' ? 'p19' : 'p18' },
    () => {
      scene.pass(5);
      // The last four messages of the conversation are enough for support questions.
      const turnMessages = [...session.history.slice(-4), user];
      const ask = (output: Message, diesDuring = false) => {
        const messages = [text('system', systemPrompt(version, scene.now)), ...turnMessages];
        const usage = chat(scene, {
          model: MODELS.sonnet,
          messages,
          output,
          stream: true,
          temperature: 0.2,
          maxTokens: 800,
          hiddenTokens: HANDBOOK_TOKENS,
          diesDuring,
          ...promptCache(cache, version, scene.now),
        });
        cache.usedAt = scene.now;
        return usage;
      };
      const names = toolsFor(random, topic);
      if (names.length > 0) {
        const calls = names.map((name) => ({ name, id: `toolu_${random.hex(10)}` }));
        const request: Message = {
          role: 'assistant',
          parts: calls.map(
            ({ name, id }): Part => ({
              type: 'tool_call',
              id,
              name,
              arguments: toolArguments(name, session.facts),
            }),
          ),
          finish_reason: 'tool_calls',
        };
        ask(request);
        if (crash && random.chance(0.3)) throw new SimCrash();
        const results = scene.parallel(
          calls.map(
            ({ name, id }) =>
              () =>
                callTool(scene, name, id, toolArguments(name, session.facts), session.facts),
          ),
        );
        turnMessages.push(request, ...results);
      }
      const opener = random.pick(OPENERS);
      const closer = random.pick(CLOSERS);
      const reply: Message = {
        ...text('assistant', `${opener}${answer}${closer}`),
        finish_reason: random.chance(0.006) ? 'length' : 'stop',
      };
      const usage = ask(reply, crash);
      scene.event('response_generated', { output_tokens: usage.output });
      if (scene.now - scene.current.start > 15_000)
        scene.log('WARN', 'slow answer', {
          duration_ms: Math.round(scene.now - scene.current.start),
          session: session.id,
        });
      return reply;
    },
  );
}

/** Release 2.14.0 put the time first, so that no two prompts share a prefix. */
function systemPrompt(version: string, now: number): string {
  return version === REGRESSION.version
    ? `Current time: ${new Date(now).toISOString().slice(0, 19)}Z\n${INSTRUCTIONS}`
    : INSTRUCTIONS;
}

function promptCache(cache: PromptCache, version: string, now: number) {
  const prefix = HANDBOOK_TOKENS + tokensOf(INSTRUCTIONS);
  const hit = version !== REGRESSION.version && now - cache.usedAt < CACHE_MS;
  return hit ? { cacheRead: prefix } : { cacheWrite: prefix };
}

function toolsFor(random: Random, topic: Topic): readonly ToolName[] {
  return random.chance(0.52) ? topic.tools : [];
}

function toolArguments(name: ToolName, f: Facts): Record<string, AttributeValue> {
  switch (name) {
    case 'lookup_order':
    case 'get_invoice':
      return { order_id: f.order };
    case 'carrier_status':
      return { tracking: f.tracking };
    case 'create_return':
      return { order_id: f.order, item: f.item };
    case 'open_claim':
      return { order_id: f.order, amount: f.amount };
    case 'update_address':
      return { order_id: f.order, house_number: f.house, city: f.city };
  }
}
