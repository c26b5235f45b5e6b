import { describe, expect, it } from 'vitest';
import { UnreadableFileError } from '../../src/ingest/index.ts';
import { gz, load, ndjson, record } from './helpers.ts';

const bytes = (...b: (number | string)[]) =>
  new Uint8Array(b.flatMap((x) => (typeof x === 'number' ? [x] : [...x].map((c) => c.charCodeAt(0)))));
const padding = Array.from({ length: 40 }, (_, i) => i % 7);

describe('refuses, and says what the file is', () => {
  it.each<[string, Uint8Array<ArrayBuffer> | string, RegExp]>([
    [
      'JPEG',
      bytes(0xff, 0xd8, 0xff, 0xe0, ...padding),
      /^Not a trace file: this is a JPEG image\. Expected NDJSON or Parquet/,
    ],
    ['PNG', bytes(0x89, 'PNG', 13, 10, 26, 10, ...padding), /a PNG image/],
    ['PDF', '%PDF-1.7\n...', /a PDF document/],
    ['ZIP', bytes('PK', 3, 4, ...padding), /a ZIP archive.*Unpack it first/],
    ['zstd', bytes(0x28, 0xb5, 0x2f, 0xfd, ...padding), /zstd-compressed.*Decompress/],
    ['SQLite', bytes('SQLite format 3', 0, ...padding), /an SQLite database/],
    ['HTML', '<!DOCTYPE html><html></html>', /an HTML page/],
    ['XML', '<?xml version="1.0"?><a/>', /an XML document/],
    ['CSV', 'trace_id,span_id,name\n1,2,3\n', /CSV or TSV/],
    ['prose', 'Dear diary\nToday…', /text, but not JSON/],
    ['protobuf', bytes(0x0a, 0x80, 1, 0, ...padding), /perhaps OTLP as protobuf.*OTLP\/JSON/],
    ['noise', bytes(0x99, 0, 1, 2, ...padding), /binary data of an unknown kind/],
    ['UTF-16', bytes(0xff, 0xfe, '{', 0, '}', 0), /UTF-16.*UTF-8/],
    ['nothing', '', /^This file is empty/],
    ['white space', ' \n\n ', /empty but for white space/],
    [
      'JSON of another kind',
      '{"name":"package","version":"1.0.0"}\n',
      /this is JSON, but no record in it is a span/,
    ],
    [
      'JSON of another kind, pretty',
      '{\n  "name": "package",\n  "private": true\n}\n',
      /this is JSON, but no record in it is a span/,
    ],
    [
      'Jaeger',
      '{"data":[{"traceID":"1","spans":[]}]}',
      /^This looks like a Jaeger trace, which is not read yet/,
    ],
    ['Zipkin', '[{"traceId":"1","id":"2","timestamp":1}]', /a Zipkin trace/],
    ['OTLP metrics', '{"resourceMetrics":[]}', /OTLP metrics/],
    ['a JPEG in gzip', gz('\u00ff\u00d8'), /binary data|text, but not JSON/],
    ['gzip that is none', bytes(0x1f, 0x8b, 1, 2, 3, 4), /gzip file is damaged/],
    ['half a Parquet file', bytes('PAR1', ...padding), /Parquet file is damaged or not complete/],
  ])('%s', async (_, content, message) => {
    const failure = load(content);
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toBeInstanceOf(UnreadableFileError);
  });
});

describe('reads', () => {
  const line = ndjson(record());
  it.each<[string, string | Uint8Array<ArrayBuffer>]>([
    ['a line', line],
    ['without a line end', line.trimEnd()],
    ['with CRLF and blank lines', `\r\n${line.replace('\n', '\r\n')}\r\n \r\n`],
    ['with a byte order mark', `\ufeff${line}`],
    ['gzipped', gz(line)],
    ['pretty-printed', JSON.stringify(record(), null, 2)],
    ['pretty-printed, gzipped', gz(JSON.stringify(record(), null, 2))],
    ['an array', JSON.stringify([record()])],
    ['an array, a record a line', `[\n${line}]\n`],
  ])('%s', async (_, content) => {
    expect((await load(content)).summary).toMatchObject({ format: 'spanbook-ndjson', spans: 1, rejects: 0 });
  });

  it('a file whose first line is broken', async () => {
    const { summary, rows } = await load(`{"trace_id": "5b8eff\n${line}${line}`);
    expect(summary).toMatchObject({ format: 'spanbook-ndjson', spans: 2, rejects: 1 });
    expect(rows('rejects')).toMatchObject([
      { line: 1n, reason: expect.stringMatching(/^not valid JSON/), text: '{"trace_id": "5b8eff' },
    ]);
  });

  it('a first line longer than what is looked at', async () => {
    const long = ndjson(record({ attributes: { big: 'x'.repeat(400_000) } }));
    expect((await load(long + line)).summary).toMatchObject({
      format: 'spanbook-ndjson',
      spans: 2,
      rejects: 0,
    });
  });
});
