import { describe, expect, it } from 'vitest';
import { catalogOf, variablesIn } from '../../src/notebook/catalog.ts';
import { buildGraph, downstream, readsOf, upstream } from '../../src/notebook/graph.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { isDeterministic, kindOf, makes, statements, tokens } from '../../src/notebook/sqlText.ts';
import { notebook } from './support.ts';

const catalog = catalogOf({
  relations: [
    ['store.spans', ''],
    ['all_spans', 'CREATE VIEW all_spans AS SELECT s.spans, s.name FROM spanbook.store.spans AS s'],
    [
      'spans',
      "CREATE VIEW spans AS SELECT * FROM spanbook.main.all_spans WHERE (a >= getvariable('Filter_From'))",
    ],
    [
      'calls',
      "CREATE VIEW calls AS SELECT x(model) FROM spanbook.main.spans WHERE (m = getvariable('filter_models'))",
    ],
  ],
  macros: [
    ['local', 'ts + INTERVAL 1 HOUR'],
    ['x', "getvariable('mode')"],
  ],
});

/** The graph with what stands after FROM and JOIN as the parser's answer. */
async function graphOf(text: string) {
  const { cells } = parseNotebook(text);
  const reads = new Map(
    await Promise.all(
      cells.map(async (c) => {
        const list = c.kind === 'sql' ? statements(c.sql) : [];
        return [c.id, await readsOf(list, () => Promise.reject(new Error('no parser here')))] as const;
      }),
    ),
  );
  const graph = buildGraph({ cells, reads, catalog, schema: 'nb1' });
  const name = (id: string) => cells.find((c) => c.id === id)?.name ?? id;
  const id = (n: string) => cells.find((c) => c.name === n)?.id ?? '';
  return {
    graph,
    id,
    names: (ids: readonly string[] | undefined) => (ids ?? []).map(name),
    node: (n: string) => {
      const node = graph.nodes.get(id(n));
      if (node === undefined) throw new Error(`no node ${n}`);
      return node;
    },
    problems: Object.fromEntries([...graph.problems].map(([k, v]) => [name(k), v])),
  };
}

describe('what shipped views read', () => {
  it('is found through other views and macros, and not in names of columns', () => {
    const of = (name: string) => [...(catalog.variables.get(name) ?? [])].sort();
    expect(of('all_spans')).toEqual([]);
    expect(of('spans')).toEqual(['filter_from']);
    expect(of('calls')).toEqual(['filter_from', 'filter_models', 'mode']);
    expect(of('local')).toEqual(['time_zone']);
  });

  it('variables in comments and strings are none', () => {
    expect(variablesIn("SELECT getvariable ( 'A' ), 'getvariable(''b'')' -- getvariable('c')")).toEqual([
      'a',
    ]);
  });
});

