import type { AttributeValue } from '@spanbook/sdk/schema';
import { addUsage, chat, type Message, NO_USAGE, text, type Usage, usageAttributes } from './llm.ts';
import { MODELS } from './models.ts';
import { type Random, seeded } from './random.ts';
import { angles, claim, type Hit, hits, type Task, task } from './researchTexts.ts';
import { runTrace, Scene, SimFailure, type SimService, type SimTrace } from './scene.ts';
import { arrivals, officeRhythm, WEEK_START } from './week.ts';

const RELEASES = [
  { version: '0.8.4', from: WEEK_START },
  { version: '0.9.0', from: Date.UTC(2026, 10, 19, 13, 5) },
];
const ANALYSTS = Array.from({ length: 18 }, (_, i) => `analyst_${String(i + 1).padStart(2, '0')}`);

/** A lead agent plans, sends researchers out in parallel, lets a writer write and a small model judge. */
export function researchAgent(): SimService {
  const random = seeded(20261118);
  const traces = arrivals(random, 4.6, officeRhythm).map((time) =>
    runTask(random, time, RELEASES.findLast((r) => r.from <= time)?.version ?? '0.8.4'),
  );
  const logs = RELEASES.slice(1).map((r) => ({
    time: r.from,
    version: r.version,
    severity: 'INFO' as const,
    body: `research-agent ${r.version} started`,
    attributes: { instances: 1 },
  }));
  return { name: 'research-agent', traces, logs };
}

function runTask(random: Random, time: number, version: string): SimTrace {
  const scene = new Scene(random, time);
  const work = task(random);
  const user = random.pick(ANALYSTS);
  return runTrace(version, (found) =>
    scene.span(
      'research_task',
      'CHAIN',
      {
        'session.id': `task_${random.hex(6)}`,
        'user.id': user,
        'metadata.user_id': user,
        'metadata.subject': work.subject,
      },
      (root) => {
        found(root);
        scene.pass(8);
        agent(scene, 'research_lead', (total) => lead(scene, work, total));
      },
    ),
  );
}

/** An agent's span carries the sum of the chats below it: it must not be counted a second time. */
function agent<T>(scene: Scene, name: string, work: (total: Usage) => T): T {
  return scene.span(
    `invoke_agent ${name}`,
    'AGENT',
    { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name },
    (span) => {
      const total = { ...NO_USAGE };
      try {
        return work(total);
      } finally {
        if (total.input > 0) Object.assign(span.attributes, usageAttributes(total));
      }
    },
  );
}

function lead(scene: Scene, { subject, goal }: Task, total: Usage): void {
  const { random } = scene;
  const plan = angles(random, random.int(2, 3));
  const calls = plan.map((angle) => ({ id: `call_${random.hex(10)}`, angle, arguments: { subject, angle } }));
  const messages: Message[] = [
    text(
      'system',
      'You lead a research team. Split the task into angles, send one researcher for each, then have the report written. Delegate; do not search yourself.',
    ),
    text('user', goal),
  ];
  const delegation: Message = {
    role: 'assistant',
    parts: calls.map((call) => ({
      type: 'tool_call',
      id: call.id,
      name: 'delegate',
      arguments: call.arguments,
    })),
    finish_reason: 'tool_calls',
  };
  const reasoning = Math.round(random.spread(900, 0.5) / 64) * 64;
  addUsage(
    total,
    chat(scene, { model: MODELS.gpt5, messages, output: delegation, reasoning, hiddenTokens: 640 }),
  );
  scene.event('plan_ready', { angles: plan.length });
  const findings = scene.parallel(
    calls.map(
      (call) => () =>
        scene.span('execute_tool delegate', 'TOOL', toolAttributes('delegate', call.id, call.arguments), () =>
          agent(scene, 'web_researcher', (own) => {
            try {
              return research(scene, subject, call.angle, own);
            } finally {
              addUsage(total, own);
            }
          }),
        ),
    ),
  );
  messages.push(
    delegation,
    ...calls.map(
      (call, i): Message => ({
        role: 'tool',
        parts: [{ type: 'tool_call_response', id: call.id, response: findings[i] ?? '' }],
      }),
    ),
  );
  const report = agent(scene, 'writer', (own) => {
    const output = text(
      'assistant',
      `# ${goal}\n\n${findings.map((f, i) => `## ${plan[i]}\n${f}`).join('\n\n')}\n\nWe recommend a pilot before any larger commitment.`,
    );
    addUsage(
      own,
      chat(scene, {
        model: MODELS.opus,
        messages: [
          text('system', 'Write the report from the findings. Every figure keeps its source.'),
          text('user', findings.join('\n')),
        ],
        output,
        maxTokens: 4000,
        hiddenTokens: random.int(5200, 9400),
        cacheRead: random.chance(0.45) ? 4096 : 0,
      }),
    );
    addUsage(total, own);
    return output;
  });
  addUsage(total, judge(scene, goal, report));
  scene.log('INFO', 'report ready', { angles: plan.length, input_tokens: total.input });
}

