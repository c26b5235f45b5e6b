import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogRecord, SpanRecord } from '@spanbook/sdk/schema';
import { afterEach } from 'vitest';

const folders: string[] = [];

/** A folder of its own, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spanbook-'));
  folders.push(folder);
  return folder;
}

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export interface Lines {
  readonly spans: SpanRecord[];
  readonly logs: LogRecord[];
  /** The one span of that name. */
  span(name: string): SpanRecord;
}

/** Every line of the file, held to the wire record's schema. No file is no line: it is made with the first. */
export function readLines(file: string): Lines {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line is not whole');
  const values = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type?: string });
  const logs = values.filter((v) => v.type === 'log').map((v) => LogRecord.parse(v));
  const spans = values.filter((v) => v.type !== 'log').map((v) => SpanRecord.strict().parse(v));
  return {
    spans,
    logs,
    span(name) {
      const found = spans.filter((s) => s.name === name);
      const [only] = found;
      if (only === undefined || found.length !== 1) throw new Error(`${found.length} spans named ${name}`);
      return only;
    },
  };
}

export interface Server {
  readonly url: string;
  readonly requests: { readonly url: string; readonly body: Record<string, unknown> }[];
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** A real HTTP server on loopback; `answer` gets the parsed request. */
export async function serve(
  answer: (body: Record<string, unknown>, response: ServerResponse) => void | Promise<void>,
): Promise<Server> {
  const requests: { url: string; body: Record<string, unknown> }[] = [];
  const server = createServer((request, response) => {
    bodyOf(request)
      .then((body) => {
        requests.push({ url: request.url ?? '', body });
        return answer(body, response);
      })
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
