/** What a file is, by its content; its name plays no part. */
import { gunzip } from './gzip.ts';
import { formatOf, type TextFormat } from './readers/jsonRecord.ts';

/** Bytes that are looked at (after decompression). */
const SNIFF = 256 * 1024;

export type Detected =
  | { readonly kind: 'parquet' }
  | {
      readonly kind: 'json';
      readonly gzip: boolean;
      /** `lines`: one record a line. `document`: records found by their braces. */
      readonly mode: 'lines' | 'document';
      /** What the first record is; undefined if the beginning does not tell. */
      readonly format: TextFormat | undefined;
    };

/** The file is not one that we read. The message says what it is and what was expected. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

const EXPECTED = 'Expected NDJSON or Parquet as the Spanbook SDK writes it, or OTLP/JSON (also gzipped).';

const refuse = (what: string, hint = '') =>
  new UnreadableFileError(`Not a trace file: this is ${what}.${hint} ${EXPECTED}`);

/** Magic bytes: offset, bytes (text or hex), what it is, what to do. */
const MAGIC: readonly (readonly [number, string | number[], string, string?])[] = [
  [0, [0xff, 0xd8, 0xff], 'a JPEG image'],
  [0, [0x89, 0x50, 0x4e, 0x47], 'a PNG image'],
  [0, 'GIF8', 'a GIF image'],
  [8, 'WEBP', 'a WebP image'],
  [0, 'BM', 'a BMP image'],
  [0, '%PDF', 'a PDF document'],
  [0, [0x50, 0x4b, 3, 4], 'a ZIP archive (or an Office document)', ' Unpack it first.'],
  [0, [0x50, 0x4b, 5, 6], 'an empty ZIP archive'],
  [0, [0x28, 0xb5, 0x2f, 0xfd], 'a zstd-compressed file', ' Decompress it first.'],
  [0, 'BZh', 'a bzip2-compressed file', ' Decompress it first.'],
  [0, [0xfd, 0x37, 0x7a, 0x58, 0x5a], 'an xz-compressed file', ' Decompress it first.'],
  [0, [0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive', ' Unpack it first.'],
  [0, 'Rar!', 'a RAR archive', ' Unpack it first.'],
  [257, 'ustar', 'a tar archive', ' Unpack it first.'],
  [0, 'SQLite format 3', 'an SQLite database'],
  [8, 'DUCK', 'a DuckDB database'],
  [0, 'ARROW1', 'an Arrow file'],
  [0, 'Obj\u0001', 'an Avro file'],
  [0, [0x7f, 0x45, 0x4c, 0x46], 'a program'],
  [0, 'MZ', 'a program'],
  [0, [0, 0x61, 0x73, 0x6d], 'a WebAssembly module'],
  [4, 'ftyp', 'a video or HEIC image'],
  [0, 'RIFF', 'an audio or video file'],
  [0, 'OggS', 'an audio or video file'],
  [0, 'ID3', 'an MP3 file'],
  [0, [0xff, 0xfe], 'UTF-16 text', ' Save it as UTF-8.'],
  [0, [0xfe, 0xff], 'UTF-16 text', ' Save it as UTF-8.'],
];

function startsWith(bytes: Uint8Array, offset: number, magic: string | number[]): boolean {
  const want = typeof magic === 'string' ? Array.from(magic, (c) => c.charCodeAt(0)) : magic;
  return want.every((b, i) => bytes[offset + i] === b);
}

export const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The first bytes of the decompressed stream; fewer if it is shorter. */
async function head(blob: Blob, gzip: boolean): Promise<Uint8Array> {
  if (!gzip) return new Uint8Array(await blob.slice(0, SNIFF).arrayBuffer());
  const bytes = new Uint8Array(SNIFF);
  let n = 0;
  for await (const piece of gunzip(blob)) {
    const part = piece.bytes.subarray(0, SNIFF - n);
    bytes.set(part, n);
    n += part.length;
    // A stream that breaks off later: what came before counts.
    if (piece.broken && n === 0)
      throw new UnreadableFileError('Not a trace file: this gzip file is damaged.');
    if (n === SNIFF) break;
  }
  return bytes.subarray(0, n);
}

function looksBinary(bytes: Uint8Array): boolean {
  let control = 0;
  const n = Math.min(bytes.length, 4096);
  for (let i = 0; i < n; i++) {
    const b = bytes[i] ?? 0;
    if (b === 0) return true;
    if (b < 9 || (b > 13 && b < 32)) control++;
  }
  return control * 20 > n;
}

function describeText(text: string): UnreadableFileError {
  const start = text.slice(0, 500).toLowerCase();
  if (/^<!doctype html|^<html/.test(start)) return refuse('an HTML page');
  if (start.startsWith('<?xml')) return refuse('an XML document');
  if (start.startsWith('<svg')) return refuse('an SVG image');
  const first = text.slice(0, text.indexOf('\n') >>> 0);
  if (first.split(',').length > 2 || first.split('\t').length > 2)
    return refuse('a table of text (CSV or TSV)');
  return refuse('text, but not JSON');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param whole whether the text is all of the file */
function detectJson(text: string, whole: boolean, gzip: boolean): Detected {
  if (text.startsWith('[')) return { kind: 'json', gzip, mode: 'document', format: undefined };
  const lines = text.split('\n');
  const last = whole ? undefined : lines.pop();
  for (const line of lines) {
    if (line.trim() === '') continue;
    const format = formatOf(parse(line));
    // `{}` alone on a line also occurs inside a pretty-printed document.
    if (format !== undefined && line.trim() !== '{}') return { kind: 'json', gzip, mode: 'lines', format };
  }
  const firstLine = lines.find((l) => l.trim() !== '')?.trim();
  if (firstLine === undefined) {
    // One line longer than what we look at.
    const format = /^\s*\{\s*"resource(Spans|Logs|_spans|_logs)"/.test(last ?? '') ? 'otlp-json' : undefined;
    return { kind: 'json', gzip, mode: 'lines', format };
  }
  const parsed = parse(firstLine);
  // Where no line is a record, records span lines; a first line that is whole JSON of another kind is read by lines.
  const mode = parsed === undefined ? 'document' : 'lines';
  return { kind: 'json', gzip, mode, format: formatOf(parsed) };
}

/** @throws UnreadableFileError if the file is none that we read */
export async function detect(blob: Blob): Promise<Detected> {
  if (blob.size === 0) throw new UnreadableFileError(`This file is empty. ${EXPECTED}`);
  const start = new Uint8Array(await blob.slice(0, 512).arrayBuffer());
  const gzip = isGzip(start);
  const bytes = await head(blob, gzip);
  if (startsWith(bytes, 0, 'PAR1')) {
    if (gzip) throw refuse('a gzipped Parquet file', ' Decompress it first.');
    return { kind: 'parquet' };
  }
  for (const [offset, magic, what, hint] of MAGIC)
    if (
      startsWith(bytes, offset, magic) &&
      (what !== 'a program' && what !== 'a BMP image' ? true : looksBinary(bytes))
    )
      throw refuse(what, hint);
  const text = new TextDecoder().decode(bytes).trimStart();
  if (text === '') throw new UnreadableFileError(`This file is empty but for white space. ${EXPECTED}`);
  if (text.startsWith('{') || text.startsWith('[')) return detectJson(text, bytes.length < SNIFF, gzip);
  if (looksBinary(bytes))
    throw bytes[0] === 0x0a
      ? refuse('binary data, perhaps OTLP as protobuf', ' Export it as OTLP/JSON.')
      : refuse('binary data of an unknown kind');
  // A first line that is broken, and records after it.
  if (text.split('\n').some((line) => formatOf(parse(line)) !== undefined))
    return { kind: 'json', gzip, mode: 'lines', format: undefined };
  throw describeText(text);
}