function research(scene: Scene, subject: string, angle: string, total: Usage): string {
  const { random } = scene;
  const messages: Message[] = [
    text(
      'system',
      'You are a web researcher. Search, read what looks reliable, and reply with findings and their URLs.',
    ),
    text('user', `${subject}: ${angle}`),
  ];
  let hiddenTokens = 420;
  let before = 0;
  const ask = (output: Message) => {
    // Google caches a repeated prefix by itself, from about a thousand tokens on, and not always.
    const cacheRead = before > 1024 && random.chance(0.6) ? before - (before % 256) : 0;
    const model = MODELS.flash;
    const usage = chat(scene, {
      model,
      messages: [...messages],
      output,
      hiddenTokens,
      cacheRead,
      attempts: 2,
    });
    before = usage.input;
    addUsage(total, usage);
  };
  const rounds = random.int(1, 3);
  for (let round = 0; round < rounds; round++) {
    const found = hits(random, subject, angle);
    const call: { name: string; arguments: Record<string, string> } =
      round === 0
        ? { name: 'web_search', arguments: { query: `${subject} ${angle}` } }
        : { name: 'fetch_page', arguments: { url: found[0]?.url ?? '' } };
    const id = `call_${random.hex(10)}`;
    const request: Message = {
      role: 'assistant',
      parts: [{ type: 'tool_call', id, ...call }],
      finish_reason: 'tool_calls',
    };
    ask(request);
    const response = callTool(scene, call.name, id, call.arguments, found);
    // A page's text goes to the model, though the sample leaves it out.
    if (call.name === 'fetch_page') hiddenTokens += random.int(1400, 5200);
    messages.push(request, { role: 'tool', parts: [{ type: 'tool_call_response', id, response }] });
  }
  const findings = Array.from({ length: random.int(2, 3) }, () => `- ${claim(random, subject, angle)}`);
  ask(text('assistant', findings.join('\n')));
  return findings.join('\n');
}

/** What the model gets to read; a page that refuses is told as it is. */
function callTool(
  scene: Scene,
  name: string,
  id: string,
  args: Record<string, string>,
  found: readonly Hit[],
): AttributeValue {
  try {
    return scene.span(`execute_tool ${name}`, 'TOOL', toolAttributes(name, id, args), (span) => {
      scene.pass(name === 'web_search' ? 640 : 1150, 0.55);
      if (name === 'fetch_page' && scene.random.chance(0.07)) {
        span.attributes['http.response.status_code'] = 403;
        throw new SimFailure({
          type: 'HTTPError',
          message: '403 Forbidden: the site refuses automated readers',
        });
      }
      const result =
        name === 'web_search'
          ? found.map((hit) => ({ ...hit }))
          : `${found[0]?.snippet} [page text left out of this sample]`;
      span.attributes['gen_ai.tool.call.result'] = JSON.stringify(result);
      return result;
    });
  } catch (cause) {
    if (!(cause instanceof SimFailure)) throw cause;
    return cause.error.message;
  }
}

function judge(scene: Scene, goal: string, report: Message): Usage {
  return scene.span('evaluate_report', 'EVALUATOR', {}, (span) => {
    const score = Math.round(Math.min(1, scene.random.spread(0.8, 0.14)) * 100) / 100;
    const usage = chat(scene, {
      model: MODELS.gpt4oMini,
      messages: [
        text('system', 'Score the report from 0 to 1 for support by sources. Reply with JSON.'),
        text('user', goal),
        report,
      ],
      output: text('assistant', `{"score":${score}}`),
      temperature: 0,
    });
    span.attributes['gen_ai.evaluation.name'] = 'groundedness';
    span.attributes['gen_ai.evaluation.score.value'] = score;
    if (score < 0.6) scene.log('WARN', 'report scored low', { score });
    return usage;
  });
}

function toolAttributes(
  name: string,
  id: string,
  args: Record<string, string>,
): Record<string, AttributeValue> {
  return {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': name,
    'gen_ai.tool.call.id': id,
    'gen_ai.tool.call.arguments': JSON.stringify(args),
  };
}
