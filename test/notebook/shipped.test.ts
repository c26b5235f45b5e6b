import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNodeEngine } from '../../src/engine/duckdbNode.ts';
import type { Engine, ResultTable } from '../../src/engine/engine.ts';
import { createDocumentStore } from '../../src/notebook/history.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { createRuntime } from '../../src/notebook/runtime.ts';
import { call, load, PRICES, T0 } from '../engine/support.ts';

const panels = new URL('../../src/panels/', import.meta.url);
let engine: Engine;
beforeAll(async () => {
  engine = await createNodeEngine();
});
afterAll(() => engine.close());

async function open(schema: string, text: string, on: Engine = engine) {
  const document = createDocumentStore(parseNotebook(text));
  const runtime = createRuntime({
    document,
    connection: await on.connect(schema),
    beforeConnection: await on.connect(`${schema}_before`),
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
  expect(again).toEqual(['c_spans', 'c_llm_calls', 'c_traces', 'c_sessions', 'c_events', 'c_logs']);
  await runtime.setTimeZone('Europe/Helsinki');
  const zoned = runs();
  expect(Object.keys(before).filter((name) => zoned[name] !== after[name])).toEqual(['zoned']);
  await runtime.dispose();
});

it('the default notebook over data: the period before, filters, and a trace by its id', async () => {
  const day = 24 * 3_600_000;
  const tables = {
    prices: PRICES,
    spans: [
      call({ trace_id: 't1', span_id: 'a', at: 0 }),
      call({ trace_id: 't2', span_id: 'b', at: -3_600_000 }),
      call({ trace_id: 't3', span_id: 'c', at: -2 * day + 3_600_000 }),
    ],
  };
  const own = await createNodeEngine();
  await load(own, 'calls.ndjson', tables);
  const { runtime, document } = await open(
    'overview_data',
    readFileSync(new URL('overview.md', panels), 'utf8'),
    own,
  );
  await runtime.setData({ extent: { from: T0 - 2 * day + 3_600_000, to: T0 }, weighted: false });
  await runtime.runAll();
  const metrics = () => {
    const state = runtime.cell('key_metrics');
    if (state?.status !== 'done') throw new Error(`key_metrics is ${state?.status}`);
    const total = (table: ResultTable | undefined) => {
      for (let row = 0; row < (table?.numRows ?? 0); row++)
        if (table?.row(row).is_total === true) return table.row(row).requests;
      return undefined;
    };
    return [total(state.result.table), total(state.result.before)];
  };
  expect(metrics()).toEqual([2, 1]);
  await runtime.setFilters({ models: ['none'] });
  expect(metrics()).toEqual([0, 0]);
  await runtime.setFilters({ models: undefined, range: undefined });
  expect(metrics()).toEqual([3, undefined]);
  const page = await runtime.page('recent_traces', {
    offset: 1,
    limit: 1,
    orderBy: { column: 'start_time', descending: false },
  });
  expect([page.rowCount, page.table.row(0).trace_id]).toEqual([3, 't2']);
  expect(document.doc().notes).toEqual([]);

  const trace = await open('trace_data', readFileSync(new URL('trace.md', panels), 'utf8'), own);
  await trace.runtime.runAll();
  const rows = () => {
    const state = trace.runtime.cell('span_timeline');
    return state?.status === 'done' ? state.result.rowCount : state?.status;
  };
  expect(rows()).toBe(0);
  await trace.runtime.setVariable('trace_id', 't2');
  expect(rows()).toBe(1);
  await own.close();
});
