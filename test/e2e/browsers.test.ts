/** How the tests come by a browser on a machine that has none: here, one whose PATH is a folder of ours. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ensureBrowsers, findBrowser } from './support/browsers.ts';

let folder: string;
const path = (name: string) => join(folder, name);
const program = (name: string, script: string) =>
  writeFileSync(path(name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

/** An apt-get that writes down what it is asked for; what it installs are empty programs. */
const apt = (install: string) =>
  program('apt-get', `echo "$@" >> '${path('asked')}'\ncase "$*" in *install*)\n${install}\n;; esac`);
const asked = () => readFileSync(path('asked'), 'utf8').trimEnd().split('\n');
const put = (name: string) => `printf '#!/bin/sh\\n' > '${path(name)}'; /bin/chmod 755 '${path(name)}'`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spanbook-path-'));
  vi.stubEnv('PATH', folder);
  vi.stubEnv('CHROME_PATH', '');
  vi.stubEnv('FIREFOX_PATH', '');
  // For those who are not root.
  program('sudo', 'shift; "$@"');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(process.platform !== 'linux')('without a browser', () => {
  it('installs those that are missing, all at once, and finds them', () => {
    program('firefox', '');
    apt(put('chromium'));
    expect(findBrowser('chromium')).toBeUndefined();
    expect(ensureBrowsers(['chromium', 'firefox'])).toEqual({
      chromium: path('chromium'),
      firefox: path('firefox'),
    });
    expect(asked().filter((line) => line.includes('install'))).toEqual([
      '-q install -y --no-install-recommends chromium',
    ]);
  });

  it('installs nothing where both are there', () => {
    program('google-chrome', '');
    program('firefox-esr', '');
    apt('exit 1');
    expect(ensureBrowsers(['chromium', 'firefox'])).toEqual({
      chromium: path('google-chrome'),
      firefox: path('firefox-esr'),
    });
    expect(asked).toThrow(/ENOENT/);
  });

  it('says what is needed where there is no apt, or it fails', () => {
    expect(() => ensureBrowsers(['chromium'])).toThrow(
      /need chromium: install chromium, or name .* CHROME_PATH/,
    );
    apt('echo no network >&2; exit 100');
    expect(() => ensureBrowsers(['chromium'])).toThrow(/need chromium[\s\S]*no network/);
  });
});

describe('a browser named by the environment', () => {
  it('is taken before all others, and must be there', () => {
    program('chromium', '');
    program('mine', '');
    vi.stubEnv('CHROME_PATH', path('mine'));
    expect(findBrowser('chromium')).toBe(path('mine'));
    vi.stubEnv('CHROME_PATH', path('nowhere'));
    expect(() => findBrowser('chromium')).toThrow(/CHROME_PATH names .*nowhere, which cannot be run/);
  });
});
