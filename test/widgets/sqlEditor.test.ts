import { CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { keywordSource, schemaSource } from '../../src/widgets/sqlEditor/completion.ts';
import { duckdb } from '../../src/widgets/sqlEditor/dialect.ts';
import {
  blankLiterals,
  commonTables,
  relationsInScope,
  statementAt,
} from '../../src/widgets/sqlEditor/scope.ts';
import { textChange } from '../../src/widgets/sqlEditor/textChange.ts';

const schema = {
  tables: [
    {
      name: 'llm_calls',
      columns: [
        { name: 'model', type: 'VARCHAR', meaning: 'Which' },
        { name: 'cache_read_tokens', type: 'BIGINT' },
      ],
    },
    {
      name: 'traces',
      columns: [
        { name: 'trace_id', type: 'VARCHAR' },
        { name: 'Odd Name', type: 'VARCHAR' },
      ],
    },
  ],
  functions: [{ name: 'quantile_cont', signature: 'quantile_cont(x, pos)' }],
};

/** Completes at `|`. */
async function complete(text: string, explicit = false, source = schemaSource(schema)): Promise<string[]> {
  const pos = text.indexOf('|');
  const state = EditorState.create({ doc: text.replace('|', ''), extensions: [duckdb.extension] });
  const result = (await source(new CompletionContext(state, pos, explicit))) as CompletionResult | null;
  return (result?.options ?? []).map((o) => o.label);
}

describe('completion', () => {
  it('offers the columns of the relations that the statement reads, before tables and functions', async () => {
    const found = await complete('SELECT m| FROM llm_calls');
    expect(found.slice(0, 2)).toEqual(['model', 'cache_read_tokens']);
    expect(found).toContain('quantile_cont');
    expect(found).not.toContain('trace_id');
  });
  it('knows aliases, and what is not qualified', async () => {
    expect(await complete('SELECT c.| FROM llm_calls AS c JOIN traces t USING (trace_id)')).toEqual([
      'model',
      'cache_read_tokens',
    ]);
    expect(await complete('SELECT t.tr| FROM llm_calls c, traces t')).toEqual(['trace_id', 'Odd Name']);
    expect(await complete('SELECT nobody.| FROM llm_calls')).toEqual([]);
  });
  it('offers relations only after FROM, common tables among them', async () => {
    expect(await complete('WITH recent AS (SELECT 1) SELECT * FROM |', true)).toEqual([
      'llm_calls',
      'traces',
      'recent',
    ]);
  });
  it('keeps out of strings and comments', async () => {
    expect(await complete("SELECT 'mod| ' FROM llm_calls")).toEqual([]);
    expect(await complete('-- mod|\nSELECT 1 FROM llm_calls')).toEqual([]);
  });
  it('does not open by itself where no word has begun', async () =>
    expect(await complete('SELECT | FROM llm_calls')).toEqual([]));
  it('offers keywords, but not behind a dot', async () => {
    expect(await complete('SEL|', false, keywordSource)).toContain('SELECT');
    expect(await complete('SELECT 1 QUAL|', false, keywordSource)).toContain('QUALIFY');
    expect(await complete('SELECT c.f|', false, keywordSource)).toEqual([]);
  });
  it('quotes names that need it', async () => {
    const state = EditorState.create({ doc: 'SELECT t. FROM traces t', extensions: [duckdb.extension] });
    const result = (await schemaSource(schema)(new CompletionContext(state, 9, true))) as CompletionResult;
    expect(result.options.map((o) => o.apply)).toEqual(['trace_id', '"Odd Name"']);
  });
});

describe('the scope of a statement', () => {
  it('blanks literals and keeps offsets', () => {
    const sql = "SELECT 'a;b' -- c;d\n/* ; */ FROM x";
    expect(blankLiterals(sql)).toHaveLength(sql.length);
    expect(blankLiterals(sql)).not.toContain(';');
    expect(statementAt("SELECT ';' ; SELECT 2", 3).trim()).toMatch(/^SELECT$/);
    expect(statementAt('SELECT 1; SELECT 2; SELECT 3', 12).trim()).toBe('SELECT 2');
  });
  it('reads FROM, JOIN, commas, quotes, schemas and subqueries', () => {
    expect(
      relationsInScope(
        'SELECT * FROM store.spans s, "my table" AS m JOIN traces USING (trace_id) WHERE x IN (SELECT id FROM events)',
      ),
    ).toEqual([
      { table: 'spans', as: 's' },
      { table: 'my table', as: 'm' },
      { table: 'traces', as: 'traces' },
      { table: 'events', as: 'events' },
    ]);
    expect(relationsInScope("SELECT 'FROM nothing' -- FROM comment")).toEqual([]);
  });
  it('knows what WITH defines', () =>
    expect(commonTables('WITH a AS (SELECT 1), b AS MATERIALIZED (SELECT 2) SELECT')).toEqual(['a', 'b']));
});

describe('a text set from outside', () => {
  it('changes as little as it can', () => {
    const apply = (from: string, to: string) => {
      const c = textChange(from, to);
      return c === undefined ? from : from.slice(0, c.from) + c.insert + from.slice(c.to);
    };
    expect(textChange('SELECT 1', 'SELECT 1')).toBeUndefined();
    expect(textChange('SELECT a FROM x', 'SELECT ab FROM x')).toEqual({ from: 8, to: 8, insert: 'b' });
    for (const [from, to] of [
      ['aaa', 'aa'],
      ['aa', 'aaa'],
      ['', 'x'],
      ['x', ''],
      ['abc', 'xbz'],
    ] as const)
      expect(apply(from, to)).toBe(to);
  });
});
