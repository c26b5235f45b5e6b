/** Finds the browsers that the end-to-end tests drive, or installs Debian's. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

interface Known {
  /** Environment variable that names the program. */
  readonly variable: string;
  readonly commands: readonly string[];
  /** Where it is when it is not on the PATH. */
  readonly paths: readonly string[];
  /** Debian's package. */
  readonly apt: string;
}

const programFiles = [
  process.env.PROGRAMFILES,
  process.env['PROGRAMFILES(X86)'],
  process.env.LOCALAPPDATA,
].filter((folder) => folder !== undefined);

const BROWSERS = {
  chromium: {
    variable: 'CHROME_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'],
    paths: [
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      ...programFiles.map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe')),
    ],
    apt: 'chromium',
  },
  firefox: {
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox'],
    paths: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      ...programFiles.map((folder) => join(folder, 'Mozilla Firefox/firefox.exe')),
    ],
    apt: 'firefox-esr',
  },
} as const satisfies Record<string, Known>;

export type BrowserName = keyof typeof BROWSERS;

/** Path of the program; installs those that are missing by apt, all at once, where this process may. */
export function ensureBrowsers<Name extends BrowserName>(names: readonly Name[]): Record<Name, string> {
  const missing = names.filter((name) => findBrowser(name) === undefined);
  if (missing.length > 0) install(missing);
  return Object.fromEntries(
    names.map((name) => {
      const path = findBrowser(name);
      if (path === undefined) throw new Error(`No ${name} even after its installation`);
      return [name, path];
    }),
  ) as Record<Name, string>;
}

export function findBrowser(name: BrowserName): string | undefined {
  const { variable, commands, paths } = BROWSERS[name];
  const named = process.env[variable];
  if (named !== undefined && named !== '') {
    if (isExecutable(named)) return named;
    throw new Error(`${variable} names ${named}, which cannot be run`);
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  return [...commands.flatMap((command) => folders.map((folder) => join(folder, command))), ...paths].find(
    isExecutable,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(names: readonly BrowserName[]): void {
  const packages = names.map((name) => BROWSERS[name].apt);
  const help = `The end-to-end tests need ${names.join(' and ')}: install ${packages.join(' and ')}, or name the program in ${names.map((name) => BROWSERS[name].variable).join(' and ')}`;
  const prefix = aptPrefix();
  if (prefix === undefined) throw new Error(help);
  console.log(`Installing ${packages.join(' and ')} for the end-to-end tests …`);
  for (const args of [
    ['apt-get', '-q', 'update'],
    ['apt-get', '-q', 'install', '-y', '--no-install-recommends', ...packages],
  ]) {
    const [command = '', ...rest] = [...prefix, ...args];
    const done = spawnSync(command, rest, {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    // A list that could not be refreshed does not mean that the package cannot be had.
    if (done.status !== 0 && args.includes('install'))
      throw new Error(`${help}\n${args.join(' ')} failed:\n${done.stdout}${done.stderr}`);
  }
}

/** How to run apt here; undefined where there is none, or it would ask for a password. */
function aptPrefix(): string[] | undefined {
  if (spawnSync('apt-get', ['--version']).status !== 0) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}
