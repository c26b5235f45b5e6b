import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { createDocumentStore } from '../../src/notebook/history.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { createRuntime } from '../../src/notebook/runtime.ts';

const panels = new URL('../../src/panels/', import.meta.url);
let engine: Engine;
beforeAll(async () => {
  engine = await createNodeEngine();
});
afterAll(() => engine.close());

async function open(schema: string, text: string) {
  const document = createDocumentStore(parseNotebook(text));
  const runtime = createRuntime({
    document,
    connection: await engine.connect(schema),
    beforeConnection: await engine.connect(`${schema}_before`),
  });
  const summary = () =>
    document.doc().cells.flatMap((cell) => {
      const state = runtime.store.getState().cells[cell.id];
      return state === undefined
        ? []
        : [`${cell.name} ${state.status === 'error' ? state.error.message : state.status}`];
    });
  return { runtime, document, summary };
}

it.each(readdirSync(panels).filter((f) => f.endsWith('.md')))(
  'every cell of %s runs, with no data too',
  async (file) => {
    const { runtime, document, summary } = await open(
      file.replace('.md', ''),
      readFileSync(new URL(file, panels), 'utf8'),
    );
    await runtime.runAll();
    await runtime.idle();
    expect(runtime.store.getState().problems).toEqual({});
    const expected = document
      .doc()
      .cells.flatMap((cell) =>
        cell.kind === 'sql' ? [`${cell.name} ${cell.sql.trim() === '' ? 'never' : 'done'}`] : [],
      );
    expect(summary()).toEqual(expected);
    await runtime.dispose();
  },
);

it('filters rerun the cells over filtered views, the zone those that are local', async () => {
  const text = [
    'spans',
    'all_spans',
    'llm_calls',
    'traces',
    'sessions',
    'events',
    'logs',
    'messages',
    'all_traces',
  ]
    .map((view) => `\`\`\`sql c_${view}\nSELECT count(*) AS n FROM ${view}\n\`\`\`\n`)
    .concat("```sql zoned\nSELECT local(TIMESTAMP '2026-11-24 12:00:00') AS t\n```\n")
    .join('\n');
  const { runtime, document, summary } = await open('rerun', text);
  await runtime.runAll();
  expect(summary().filter((s) => !s.endsWith(' done'))).toEqual([]);
  const runs = () =>
    Object.fromEntries(
      document.doc().cells.map((c) => {
        const state = runtime.store.getState().cells[c.id];
        return [c.name, state?.status === 'done' ? state.result.run : state?.status];
      }),
    );
  const before = runs();
  await runtime.setFilters({ range: { from: '2026-11-24', to: '2026-11-25' } });
  const after = runs();
  const again = Object.keys(before).filter((name) => before[name] !== after[name]);
  expect(again).toEqual([
    'c_spans',
    'c_llm_calls',
    'c_traces',
    'c_sessions',
    'c_events',
    'c_logs',
  ]);
  await runtime.setTimeZone('Europe/Helsinki');
  const zoned = runs();
  expect(Object.keys(before).filter((name) => zoned[name] !== after[name])).toEqual(['zoned']);
  await runtime.dispose();
});
