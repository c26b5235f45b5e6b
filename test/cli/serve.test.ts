import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../cli/headers.ts';
import { DEFAULT_PORT, isLocalHost, type Serving, serve } from '../../cli/serve.ts';
import { staticFolder } from '../../cli/staticFiles.ts';

const SCRIPT = `export const text = '${'spans '.repeat(1000)}';`;
let parent = '';
let folder = '';
let serving: Serving;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'spanbook-serve-'));
  folder = join(parent, 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  mkdirSync(join(folder, 'sample-data'));
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(folder, '.sources'), 'stamp');
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>t</title>');
  writeFileSync(join(folder, 'assets/app-1a2b.js'), SCRIPT);
  writeFileSync(join(folder, 'assets/engine-3c4d.wasm'), new Uint8Array([0, 97, 115, 109]));
  writeFileSync(join(folder, 'sample-data/ä b.parquet'), 'PAR1');
  serving = await serve({ folder, port: 0 });
});
afterAll(async () => {
  await serving.close();
  rmSync(parent, { recursive: true, force: true });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Sends the path as it is; `fetch` would normalise it. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const req = request({ host: '127.0.0.1', port: serving.port, path, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    req.on('error', reject);
    req.end();
  });
}

describe('serve', () => {
  it('puts the policy on every response', async () => {
    const etag = String((await ask('/')).headers.etag);
    const answers: [number, Answer][] = [
      [200, await ask('/')],
      [200, await ask('/assets/app-1a2b.js')],
      [200, await ask('/assets/engine-3c4d.wasm')],
      [200, await ask('/sample-data/%C3%A4%20b.parquet')],
      [200, await ask('/', { method: 'HEAD' })],
      [304, await ask('/', { headers: { 'If-None-Match': etag } })],
      [403, await ask('/', { headers: { Host: 'attacker.example' } })],
      [404, await ask('/assets/none.js')],
      [404, await ask('/%')],
      [405, await ask('/', { method: 'POST' })],
    ];
    for (const [status, answer] of answers) {
      expect(answer.status).toBe(status);
      expect(answer.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
  });

  it('names the types that browsers insist on', async () => {
    const type = async (path: string) => (await ask(path)).headers['content-type'];
    expect(await type('/?sample')).toBe('text/html; charset=utf-8');
    expect(await type('/assets/app-1a2b.js')).toBe('text/javascript; charset=utf-8');
    expect(await type('/assets/engine-3c4d.wasm')).toBe('application/wasm');
    expect(await type('/sample-data/%C3%A4%20b.parquet')).toBe('application/vnd.apache.parquet');
  });

  it('lets hashed files be kept and has the others asked for again', async () => {
    expect((await ask('/assets/app-1a2b.js')).headers['cache-control']).toContain('immutable');
    expect((await ask('/')).headers['cache-control']).toBe('no-cache');
    expect((await ask('/assets/none.js')).headers['cache-control']).toBe('no-store');
  });

  it('gives nothing outside the folder, and no hidden file', async () => {
    for (const path of [
      '/../secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e/secret.txt',
      '/assets/../../secret.txt',
      '/..%5csecret.txt',
      '//../secret.txt',
      `/${join(parent, 'secret.txt')}`,
      '/.sources',
      '/index.html%00.js',
    ]) {
      const answer = await ask(path);
      expect(answer.status, path).toBe(404);
      expect(answer.body.toString(), path).not.toMatch(/secret\b.*$|stamp/);
    }
  });

  it('compresses, but only for those who ask for it, and not what is compressed already', async () => {
    const files = staticFolder(folder);
    await files.compressed;
    const server = createServer((req, res) => files.handle(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const get = (path: string, encoding: string) =>
      new Promise<Answer>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, headers: { 'Accept-Encoding': encoding } }, (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('end', () =>
            resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks) }),
          );
        })
          .on('error', reject)
          .end();
      });
    try {
      const packed = await get('/assets/app-1a2b.js', 'gzip, deflate, br');
      expect(packed.headers['content-encoding']).toBe('gzip');
      expect(Number(packed.headers['content-length'])).toBe(packed.body.length);
      expect(gunzipSync(packed.body).toString()).toBe(SCRIPT);
      expect(packed.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY);
      const plain = await get('/assets/app-1a2b.js', 'identity');
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.body.toString()).toBe(SCRIPT);
      const parquet = await get('/sample-data/%C3%A4%20b.parquet', 'gzip');
      expect(parquet.headers['content-encoding']).toBeUndefined();
    } finally {
      server.close();
    }
  });

  it('knows its own names', () => {
    for (const host of ['localhost', 'localhost:1234', '127.0.0.1:4170', '[::1]:80', 'LOCALHOST:1'])
      expect(isLocalHost(host), host).toBe(true);
    for (const host of [
      undefined,
      '',
      'localhost.evil.example',
      'evil.example',
      '127.0.0.1.evil.example:4170',
    ])
      expect(isLocalHost(host), host).toBe(false);
  });
});

describe('the port', () => {
  it('is an error if the one asked for is taken', async () => {
    await expect(serve({ folder, port: serving.port })).rejects.toThrow(
      `Port ${serving.port} is taken; stop what uses it or name another one with --port (or PORT)`,
    );
  });

  it('is the next free one if the default is taken', async () => {
    const first = await serve({ folder });
    const second = await serve({ folder });
    try {
      expect(first.port).toBeGreaterThanOrEqual(DEFAULT_PORT);
      expect(second.port).toBeGreaterThan(first.port);
      expect(second.moved).toBe(true);
      expect((await fetch(second.url)).status).toBe(200);
    } finally {
      await first.close();
      await second.close();
    }
  });
});
