/** A proxy that lets nothing through and remembers what was asked of it: the proof that a browser stays at home. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface BlackHole {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** `METHOD host-or-url` of every request since the last call. */
  take(): string[];
  close(): void;
}

export async function blackHole(): Promise<BlackHole> {
  let seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(502).end();
  });
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = seen;
      seen = [];
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
