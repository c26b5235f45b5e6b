/** The command as a user runs it. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { spans } from '../../bench/generate.ts';

const command = fileURLToPath(new URL('../../cli/spanbook.mjs', import.meta.url));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-main-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** From another folder than the repository's. */
function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: folder,
      env: { ...process.env, ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('spanbook', () => {
  it('summary prints figures to stdout and skipped lines to stderr', async () => {
    const lines = [...spans(14)].map((span) => JSON.stringify(span));
    writeFileSync(join(folder, 'a.ndjson'), `${[...lines, '{"broken":'].join('\n')}\n`);
    const { code, stdout, stderr } = await run(['summary', 'a.ndjson', '--json']);
    expect(stderr).toMatch(/^a\.ndjson:15: .*JSON/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ spans: 14, traces: 2, requests: 6 });
    const text = await run(['summary', 'a.ndjson', '--since', '1d']);
    expect(text.stdout).toMatch(/^requests +6$/m);
  });

  it('fails with 1 and a message that names the file', async () => {
    const { code, stdout, stderr } = await run(['summary', 'none.ndjson']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe('spanbook: none.ndjson: no such file\n');
  });

  it('fails with 1 on a wrong option', async () => {
    const duration = await run(['summary', 'a.ndjson', '--since', 'yesterday']);
    expect(duration.code).toBe(1);
    expect(duration.stderr).toMatch(/A duration is a number and s, m, h or d/);
    const port = await run(['serve'], { PORT: '99999' });
    expect(port.code).toBe(1);
    expect(port.stderr).toMatch(/A port is 0 to 65535/);
  });

  it('serve fails with 1 if the port that PORT names is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const { code, stderr } = await run(['serve'], { PORT: String(port) });
      expect(code).toBe(1);
      expect(stderr).toMatch(`Port ${port} is taken`);
    } finally {
      server.close();
    }
  });
});
