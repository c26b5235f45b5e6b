import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { QueryError } from '../../src/engine/engine.ts';
import * as edit from '../../src/notebook/edit.ts';
import { FIRST_ROWS } from '../../src/notebook/types.ts';
import { HOUR, NEWEST, notebook, open, openWorld, type World } from './support.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const selects = (log: readonly string[], name: string) =>
  log.filter((s) => s.includes(`FROM "${name}" LIMIT`)).length;
/** Long enough to be cancelled, whatever the machine. */
const ENDLESS =
  'SELECT count(*) AS n FROM range(1000000) a, range(1000000) b WHERE (a.range * b.range) % 7 = 3';

describe('running', () => {
  it('a cell is a relation for the others, run after what it reads', async () => {
    const nb = await open(
      world,
      notebook({ b: 'SELECT n + 1 AS m FROM a', a: 'SELECT count(*)::INT AS n FROM all_calls' }),
    );
    expect(nb.state('b')).toEqual({ status: 'never' });
    await nb.run(nb.id('b'));
    expect(nb.column('b')).toEqual([97]);
    expect(nb.column('a')).toEqual([96]);
    expect(nb.cell('B')).toBe(nb.state('b'));
  });

  it('takes the first rows, and counts only when there are more', async () => {
    const nb = await open(
      world,
      notebook({ many: 'SELECT i FROM range(25000) t(i) ORDER BY i DESC', few: 'SELECT 1' }),
    );
    await nb.runAll();
    const many = nb.result('many');
    expect([many.table.numRows, many.rowCount]).toEqual([FIRST_ROWS, 25000]);
    expect(nb.column('many')[0]).toBe(24999n);
    const few = nb.result('few');
    expect(few.rowCount).toBe(1);
    expect(nb.log.filter((s) => s.includes('count(*)'))).toEqual(['SELECT count(*)::BIGINT FROM "many"']);
  });

  it('runs cells without a name, without making anything', async () => {
    const nb = await open(
      world,
      '```sql\nSELECT i FROM range(20000) t(i) -- end\n;\n```\n\n```sql view=table\nPIVOT (SELECT model FROM all_calls) ON model USING count(*)\n```\n\n```sql\nSUMMARIZE all_calls\n```\n\n```sql\nEXPLAIN SELECT 1\n```\n',
    );
    await nb.runAll();
    const states = Object.values(nb.store.getState().cells);
    expect(states.map((s) => s.status === 'done' && s.result.rowCount)).toEqual([20000, 1, 5, 1]);
    expect(nb.log.filter((s) => s.startsWith('CREATE'))).toEqual([]);
  });

  it('gives names to pivots, summaries, VALUES and FROM-first queries too', async () => {
    const nb = await open(
      world,
      notebook({
        wide: 'PIVOT (SELECT model FROM all_calls) ON model USING count(*)',
        facts: 'SUMMARIZE all_calls;',
        list: 'VALUES (1), (2)',
        all: 'FROM all_calls',
        read: 'SELECT (SELECT mini FROM wide) + (SELECT count(*) FROM facts) + (SELECT count(*) FROM list) + (SELECT count(*) FROM "all")',
      }),
    );
    await nb.runAll();
    expect(nb.column('read').map(String)).toEqual([String(64 + 5 + 2 + 96)]);
  });

  it('other statements act in the notebook’s schema, for the cells below', async () => {
    const nb = await open(
      world,
      notebook({
        make: 'CREATE OR REPLACE TABLE t AS SELECT 1 AS x; INSERT INTO t VALUES (2)',
        read: 'SELECT sum(x)::INT AS x FROM t',
        lang: "SET VARIABLE lang = 'en'",
        uses: "SELECT getvariable('lang') AS l",
      }),
    );
    await nb.run(nb.id('read'));
    expect(nb.column('read')).toEqual([3]);
    await nb.run(nb.id('uses'));
    expect(nb.column('uses')).toEqual(['en']);
  });

  it('an empty cell has nothing to run', async () => {
    const nb = await open(world, notebook({ scratch: '-- nothing' }));
    await nb.runAll();
    expect(nb.state('scratch')).toEqual({ status: 'never' });
  });

  it('the same name of a column twice does not break a cell', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x, 2 AS x' }));
    await nb.runAll();
    const state = nb.result('a');
    expect(state.table.columns.map((c) => c.name)).toEqual(['x', 'x_1']);
  });
});