describe('the graph of cells', () => {
  it('orders cells after what they read, otherwise as in the document', async () => {
    const { graph, names, id, node } = await graphOf(
      notebook({
        d: 'SELECT * FROM b JOIN c ON true',
        a: 'SELECT * FROM spans',
        b: 'SELECT * FROM "A"',
        c: 'SELECT * FROM nb1.a',
        e: "SELECT local(t) FROM spanbook.main.calls, other.a WHERE getvariable('v') = 1",
      }),
    );
    expect(names(graph.order)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(names(node('d').reads)).toEqual(['b', 'c']);
    expect(names(downstream(graph, [id('b')]))).toEqual(['b', 'd']);
    expect(names(upstream(graph, [id('d')]))).toEqual(['a', 'b', 'c', 'd']);
    expect([...node('a').shipped]).toEqual(['spans']);
    expect([...node('e').variables].sort()).toEqual([
      'filter_from',
      'filter_models',
      'mode',
      'time_zone',
      'v',
    ]);
    expect(node('e').reads).toEqual([]);
  });

  it('takes statements that make or change relations and variables in', async () => {
    const { names, node } = await graphOf(
      notebook({
        early: 'SELECT * FROM t',
        make: 'CREATE TABLE IF NOT EXISTS nb1.t (x INT)',
        fill: 'INSERT INTO t SELECT * FROM spans',
        read: 'SELECT * FROM t',
        set: 'SET VARIABLE v = 1',
        use: "SELECT getvariable('v')",
      }),
    );
    expect(names(node('early').reads)).toEqual(['make']);
    expect(names(node('fill').reads)).toEqual(['make']);
    expect(names(node('read').reads)).toEqual(['make', 'fill']);
    expect(names(node('use').reads)).toEqual(['set']);
    expect(node('make')).toMatchObject({ command: true, relation: undefined });
  });

  it('says what cannot be', async () => {
    const { problems, node, graph } = await graphOf(
      `${notebook({
        Spans: 'SELECT 1',
        a: 'SELECT * FROM b',
        b: 'SELECT * FROM c',
        c: 'SELECT * FROM a',
        d: 'SELECT * FROM c',
        A: 'SELECT * FROM gone',
      })}\`\`\`chart e from=d\n\`\`\`\n\n\`\`\`chart f from=nobody\n\`\`\`\n`,
    );
    expect(Object.keys(problems).sort()).toEqual(['Spans', 'a', 'b', 'c', 'f']);
    expect(problems.a).toBe('These cells read each other in a circle: a → b → c → a.');
    expect(node('A')).toMatchObject({ relation: undefined, missing: ['gone'] });
    expect(graph.order).toHaveLength(8);
  });
});

describe('SQL text', () => {
  it('is cut at semicolons outside strings and comments', () => {
    const sql =
      "/* a; /* b; */ */ SELECT ';' AS \"x;\", $$;$$, e'\\';' -- c;\n; ;INSERT INTO t VALUES (1) -- end";
    expect(statements(sql).map((s) => s.sql)).toEqual([
      "SELECT ';' AS \"x;\", $$;$$, e'\\';'",
      'INSERT INTO t VALUES (1)',
    ]);
    expect(statements(sql).map((s) => sql.slice(s.start, s.start + 6))).toEqual(['SELECT', 'INSERT']);
    expect(statements("SELECT 'open").map((s) => s.sql)).toEqual(["SELECT 'open"]);
    expect(statements(' -- nothing')).toEqual([]);
  });

  it.each([
    ['SELECT 1', 'relation'],
    ['((SELECT 1))', 'relation'],
    ['FROM t', 'relation'],
    ['WITH a AS (INSERT_ME), b AS (SELECT 1) SELECT * FROM b', 'relation'],
    ['WITH a AS (SELECT 1) INSERT INTO t FROM a', 'command'],
    ['PIVOT t ON x USING count(*)', 'pivot'],
    ['FROM (PIVOT t ON x USING count(*))', 'pivot'],
    ["SELECT 'pivot'", 'relation'],
    ['UNPIVOT t ON COLUMNS(*)', 'relation'],
    ['SUMMARIZE t', 'listing'],
    ['SHOW TABLES', 'listing'],
    ['EXPLAIN SELECT 1', 'command'],
    ['CREATE TABLE t AS SELECT 1', 'command'],
    ['SET VARIABLE a = 1', 'command'],
  ])('%s is a %s', (sql, kind) => {
    expect(statements(sql).map(kindOf)).toEqual([kind]);
  });

  it.each([
    ['SELECT random()', false],
    ['SELECT now()', false],
    ['SELECT current_timestamp', false],
    ['SELECT * FROM t USING SAMPLE 10', false],
    ["SELECT 'random()' AS uuid, now_ish(1) FROM t JOIN s USING (x)", true],
  ])('%s is deterministic: %s', (sql, expected) => {
    expect(isDeterministic(tokens(sql))).toBe(expected);
  });

  it.each([
    ['CREATE OR REPLACE TEMP TABLE IF NOT EXISTS a.b."C d" (x INT)', ['C d'], []],
    ['CREATE MACRO f(x) AS x', ['f'], []],
    ['DROP VIEW IF EXISTS v', ['v'], []],
    ['UPDATE t SET x = 1', ['t'], []],
    ['DELETE FROM t', ['t'], []],
    ['SET VARIABLE v = 1', [], ['v']],
    ['SELECT 1', [], []],
  ])('%s makes %j', (sql, names, variables) => {
    expect(statements(sql).map(makes)).toEqual([{ names, variables }]);
  });
});
