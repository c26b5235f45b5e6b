import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { SpanRecord } from '@spanbook/sdk/schema';
import { describe, expect, it } from 'vitest';
import { readLines, temporaryFolder } from './helpers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Runs the child; `whenReady` is called once it says so. */
async function run(file: string, way: string, whenReady?: (kill: (signal: NodeJS.Signals) => void) => void) {
  const script = join(root, 'test/sdk/children/app.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, file, way], { cwd: root });
  child.stdout.on('data', (text: Buffer) => {
    if (String(text).includes('ready')) whenReady?.((signal) => child.kill(signal));
  });
  return await new Promise<End>((resolve) => {
    child.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

const newFile = () => join(temporaryFolder(), 'child.ndjson');

describe('whatever way a process ends', { timeout: 60_000 }, () => {
  it.each([
    ['return', { code: 0, signal: null }],
    ['exit', { code: 3, signal: null }],
    ['throw', { code: 1, signal: null }],
    ['reject', { code: 1, signal: null }],
  ] as const)('by %s, everything is in the file and the exit code is its own', async (way, end) => {
    const file = newFile();
    expect(await run(file, way)).toEqual(end);
    const { span, logs } = readLines(file);
    expect(span('done').end_time).not.toBeNull();
    expect(span('open').end_time).toBeNull();
    expect(logs).toHaveLength(1);
    expect(readdirSync(dirname(file))).toEqual(['child.ndjson']);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s, it dies of the signal', async (signal) => {
    const file = newFile();
    expect(await run(file, 'signal', (kill) => kill(signal))).toEqual({ code: null, signal });
    expect(readLines(file).span('done').name).toBe('done');
  });

  it("a signal handler of the host's keeps the last word", async () => {
    const file = newFile();
    expect(await run(file, 'graceful', (kill) => kill('SIGTERM'))).toEqual({ code: 7, signal: null });
    expect(readLines(file).spans.map((s) => s.name)).toEqual(['done', 'cleaning up', 'open']);
  });

  it('an uncaught error that the host survives loses nothing', async () => {
    const file = newFile();
    await run(file, 'survives', (kill) => kill('SIGKILL'));
    expect(readLines(file).span('done').name).toBe('done');
  });

  it('by SIGKILL, at most the last line is not whole', async () => {
    const file = newFile();
    expect(await run(file, 'busy', (kill) => kill('SIGKILL'))).toEqual({ code: null, signal: 'SIGKILL' });
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines.length).toBeGreaterThan(200);
    for (const line of lines.slice(0, -1)) SpanRecord.parse(JSON.parse(line));
    // And the next run goes on in the same file: the lock of the dead is no lock.
    await run(file, 'return');
    const names = readFileSync(file, 'utf8').trim().split('\n').slice(-3);
    expect(names.some((line) => line.includes('"open"'))).toBe(true);
  });

  const rowsOf = async (sql: string) => {
    const duckdb = await (await DuckDBInstance.create()).connect();
    return (await duckdb.runAndReadAll(sql)).getRows();
  };

  it.each(['loaded exit', 'signal'] as const)('by %s, Parquet files are complete', async (way) => {
    const folder = join(temporaryFolder(), 'traces');
    await run(folder, way, (kill) => kill('SIGTERM'));
    const files = readdirSync(folder, { recursive: true }).map(String);
    expect(files.filter((name) => !/^date=[\d-]+($|\/(spans|logs)-[^/]+\.parquet$)/.test(name))).toEqual([]);
    expect(await rowsOf(`SELECT name FROM read_parquet('${folder}/*/spans-*.parquet')`)).toContainEqual([
      'done',
    ]);
    expect(await rowsOf(`SELECT body FROM read_parquet('${folder}/*/logs-*.parquet')`)).toEqual([['said']]);
  });

  it('before Parquet can be written, NDJSON lies in its place', async () => {
    const folder = join(temporaryFolder(), 'traces');
    expect(await run(folder, 'exit at once')).toEqual({ code: 3, signal: null });
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    const { span, logs } = readLines(join(folder, name ?? ''));
    expect(span('open').end_time).toBeNull();
    expect(logs).toHaveLength(1);
  });
});