describe('the order', () => {
  it('takes what is in view first, after what it reads', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1', b: 'SELECT 2 AS x', c: 'SELECT * FROM b' }));
    nb.setVisible([nb.id('c')]);
    await nb.runAll();
    const made = nb.log.flatMap((s) => /^CREATE OR REPLACE VIEW "(\w)"/.exec(s)?.[1] ?? []);
    expect(made).toEqual(['b', 'c', 'a']);
  });
});

describe('errors', () => {
  it('have their place in the cell’s text, and stop the cells that read it', async () => {
    const sql = '-- head\nSELECT nosuch FROM all_calls';
    const nb = await open(world, notebook({ a: sql, b: 'SELECT * FROM a', c: 'SELECT * FROM gone' }));
    await nb.runAll();
    const a = nb.state('a');
    expect(a.status === 'error' && a.error).toBeInstanceOf(QueryError);
    if (a.status === 'error' && a.error instanceof QueryError) {
      expect(a.error.sql).toBe(sql);
      expect(sql.slice(a.error.position)).toMatch(/^nosuch/);
    }
    expect(nb.state('b')).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('a, which') },
    });
    expect(nb.state('c')).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('gone') },
    });
  });

  it('a repaired cell runs its readers again, and the old result stays meanwhile', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x', b: 'SELECT x + 1 AS y FROM a' }));
    await nb.runAll();
    nb.edit('a', 'SELECT nosuch');
    expect(nb.state('a')).toMatchObject({ status: 'stale', because: 'its SQL', previous: { rowCount: 1 } });
    expect(nb.state('b').status).toBe('done');
    await nb.run(nb.id('a'));
    await nb.idle();
    expect(nb.state('a')).toMatchObject({ status: 'error', previous: { rowCount: 1 } });
    expect(nb.state('b')).toMatchObject({ status: 'error', previous: { rowCount: 1 } });
    nb.edit('a', 'SELECT 5 AS x');
    await nb.run(nb.id('a'));
    await nb.idle();
    expect(nb.column('b')).toEqual([6]);
  });

  it('circles, names of shipped tables and charts of nothing are said at the cells', async () => {
    const nb = await open(
      world,
      `${notebook({ a: 'SELECT * FROM b', b: 'SELECT * FROM a', spans: 'SELECT 1', self: 'SELECT * FROM self', fine: 'SELECT 1' })}\n\`\`\`chart c from=none\n\`\`\`\n\n\`\`\`input bucket\n\`\`\`\n`,
    );
    await nb.runAll();
    const message = (name: string) => nb.store.getState().problems[nb.id(name)];
    expect(message('a')).toMatch(/circle: a → b → a/);
    expect(message('b')).toMatch(/circle/);
    expect(message('spans')).toMatch(/every notebook has/);
    expect(message('self')).toBe('self reads itself.');
    expect(message('c')).toBe('There is no cell none.');
    expect(message('bucket')).toMatch(/set by the filters/);
    expect(nb.state('a')).toMatchObject({
      status: 'error',
      error: { message: expect.stringMatching(/circle/) },
    });
    expect(nb.state('spans').status).toBe('error');
    expect(nb.column('fine')).toEqual([1]);
  });

  it('undoing an edit brings the result back', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x' }));
    await nb.runAll();
    nb.edit('a', 'SELECT 2 AS x');
    nb.document.undo();
    expect(nb.column('a')).toEqual([1]);
    nb.document.redo();
    expect(nb.state('a').status).toBe('stale');
  });
});

