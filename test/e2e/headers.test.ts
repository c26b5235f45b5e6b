/** Every file of the built app, as `spanbook serve` gives it out. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { ROOT } from '../../cli/build.ts';
import { CONTENT_SECURITY_POLICY } from '../../cli/headers.ts';

const baseUrl = inject('baseUrl');
const dist = join(ROOT, 'dist');
const files = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)).split(sep).join('/'));

describe('the built app', () => {
  it('has a page, workers and the engine', () => {
    expect(files).toContain('index.html');
    expect(files.some((file) => /worker.*\.js$/.test(file))).toBe(true);
    expect(files.some((file) => /duckdb.*\.wasm$/.test(file))).toBe(true);
  });

  it('is served under the policy, file by file, with the type that browsers insist on', async () => {
    for (const file of files) {
      const response = await fetch(baseUrl + file, { method: 'HEAD' });
      expect(response.status, file).toBe(200);
      expect(response.headers.get('content-security-policy'), file).toBe(CONTENT_SECURITY_POLICY);
      const type = response.headers.get('content-type');
      if (file.endsWith('.js')) expect(type, file).toMatch(/^text\/javascript/);
      if (file.endsWith('.wasm')) expect(type, file).toBe('application/wasm');
    }
  });

  it('has the same policy in the page, for hosts that send no headers', () => {
    const html = readFileSync(join(dist, 'index.html'), 'utf8');
    const meta = html.match(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/)?.[1];
    // A meta element cannot forbid framing.
    expect(meta).toBe(CONTENT_SECURITY_POLICY.replace("; frame-ancestors 'none'", ''));
  });

  it('names no other host', () => {
    for (const file of files.filter((name) => /\.(html|css)$/.test(name))) {
      const links = readFileSync(join(dist, file), 'utf8').match(
        /(?:src|href)="https?:[^"]*"|url\(["']?https?:[^)]*\)/g,
      );
      expect(links, file).toBeNull();
    }
  });
});
