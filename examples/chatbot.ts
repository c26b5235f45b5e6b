/**
 * A RAG chatbot whose every request is a trace: retrieve context → generate response.
 *
 *   npm run example [-- FILE]      writes FILE, default traces/chatbot.ndjson
 *
 * With OPENAI_API_KEY it talks to the API (OPENAI_BASE_URL works as well); without, to the server of server.ts on
 * loopback, which refuses some requests and lets one run into the client's timeout.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { addEvent, init, instrumentOpenAI, log, shutdown, span, trace } from '@spanbook/sdk';
import OpenAI from 'openai';
import { buildIndex, type Index } from './retrieval.ts';
import { type ExampleServer, startServer } from './server.ts';
import { FAULTS, TURNS, type Turn } from './turns.ts';

const MODEL = 'gpt-4o-mini';
const INSTRUCTIONS =
  'You are the support assistant of a parcel service. Answer in at most three sentences, from the sources only, and cite their ids.';

/** Shows the client's own retries: each HTTP answer but a success is an event and a log record of the call's trace. */
const tellAttempts: typeof fetch = async (url, request) => {
  const response = await fetch(url, request);
  if (!response.ok) {
    const attempt = Number(new Headers(request?.headers).get('x-stainless-retry-count') ?? 0) + 1;
    addEvent('http_attempt_failed', { attempt, status: response.status });
    log('WARN', `the API answered ${response.status} to attempt ${attempt}`, {
      status: response.status,
      attempt,
    });
  }
  return response;
};

type History = OpenAI.ChatCompletionMessageParam[];

async function answer(openai: OpenAI, index: Index, turn: Turn, history: History): Promise<string> {
  const metadata = { user_id: turn.user, channel: turn.session.split('_')[1] };
  const options = { metadata, userId: turn.user, sessionId: turn.session };
  return trace('chat_request', options, async () => {
    const documents = await index.search(turn.question, 3);
    const sources = documents.map((d) => `[${d.id}] ${d.text}`).join('\n');
    return span('generate_response', { kind: 'CHAIN' }, async () => {
      const request = {
        model: MODEL,
        temperature: 0.2,
        max_completion_tokens: 200,
        messages: [
          { role: 'system' as const, content: `${INSTRUCTIONS}\n\nSources:\n${sources}` },
          ...history,
          { role: 'user' as const, content: turn.question },
        ],
      };
      const text = turn.stream ? await streamed(openai, request) : await whole(openai, request, turn);
      addEvent('response_generated', { characters: text.length });
      log('INFO', 'answered', { session: turn.session, sources: documents.map((d) => d.id) });
      history.push({ role: 'user', content: turn.question }, { role: 'assistant', content: text });
      return text;
    });
  });
}

type Request = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>;

async function streamed(openai: OpenAI, request: Request): Promise<string> {
  let text = '';
  const stream = await openai.chat.completions.create({ ...request, stream: true });
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

async function whole(openai: OpenAI, request: Request, turn: Turn): Promise<string> {
  const patience = turn.patienceMs === undefined ? {} : { timeout: turn.patienceMs, maxRetries: 0 };
  const completion = await openai.chat.completions.create(request, patience);
  return completion.choices[0]?.message.content ?? '';
}

async function converse(openai: OpenAI): Promise<void> {
  const index = await trace('build_index', () => buildIndex(openai));
  const histories = new Map<string, History>();
  for (const turn of TURNS) {
    const history = histories.get(turn.session) ?? [];
    histories.set(turn.session, history);
    console.log(`\n${turn.user}: ${turn.question}`);
    try {
      console.log(`  ${await answer(openai, index, turn, history)}`);
    } catch (error) {
      // A refused or late answer is that user's bad luck, and a trace with an error; the service goes on.
      console.log(`  (${error instanceof Error ? error.message : String(error)})`);
    }
  }
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The CLI reads the file with its own engine: what is printed is what was written. */
async function summary(file: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), `${ROOT}cli/main.ts`, 'summary', file],
    { maxBuffer: 1 << 24 },
  );
  return stdout;
}

async function main(file: string): Promise<void> {
  init({ service: 'chatbot', file, resource: { 'service.version': '1.0.0' } });
  const server: ExampleServer | undefined = process.env.OPENAI_API_KEY
    ? undefined
    : await startServer({ faults: FAULTS });
  const client = new OpenAI({
    fetch: tellAttempts,
    ...(server !== undefined && { baseURL: server.baseURL, apiKey: 'not-needed' }),
  });
  try {
    await converse(instrumentOpenAI(client));
  } finally {
    await shutdown();
    await server?.close();
  }
  console.log(`\nWrote ${file}\n`);
  console.log(await summary(file));
}

await main(process.argv[2] ?? 'traces/chatbot.ndjson');