describe('filters and variables', () => {
  const text = `---
filters:
  range: { last: 24h }
---

${notebook({
  filtered: 'SELECT count(*)::INT AS n FROM spans',
  by_model: 'SELECT count(*)::INT AS n FROM llm_calls',
  reader: 'SELECT n * 10 AS n FROM by_model',
  everything: 'SELECT count(*)::INT AS n FROM all_calls',
  buckets: "SELECT getvariable('bucket')::VARCHAR AS b",
  zoned: 'SELECT local(max(start_time)) AS t FROM all_calls',
})}`;

  it('rerun what depends on them, and nothing else', async () => {
    const nb = await open(world, text);
    await nb.runAll();
    expect(nb.store.getState().range).toEqual({
      from: NEWEST + 0.001 - 24 * HOUR,
      to: NEWEST + 0.001,
      bucketMs: HOUR,
      bounded: true,
    });
    expect([nb.column('filtered'), nb.column('by_model'), nb.column('everything')]).toEqual([
      [24],
      [24],
      [96],
    ]);
    expect(nb.column('buckets')).toEqual(['01:00:00']);
    nb.log.length = 0;
    await nb.setFilters({ models: ['opus'] });
    expect([nb.column('filtered'), nb.column('by_model'), nb.column('reader')]).toEqual([[24], [8], [80]]);
    expect(selects(nb.log, 'filtered') + selects(nb.log, 'everything') + selects(nb.log, 'buckets')).toBe(0);
    expect(selects(nb.log, 'reader')).toBe(1);
    await nb.setFilters({ range: { last: '7d' }, models: undefined });
    expect([nb.column('filtered'), nb.column('by_model')]).toEqual([[96], [96]]);
    expect(nb.column('buckets')).toEqual(['06:00:00']);
    expect(selects(nb.log, 'everything')).toBe(0);
    expect(nb.store.getState().filters).toEqual({ range: { last: '7d' } });
  });

  it('say what has changed until the cell has run', async () => {
    const nb = await open(world, text);
    await nb.runAll();
    const done = nb.setFilters({ models: ['opus'] });
    expect(nb.state('by_model')).toMatchObject({
      status: 'stale',
      because: 'the filters',
      previous: { rowCount: 1 },
    });
    expect(nb.state('reader')).toMatchObject({ status: 'stale', because: '`by_model`' });
    expect(nb.state('filtered').status).toBe('done');
    await done;
    expect(nb.state('reader').status).toBe('done');
  });

  it('the time zone reruns what is local', async () => {
    const nb = await open(world, text);
    await nb.runAll();
    nb.log.length = 0;
    await nb.setTimeZone('Europe/Helsinki');
    expect(nb.column('zoned')).toEqual([NEWEST + 2 * HOUR]);
    expect(selects(nb.log, 'everything')).toBe(0);
  });

  it('new data rerun what reads shipped tables', async () => {
    const nb = await open(world, `${text}\n${notebook({ constant: 'SELECT 1' })}`);
    await nb.runAll();
    nb.log.length = 0;
    await nb.setData({ extent: { from: 0, to: NEWEST - 24 * HOUR }, weighted: false });
    expect(nb.column('filtered')).toEqual([24]);
    expect(nb.store.getState().range.to).toBe(NEWEST - 24 * HOUR + 0.001);
    expect(selects(nb.log, 'constant')).toBe(0);
    expect(selects(nb.log, 'everything')).toBe(1);
  });

  it('inputs set variables, with their default at first', async () => {
    const nb = await open(
      world,
      `\`\`\`input team\ntype: select\noptions: [red, blue]\n\`\`\`\n\n${notebook({ a: "SELECT getvariable('team') AS t", b: 'SELECT 1' })}`,
    );
    await nb.runAll();
    expect(nb.column('a')).toEqual(['red']);
    nb.log.length = 0;
    await nb.setVariable('team', 'blue');
    expect(nb.column('a')).toEqual(['blue']);
    expect(nb.variable('team')).toBe('blue');
    expect(selects(nb.log, 'b')).toBe(0);
    expect(nb.store.getState().variables).toEqual({ team: 'blue' });
    await nb.setVariable('team', null);
    expect(nb.column('a')).toEqual([null]);
    expect(() => nb.setVariable('filter_from', null)).toThrow(/set by the filters/);
  });

  it('a variable may change its type under a view', async () => {
    const nb = await open(world, notebook({ a: "SELECT getvariable('v') AS v", b: 'SELECT v FROM a' }));
    await nb.setVariable('v', 'text');
    await nb.runAll();
    await nb.setVariable('v', 5);
    expect(nb.column('b')).toEqual([5]);
  });
});

