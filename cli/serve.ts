/** `spanbook serve`: the workbench on 127.0.0.1. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ensureBuilt, ROOT } from './build.ts';
import { openBrowser } from './openBrowser.ts';
import { refuse, type StaticFolder, staticFolder } from './staticFiles.ts';

export const DEFAULT_PORT = 4170;
/** Ports tried after a taken default one. */
const ATTEMPTS = 20;
const HOST = '127.0.0.1';

export interface ServeOptions {
  /** The port asked for; it is this or an error. 0: any free one. Undefined: DEFAULT_PORT or one of the next. */
  readonly port?: number;
  /** Folder to serve instead of the built app. */
  readonly folder?: string;
  onBuild?(reason: string): void;
}

export interface Serving {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  readonly port: number;
  /** True if the default port was taken. */
  readonly moved: boolean;
  close(): Promise<void>;
}

/** @throws Error with what helps if the port is taken, or the build fails */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  let files: StaticFolder | undefined;
  const server = createServer((request, response) => {
    if (!isLocalHost(request.headers.host)) refuse(response, 403, 'This server answers on localhost only.');
    else if (files === undefined) refuse(response, 503, 'The app is being built; reload in a moment.');
    else files.handle(request, response);
  });
  // The port first: whether it is free is known at once, a build takes seconds.
  await listenOn(server, options.port);
  try {
    files = staticFolder(options.folder ?? (await ensureBuilt(ROOT, options)));
  } catch (error) {
    server.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/`,
    port,
    moved: options.port === undefined && port !== DEFAULT_PORT,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Whether a Host header names this machine. Another name that resolves to 127.0.0.1 is a page of someone else's
 * (DNS rebinding). The port does not matter: it may be forwarded.
 */
export function isLocalHost(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

async function listenOn(server: Server, asked: number | undefined): Promise<void> {
  const first = asked ?? DEFAULT_PORT;
  const last = asked ?? DEFAULT_PORT + ATTEMPTS;
  for (let port = first; ; port++) {
    try {
      await listen(server, port);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EACCES')
        throw new Error(`Port ${port} needs more rights; name one above 1023 with --port`);
      if (code !== 'EADDRINUSE') throw error;
      if (port < last) continue;
      throw new Error(
        asked === undefined
          ? `Ports ${first} to ${last} are taken; name a free one with --port`
          : `Port ${port} is taken; stop what uses it or name another one with --port (or PORT)`,
      );
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

export interface ServeCommand {
  readonly port?: number;
  /** Undefined: if a person is watching. */
  readonly open?: boolean;
}

/** Serves until the process is told to stop. */
export async function runServe(command: ServeCommand): Promise<void> {
  const serving = await serve({
    port: command.port,
    onBuild: (reason) => console.error(`Building the app, since ${reason} …`),
  });
  if (serving.moved)
    console.error(
      `Port ${DEFAULT_PORT} is taken, so this is port ${serving.port}. Notebooks are kept in the browser per address; with --port you choose it.`,
    );
  console.log(`With sample data: ${serving.url}?sample`);
  console.log(`Empty:            ${serving.url}`);
  console.log('Ctrl+C stops it.');
  if (command.open ?? (process.stdout.isTTY && !process.env.CI)) openBrowser(`${serving.url}?sample`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  await serving.close();
}
