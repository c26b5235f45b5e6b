import { openAsBlob } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findNeighbours,
  findTraces,
  readChoices,
  readCounts,
  readFiles,
  readHistogram,
  readShape,
} from '../../src/app/catalog.ts';
import { createLoader, type Loader } from '../../src/app/load.ts';
import { createAppStore } from '../../src/app/store.ts';
import { readFunctions, readTables, SIDEBAR_TABLES } from '../../src/app/tableList.ts';
import { whereText } from '../../src/app/whereText.ts';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Connection, Engine } from '../../src/engine/engine.ts';
import { createIngest } from '../../src/ingest/index.ts';
import { resolveRange } from '../../src/notebook/range.ts';
import type { Filters } from '../../src/notebook/types.ts';
import { filterVariables } from '../../src/notebook/variables.ts';

const sample = async (name: string) => {
  const blob = await openAsBlob(new URL(`../../sample-data/${name}`, import.meta.url));
  return { name, file: new File([blob], name) };
};
const file = (name: string, text: string) => ({ name, file: new File([text], name) });

let engine: Engine;
let connection: Connection;
let loader: Loader;
const store = createAppStore();
beforeAll(async () => {
  engine = await createNodeEngine();
  connection = await engine.connect('test');
  loader = createLoader({
    store,
    ingest: createIngest(),
    engine: async () => engine,
    onCommitted: () => undefined,
    onSources: () => undefined,
  });
});
afterAll(() => engine.close());

const count = async (from: string) =>
  Number((await connection.query(`SELECT count(*) FROM ${from}`)).value(0, 0));

describe('opening files', () => {
  it('loads what is a trace file, says why of the others, and goes on', async () => {
    const jpeg = new File([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])], 'photo.jpg');
    const result = await loader.open(
      [{ name: 'photo.jpg', file: jpeg }, file('empty.ndjson', ''), await sample('research-agent.parquet')],
      false,
    );
    expect(result.files.map((f) => [f.name, f.status])).toEqual([
      ['photo.jpg', 'refused'],
      ['empty.ndjson', expect.stringMatching(/^(done|refused)$/)],
      ['research-agent.parquet', 'done'],
    ]);
    expect(result.files[0]?.message).toContain('JPEG');
    expect(result.files[1]?.message).toMatch(/\w/);
    expect(result.spans).toBe(await count('all_spans'));
    expect(result.spans).toBeGreaterThan(1000);
    expect(store.getState().loads.map((l) => l.status)).toEqual(result.files.map((f) => f.status));
    expect(loader.sources().map((s) => s.name)).not.toContain('photo.jpg');
  });

  it('takes files in their order, though small ones are read sooner', async () => {
    const id = (i: number) =>
      `{"trace_id":"order","span_id":"n${i}","name":"x","start_time":"2026-11-20T00:00:00Z"}\n`;
    const large = Array.from({ length: 20_000 }, (_, i) => id(i)).join('');
    const names = ['large.ndjson', ...Array.from({ length: 9 }, (_, i) => `small${i}.ndjson`)];
    const result = await loader.open(
      names.map((name, i) => file(name, i === 0 ? large : id(i) + id(20_000 + i))),
      false,
    );
    expect(result.files.map((f) => [f.name, f.spans, f.duplicates])).toEqual(
      names.map((name, i) => (i === 0 ? [name, 20_000, 0] : [name, 2, 1])),
    );
    expect(await count("all_traces WHERE trace_id = 'order' AND span_count = 20009")).toBe(1);
    for (const name of names) await engine.removeFile(name);
  });

  it('keeps nothing of a file that was cancelled', async () => {
    const before = await count('all_spans');
    const opening = loader.open([await sample('doc-extract.parquet')], false);
    loader.cancel(store.getState().loads.at(-1)?.id ?? -1);
    expect((await opening).files).toMatchObject([{ status: 'cancelled', spans: 0 }]);
    expect(await count('all_spans')).toBe(before);
    expect(loader.sources().map((s) => s.name)).not.toContain('doc-extract.parquet');
  });

  it('counts skipped lines', async () => {
    const line = '{"trace_id":"t1","span_id":"s1","name":"x","start_time":"2026-11-20T00:00:00Z"}';
    const result = await loader.open([file('broken.ndjson', `${line}\n{"trace_id":\n`)], false);
    expect(result).toMatchObject({ spans: 1, rejects: 1 });
    expect(await readFiles(connection)).toContainEqual({
      sourceFile: 'broken.ndjson',
      spans: 1,
      logs: 0,
      rejects: 1,
    });
    await engine.removeFile('broken.ndjson');
  });
});