describe('the period before', () => {
  const text = (range: string) =>
    `---\nfilters: { range: ${range} }\n---\n\n${notebook({
      calls: 'SELECT * FROM llm_calls',
      'total compare=previous': 'SELECT sum(cost_usd) AS cost FROM calls',
      plain: 'SELECT count(*) FROM calls',
    })}`;

  it('is the same SQL over shifted variables, through the same cells', async () => {
    const nb = await open(world, text('{ last: 24h }'));
    await nb.runAll();
    const sum = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => from + i).reduce((a, b) => a + b, 0);
    expect(nb.column('total')).toEqual([sum(72, 96)]);
    const state = nb.result('total');
    expect(state.before?.value(0, 0)).toBe(sum(48, 72));
    const plain = nb.result('plain');
    expect(plain.before).toBeUndefined();
  });

  it('fails for itself: the cell has its result, and says why there is none before', async () => {
    const nb = await open(
      world,
      `---\nfilters: { range: { last: 24h } }\n---\n\n${notebook({
        'c compare=previous':
          "SELECT CASE WHEN min(start_time) < TIMESTAMP '2026-11-23 12:00:00' THEN error('too early') ELSE '' END FROM spans",
      })}`,
    );
    await nb.runAll();
    expect(nb.column('c')).toEqual(['']);
    expect(nb.result('c').before).toBeUndefined();
    expect(nb.result('c').beforeError?.message).toContain('too early');
  });

  it('is none where time is not bounded or no data reach into it', async () => {
    const nb = await open(world, text('{ last: 7d }'));
    await nb.runAll();
    await nb.setFilters({ range: undefined });
    const state = nb.result('total');
    expect(state.before).toBeUndefined();
    expect(nb.beforeLog).toEqual([]);
  });
});

describe('cancelling', () => {
  it('stops the statement, keeps the old result, and lets others run', async () => {
    const nb = await open(
      world,
      notebook({ slow: 'SELECT 1 AS n', other: 'SELECT 2', reader: 'SELECT * FROM slow' }),
    );
    await nb.runAll();
    nb.edit('slow', ENDLESS);
    const running = nb.run(nb.id('slow'));
    await until(() => nb.state('slow').status === 'running');
    expect(nb.state('slow')).toMatchObject({ previous: { rowCount: 1 } });
    const other = nb.run(nb.id('other'));
    nb.cancel(nb.id('slow'));
    await running;
    await other;
    expect(nb.state('slow')).toMatchObject({ status: 'cancelled', previous: { rowCount: 1 } });
    expect(nb.column('other')).toEqual([2]);
  });

  it('a new run takes the place of the old one, whose result is never shown', async () => {
    const nb = await open(world, notebook({ a: ENDLESS }));
    const first = nb.run(nb.id('a'));
    await until(() => nb.state('a').status === 'running');
    nb.edit('a', 'SELECT 7 AS n');
    await nb.run(nb.id('a'));
    await first;
    expect(nb.column('a')).toEqual([7]);
  });

  it('cancels what waits, too', async () => {
    const nb = await open(world, notebook({ a: ENDLESS, b: 'SELECT 1', c: 'SELECT 2' }));
    const all = nb.runAll();
    await until(() => nb.state('a').status === 'running');
    expect(nb.store.getState().queued).toEqual([nb.id('b'), nb.id('c')]);
    nb.cancelAll();
    await all;
    await nb.idle();
    expect([nb.state('a').status, nb.state('b').status]).toEqual(['cancelled', 'never']);
  });

  it('a filter that changes under a running cell starts it again', async () => {
    const nb = await open(
      world,
      notebook({
        a: `SELECT count(*)::INT AS n FROM llm_calls, range(CASE WHEN getvariable('filter_models') IS NULL THEN 400000000000 ELSE 1 END)`,
      }),
    );
    const first = nb.run(nb.id('a'));
    await until(() => nb.state('a').status === 'running');
    await nb.setFilters({ models: ['opus'] });
    await first;
    expect(nb.column('a')).toEqual([32]);
  });

  it('deleting a running cell stops it', async () => {
    const nb = await open(world, notebook({ a: ENDLESS, b: 'SELECT 1' }));
    const all = nb.runAll();
    await until(() => nb.state('a').status === 'running');
    const id = nb.id('a');
    nb.document.apply((doc) => edit.remove(doc, id));
    await all;
    expect(nb.column('b')).toEqual([1]);
    expect(Object.keys(nb.store.getState().cells)).toEqual([nb.id('b')]);
  });
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000 && !condition(); i++) await new Promise((resolve) => setImmediate(resolve));
  expect(condition()).toBe(true);
}

