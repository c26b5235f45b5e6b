import { spawn } from 'node:child_process';

/** Opens a URL in the user's browser if there is a way; never fails, since the URL has been printed. */
export function openBrowser(url: string): void {
  const command = commandFor(process.platform, url, process.env);
  if (command === undefined) return;
  const child = spawn(command.file, command.args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

/** What opens a URL; undefined where there is no screen (`xdg-open` would start a text browser in this terminal). */
export function commandFor(
  platform: NodeJS.Platform,
  url: string,
  env: NodeJS.ProcessEnv,
): { file: string; args: string[] } | undefined {
  if (platform === 'darwin') return { file: 'open', args: [url] };
  if (platform === 'win32') return { file: 'cmd', args: ['/c', 'start', '', url] };
  if (env.DISPLAY || env.WAYLAND_DISPLAY) return { file: 'xdg-open', args: [url] };
  return undefined;
}
