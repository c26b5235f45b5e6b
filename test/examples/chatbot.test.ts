import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { LogRecord, SpanRecord } from '@spanbook/sdk/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../examples/server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `npm run example` as it is, with these variables in place of the host's. */
async function run(file: string, variables: Record<string, string> = {}): Promise<string> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'example', '--', file], {
    cwd: ROOT,
    env: { ...env, ...variables },
    timeout: 100_000,
  });
  return stdout;
}

interface Written {
  readonly spans: readonly SpanRecord[];
  readonly logs: readonly LogRecord[];
}
function read(file: string): Written {
  const lines = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  const isLog = (line: unknown) => LogRecord.safeParse(line).success;
  return {
    spans: lines.filter((line) => !isLog(line)).map((line) => SpanRecord.parse(line)),
    logs: lines.filter(isLog).map((line) => LogRecord.parse(line)),
  };
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chatbot-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('npm run example, without a key', () => {
  let stdout: string;
  let written: Written;
  beforeAll(async () => {
    const file = join(folder, 'traces', 'chatbot.ndjson');
    stdout = await run(file);
    written = read(file);
  }, 120_000);

  const roots = () => written.spans.filter((s) => s.name === 'chat_request');
  const chats = () => written.spans.filter((s) => s.name === 'chat gpt-4o-mini');
  const childrenOf = (parent: SpanRecord | undefined) =>
    written.spans.filter((s) => s.parent_span_id === parent?.span_id).map((s) => [s.kind, s.name]);

  it('writes a trace for each question: retrieve context, then generate the response', () => {
    expect(roots()).toHaveLength(14);
    for (const root of roots()) {
      expect(childrenOf(root)).toEqual([
        ['RETRIEVER', 'retrieve_context'],
        ['CHAIN', 'generate_response'],
      ]);
      expect(root.attributes['metadata.user_id']).toMatch(/^u_100\d$/);
      expect(root.attributes['user.id']).toBe(root.attributes['metadata.user_id']);
    }
    expect(new Set(roots().map((r) => r.attributes['user.id'])).size).toBe(7);
    expect(new Set(roots().map((r) => r.attributes['session.id'])).size).toBe(9);
    const retrieval = written.spans.find((s) => s.name === 'retrieve_context');
    expect(childrenOf(retrieval)).toEqual([['EMBEDDING', 'embeddings text-embedding-3-small']]);
    expect(retrieval?.events.map((e) => e.name)).toEqual(['context_retrieved']);
  });

  it('fails where a user does not wait, and shows the retries elsewhere', () => {
    const failed = roots().filter((r) => r.status === 'ERROR');
    expect(failed.map((r) => r.attributes['error.type'])).toEqual([
      'APIConnectionTimeoutError',
      'RateLimitError',
    ]);
    expect(chats().filter((c) => c.status === 'ERROR')).toHaveLength(2);
    const retried = chats().filter(
      (c) => c.status === 'OK' && c.events.some((e) => e.name === 'http_attempt_failed'),
    );
    expect(retried).toHaveLength(3);
    const ids = new Set(written.spans.map((s) => s.trace_id));
    expect(written.logs.filter((l) => l.severity === 'WARN')).toHaveLength(4);
    expect(written.logs.every((l) => ids.has(l.trace_id ?? ''))).toBe(true);
  });

  it('meters streamed and whole answers alike', () => {
    const answered = chats().filter((c) => c.status === 'OK');
    expect(answered).toHaveLength(12);
    for (const { attributes } of answered) {
      expect(attributes['gen_ai.usage.input_tokens']).toBeGreaterThan(100);
      expect(attributes['gen_ai.usage.output_tokens']).toBeGreaterThan(10);
    }
    const streamed = answered.filter((c) => c.attributes['gen_ai.request.stream'] === true);
    expect(streamed).toHaveLength(8);
    for (const { attributes } of streamed)
      expect(attributes['gen_ai.response.time_to_first_chunk']).toBeGreaterThan(0);
  });

  it('ends with the summary of what it wrote', () => {
    const summary = stdout.slice(stdout.indexOf('Wrote '));
    // 14 chats; 14 embeddings of questions and one of the documents.
    expect(summary).toMatch(/^requests +29$/m);
    expect(summary).toMatch(/^error rate +6\.90 % +2 of 29$/m);
    expect(summary).toMatch(/^tokens +\d/m);
    expect(summary).toMatch(/^cost +\$0\.\d*[1-9]/m);
    expect(summary).toMatch(/^latency, average +\d/m);
  });
});

it('with a key it talks to the API', async () => {
  const api = await startServer({ firstTokenMs: 1, tokenMs: 0 });
  try {
    const file = join(folder, 'api.ndjson');
    await run(file, { OPENAI_API_KEY: 'any', OPENAI_BASE_URL: api.baseURL });
    const { spans } = read(file);
    expect(spans.filter((s) => s.status === 'ERROR')).toEqual([]);
    expect(spans.filter((s) => s.name === 'chat gpt-4o-mini')).toHaveLength(14);
  } finally {
    await api.close();
  }
}, 120_000);
