/** Another origin on this machine that would answer anyone, and counts who asks. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface OtherOrigin {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /** Paths asked for since the last call. */
  take(): string[];
  close(): void;
}

/** A page and a worker without any policy of their own are at `/open.html` and `/open.js`. */
export async function otherOrigin(): Promise<OtherOrigin> {
  let asked: string[] = [];
  const bodies: Record<string, [string, string]> = {
    '/open.html': ['text/html', '<!doctype html><link rel="icon" href="data:,"><title>open</title>'],
    '/open.js': ['text/javascript', 'self.ready = true;'],
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const [type, body] = bodies[request.url ?? ''] ?? ['text/plain', 'answered'];
    response.writeHead(200, { 'Content-Type': type, 'Access-Control-Allow-Origin': '*' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    take() {
      const taken = asked;
      asked = [];
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