describe('the notebook’s schema follows the document', () => {
  it('a deleted cell is no relation any more', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x', b: 'SELECT * FROM a' }));
    await nb.runAll();
    const id = nb.id('a');
    nb.document.apply((doc) => edit.remove(doc, id));
    await nb.idle();
    expect(nb.state('b')).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('a') },
    });
    nb.document.undo();
    await nb.run(nb.id('b'));
    expect(nb.column('b')).toEqual([1]);
  });

  it('renaming takes the readers along', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x', b: 'SELECT x FROM a' }));
    await nb.runAll();
    await nb.rename(nb.id('a'), 'first');
    await nb.idle();
    expect(nb.column('b')).toEqual([1]);
    expect(nb.column('first')).toEqual([1]);
    nb.edit('b', 'SELECT * FROM a');
    await nb.run(nb.id('b'));
    expect(nb.state('b').status).toBe('error');
  });

  it('keeps the rows of what is not deterministic', async () => {
    const nb = await open(
      world,
      notebook({ a: 'SELECT random() AS x', b: 'SELECT x FROM a', c: 'SELECT x FROM a' }),
    );
    await nb.runAll();
    expect(nb.column('b')).toEqual(nb.column('a'));
    expect(nb.column('c')).toEqual(nb.column('a'));
    const before = nb.column('a');
    await nb.run(nb.id('a'));
    await nb.idle();
    expect(nb.column('a')).not.toEqual(before);
    expect(nb.column('b')).toEqual(nb.column('a'));
    // And a view again, when it is one.
    nb.edit('a', 'SELECT 1 AS x');
    await nb.run(nb.id('a'));
    await nb.idle();
    expect(nb.column('c')).toEqual([1]);
  });

  it('keeps the rows of a slow cell that others read', async () => {
    let time = 0;
    const nb = await open(
      world,
      notebook({ a: 'SELECT count(*)::INT AS n FROM all_calls', b: 'SELECT n FROM a', c: 'SELECT 1' }),
      {
        // Every look at the clock is a second later: each cell is slow.
        now: () => {
          time += 1000;
          return time;
        },
      },
    );
    await nb.runAll();
    await nb.idle();
    const made = nb.log.filter((s) => /CREATE OR REPLACE TABLE/.test(s));
    expect(made).toEqual(['CREATE OR REPLACE TABLE "a__building" AS SELECT * FROM "a"']);
    expect(nb.column('b')).toEqual([96]);
    await nb.run(nb.id('a'));
    expect(nb.log.at(-2)).toBe('CREATE OR REPLACE TABLE "a" AS SELECT count(*)::INT AS n FROM all_calls');
    expect(nb.column('a')).toEqual([96]);
  });
});