describe('what the frame shows', () => {
  it('lists the tables with their columns and what these mean', async () => {
    const tables = await readTables(connection);
    expect(tables.slice(0, SIDEBAR_TABLES.length).map((t) => t.name)).toEqual([...SIDEBAR_TABLES]);
    const spans = tables.find((t) => t.name === 'spans');
    expect(spans?.columns.find((c) => c.name === 'input_tokens')).toMatchObject({
      type: 'BIGINT',
      meaning: expect.stringContaining('cached'),
    });
    expect((await readFunctions(connection)).map((f) => f.name)).toContain('quantile_cont');
    const counts = await readCounts(connection, SIDEBAR_TABLES);
    expect(counts.get('spans')).toBe(await count('all_spans'));
  });

  it('has every trace in the histogram under the brush', async () => {
    const shape = await readShape(connection);
    if (shape.extent === undefined) throw new Error('no extent');
    const histogram = await readHistogram(connection, shape.extent);
    expect(histogram.buckets.reduce((sum, b) => sum + b.traces, 0)).toBe(await count('all_traces'));
    expect(histogram.buckets.every((b) => b.start >= histogram.from && b.start < histogram.to)).toBe(true);
    expect(histogram.buckets.every((b) => (b.start - histogram.from) % histogram.bucketMs === 0)).toBe(true);
    expect(shape.weighted).toBe(false);
  });

  it('finds a trace by the begin of its id, and those beside it in the list', async () => {
    const list = await connection.query(
      'SELECT trace_id FROM traces ORDER BY start_time DESC, trace_id DESC LIMIT 3',
    );
    const [first = '', second = '', third = ''] = [0, 1, 2].map((row) => String(list.value(row, 0)));
    const found = await findTraces(connection, second.slice(0, 12), new AbortController().signal);
    expect(found.map((t) => t.traceId)).toEqual([second]);
    expect(await findNeighbours(connection, second)).toEqual({ previous: first, next: third });
    expect(await findNeighbours(connection, first)).toEqual({ previous: undefined, next: second });
    expect(await findTraces(connection, "' OR true --", new AbortController().signal)).toEqual([]);
  });
});

describe('filters as SQL', () => {
  const cases: Filters[] = [
    {},
    { range: { last: '24h' } },
    { range: { last: '7d' }, status: 'ERROR' },
    { status: 'OK', text: 'search' },
    { text: "it's" },
    { services: ['research-agent'], range: { last: '7d' } },
    { services: ['nobody', "o'neil"] },
  ];
  it.each(cases)('%j selects the same calls as the filter itself', async (filters) => {
    const { models } = await readChoices(connection);
    const { extent } = await readShape(connection);
    for (const chosen of [undefined, models.slice(0, 1), models.slice(0, 2)]) {
      const all: Filters =
        chosen === undefined ? filters : { ...filters, models: chosen.map((m) => m.value) };
      const range = resolveRange(all.range, extent);
      for (const [name, value] of Object.entries(filterVariables(all, range, 'UTC')))
        await connection.setVariable(name, value);
      const wanted = await count('llm_calls');
      expect(await count(`all_llm_calls ${whereText(all, range)}\n`)).toBe(wanted);
    }
    for (const name of Object.keys(filterVariables({}, resolveRange(undefined, extent), 'UTC')))
      await connection.setVariable(name, null);
  });
});
