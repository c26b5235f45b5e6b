/** A folder held in memory and answered from there: a path outside it cannot be asked for, and a rebuild meanwhile does no harm. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { SECURITY_HEADERS } from './headers.ts';

/** The types that the build and the sample data hold; anything else is a download. */
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.sql': 'text/plain; charset=utf-8',
  '.ndjson': 'application/x-ndjson',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.parquet': 'application/vnd.apache.parquet',
  '.gz': 'application/gzip',
};
const COMPRESSIBLE = new Set(['.html', '.js', '.mjs', '.css', '.json', '.svg', '.wasm']);
/** Below a packet, compressing saves nothing. Bytes. */
const MIN_COMPRESSED = 1400;
/** Vite puts a hash of the content into the names below this folder. */
const HASHED = '/assets/';

interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  gzipped?: Buffer;
}

export interface StaticFolder {
  /** Answers GET and HEAD; anything else is 405, an unknown path 404. All with SECURITY_HEADERS. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Resolves when every file that compresses has been; until then such a file goes out as it is. */
  readonly compressed: Promise<void>;
}

export function staticFolder(folder: string): StaticFolder {
  const files = readFolder(folder);
  return {
    handle: (request, response) => answer(files, request, response),
    compressed: compressAll(files),
  };
}

/** An error in words, with the same headers as everything else. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  });
  response.end(`${text}\n`);
}

function readFolder(folder: string): ReadonlyMap<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.startsWith('.')) continue;
    const path = join(entry.parentPath, entry.name);
    const body = readFileSync(path);
    files.set(`/${relative(folder, path).split(sep).join('/')}`, {
      body,
      type: TYPES[extname(entry.name)] ?? 'application/octet-stream',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    });
  }
  return files;
}

async function compressAll(files: ReadonlyMap<string, StaticFile>): Promise<void> {
  for (const [path, file] of files) {
    if (!COMPRESSIBLE.has(extname(path)) || file.body.length < MIN_COMPRESSED) continue;
    const bytes = await promisify(gzip)(file.body, { level: 6 });
    if (bytes.length < file.body.length) file.gzipped = bytes;
  }
}

function answer(
  files: ReadonlyMap<string, StaticFile>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'Only GET and HEAD.');
    return;
  }
  const path = pathOf(request.url ?? '/');
  const file = path === undefined ? undefined : files.get(path);
  if (path === undefined || file === undefined) {
    refuse(response, 404, 'Not found.');
    return;
  }
  const headers: Record<string, string | number> = {
    ...SECURITY_HEADERS,
    'Cache-Control': path.startsWith(HASHED) ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: file.etag,
    Vary: 'Accept-Encoding',
  };
  if (request.headers['if-none-match'] === file.etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const gzipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? file.gzipped : undefined;
  const body = gzipped ?? file.body;
  if (gzipped !== undefined) headers['Content-Encoding'] = 'gzip';
  response.writeHead(200, { ...headers, 'Content-Type': file.type, 'Content-Length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The path as it is in the folder; undefined if the URL is malformed. */
function pathOf(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.replace(/[?#].*$/s, ''));
    return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return undefined;
  }
}