describe('pages', () => {
  it('are ordered and filtered by the engine, with a stable order among equals', async () => {
    const nb = await open(
      world,
      notebook({
        t: "SELECT i, i % 2 AS k, CASE WHEN i = 3 THEN NULL ELSE 'it''s ' || (i % 2) END AS s FROM range(12000) t(i) ORDER BY i DESC",
      }),
    );
    await nb.runAll();
    const page = await nb.page('t', { offset: 5999, limit: 3, orderBy: { column: 'k', descending: false } });
    expect([0, 1, 2].map((r) => page.table.value(r, 0))).toEqual([0n, 11999n, 11997n]);
    expect(page.rowCount).toBe(12000);
    expect(page.table.columns.map((c) => c.name)).toEqual(['i', 'k', 's']);
    const some = await nb.page('t', { offset: 0, limit: 2, where: { column: 's', equals: "it's 1" } });
    expect([some.rowCount, some.table.value(0, 0)]).toEqual([5999, 11999n]);
    const last = await nb.page('t', { offset: 11999, limit: 5, orderBy: { column: 's', descending: true } });
    expect([last.table.numRows, last.table.value(0, 0)]).toEqual([1, 3n]);
    await expect(nb.page('nothing', { offset: 0, limit: 1 })).rejects.toThrow(/nothing/);
    await expect(nb.page('t', { offset: -1, limit: 1 })).rejects.toThrow(RangeError);
  });

  it('do not wait for the cells in the queue, and can be aborted', async () => {
    const nb = await open(world, notebook({ t: 'SELECT 1 AS x', slow: ENDLESS }));
    await nb.run(nb.id('t'));
    const slow = nb.run(nb.id('slow'));
    await until(() => nb.state('slow').status === 'running');
    const controller = new AbortController();
    const page = nb.page('t', { offset: 0, limit: 1 }, controller.signal);
    controller.abort(new Error('scrolled on'));
    await expect(page).rejects.toThrow('scrolled on');
    nb.cancelAll();
    await slow;
  });
});

describe('weights', () => {
  it('are missed only where they matter', async () => {
    const nb = await open(
      world,
      notebook({
        plain: 'SELECT count(*) FROM spans',
        weighted: 'SELECT sum(sample_weight) FROM spans',
        rows: 'SELECT model FROM spans',
        own: 'SELECT count(*) FROM plain',
      }),
      { weighted: true },
    );
    await nb.runAll();
    const flag = (name: string) => nb.result(name).unweighted;
    expect(['plain', 'weighted', 'rows', 'own'].map(flag)).toEqual([true, false, false, false]);
    await nb.setData({ extent: { from: 0, to: NEWEST }, weighted: false });
    expect(flag('plain')).toBe(false);
  });
});

describe('after a crash', () => {
  it('a new engine gets the variables and the cells that had run', async () => {
    const nb = await open(
      world,
      notebook({
        a: "SELECT getvariable('v') AS v, count(*)::INT AS n FROM llm_calls",
        b: 'SELECT n FROM a',
        never: 'SELECT 1',
      }),
    );
    await nb.setVariable('v', 'kept');
    await nb.setFilters({ models: ['opus'] });
    await nb.run(nb.id('b'));
    nb.edit('b', 'SELECT n + 1 AS n FROM a');
    const text = nb.document.doc();
    const second = await openWorld();
    const done = nb.restart(await second.connect('again'), await second.connect('again_before'));
    expect(nb.state('a')).toMatchObject({
      status: 'stale',
      because: 'the engine was restarted',
      previous: { rowCount: 1 },
    });
    await done;
    expect(nb.document.doc()).toBe(text);
    expect(nb.column('a')).toEqual(['kept']);
    expect(nb.column('b')).toEqual([33]);
    expect(nb.state('never').status).toBe('never');
    await second.close();
  });

  it('a connection that never answers does not hold the notebook', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x' }), {
      connection: {
        schema: 'dead',
        query: () => new Promise(() => undefined),
        setVariable: () => new Promise(() => undefined),
        reads: () => new Promise(() => undefined),
        close: async () => undefined,
      },
    });
    const waiting = nb.run(nb.id('a'));
    await nb.restart(await world.connect('alive'));
    await waiting;
    expect(nb.column('a')).toEqual([1]);
  });
});

describe('a query that becomes a command', () => {
  it('leaves no view behind', async () => {
    const nb = await open(world, notebook({ a: 'SELECT 1 AS x', b: 'SELECT * FROM a' }));
    await nb.runAll();
    nb.edit('a', 'SET VARIABLE z = 1');
    await nb.run(nb.id('a'));
    await nb.run(nb.id('b'));
    expect(nb.state('b')).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('a') },
    });
  });
});
