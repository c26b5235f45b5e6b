/** Before the end-to-end tests: the browsers are there, the app is built, and `spanbook serve` serves it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { ensureBrowsers } from './support/browsers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `http://127.0.0.1:PORT/`, where the built app is. */
    baseUrl: string;
    /** Paths of the browsers. */
    chromium: string;
    firefox: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { chromium, firefox } = ensureBrowsers(['chromium', 'firefox']);
  const { child, url } = await startServer();
  project.provide('baseUrl', url);
  project.provide('chromium', chromium);
  project.provide('firefox', firefox);
  // Without this, all that the tests would say is that the connection was refused.
  const died = (code: number | null, signal: string | null) =>
    console.error(`spanbook serve ended in the middle of the tests: ${signal ?? `code ${code}`}`);
  child.once('exit', died);
  return () => {
    child.off('exit', died);
    return stop(child);
  };
}

/** The command that a user runs, on a free port. Resolves when it has printed its address. */
function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const command = fileURLToPath(new URL('../../cli/spanbook.mjs', import.meta.url));
  const child = spawn(process.execPath, [command, 'serve', '--port', '0', '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
      process.stderr.write(chunk);
    });
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
      const url = output.match(/^Empty:\s+(http:\S+)$/m)?.[1];
      if (url !== undefined) resolve({ child, url });
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`spanbook serve ended with ${code}:\n${errors}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
