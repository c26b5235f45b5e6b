import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { serialiseNotebook } from '../../src/notebook/serialise.ts';
import type { Cell } from '../../src/notebook/types.ts';
import { pick, random } from './random.ts';

const panels = new URL('../../src/panels/', import.meta.url);
const shape = (cells: readonly Cell[]) =>
  cells.map((c) => {
    switch (c.kind) {
      case 'sql':
        return `sql ${c.name}: ${c.sql}`;
      case 'markdown':
        return `markdown: ${c.text}`;
      default:
        return `${c.kind} ${c.name}: ${c.body}`;
    }
  });
const cellsOf = (text: string) => {
  const doc = parseNotebook(text);
  expect(serialiseNotebook(doc)).toBe(text);
  return shape(doc.cells);
};

describe('a notebook file', () => {
  it('has front matter, SQL, chart, input and Markdown cells', () => {
    const text = `---
spanbook: 1
title: "Costs: by team"
owner: someone   # an unknown key
filters:
  range: { last: 7d }
  services: [chatbot]
  status: ERROR
---

# Costs

Who pays.

\`\`\`sql cost view=bar x=model y=cost_usd title="Cost, \\"all\\"" width=7 folded
SELECT 1
\`\`\`

\`\`\`chart share from=cost view=donut
\`\`\`
\`\`\`input team
type: select
options: [red, blue]
\`\`\`
Tail`;
    const doc = parseNotebook(text);
    expect(serialiseNotebook(doc)).toBe(text);
    expect(doc.title).toBe('Costs: by team');
    expect(doc.filters).toEqual({ range: { last: '7d' }, services: ['chatbot'], status: 'ERROR' });
    expect(doc.notes).toEqual([]);
    expect(shape(doc.cells)).toEqual([
      'markdown: # Costs\n\nWho pays.',
      'sql cost: SELECT 1',
      'chart share: ',
      'input team: type: select\noptions: [red, blue]',
      'markdown: Tail',
    ]);
    expect(doc.cells[1]?.options).toEqual({
      view: 'bar',
      x: 'model',
      y: 'cost_usd',
      title: 'Cost, "all"',
      width: '7',
      folded: true,
    });
    expect(doc.cells[2]).toMatchObject({ from: 'cost' });
    expect(doc.cells.flatMap((c) => c.notes)).toEqual([]);
  });

  it('reads every shipped notebook without a note', () => {
    const files = readdirSync(panels).filter((f) => f.endsWith('.md'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const text = readFileSync(new URL(file, panels), 'utf8');
      const doc = parseNotebook(text);
      expect(serialiseNotebook(doc)).toBe(text);
      expect(doc.title).not.toBe('');
      expect([...doc.notes, ...doc.cells.flatMap((c) => c.notes)]).toEqual([]);
    }
  });

  it('is what docs/notebook.md shows', () => {
    const docs = readFileSync(new URL('../../docs/notebook.md', import.meta.url), 'utf8');
    const example = /````markdown\n([\s\S]*?)````/.exec(docs)?.[1] ?? '';
    const doc = parseNotebook(example);
    expect(doc.cells.map((c) => `${c.kind} ${c.name}`)).toEqual([
      'markdown ',
      'input team',
      'sql team_calls',
      'sql cost_by_model',
      'chart share',
    ]);
    expect(doc.filters).toEqual({ range: { last: '7d' } });
    expect([...doc.notes, ...doc.cells.flatMap((c) => c.notes)]).toEqual([]);
    // Every option of the shipped notebooks is in the docs.
    const used = readdirSync(panels)
      .filter((f) => f.endsWith('.md'))
      .flatMap((f) => parseNotebook(readFileSync(new URL(f, panels), 'utf8')).cells)
      .flatMap((c) => Object.keys(c.options));
    expect([...new Set(used)].filter((key) => !new RegExp(`\`${key}[=\`]|\`${key}\\b`).test(docs))).toEqual(
      [],
    );
  });

  it('splits Markdown at separators, which may make empty cells', () => {
    expect(cellsOf('a\n\n<!-- cell -->\nb\n<!--cell-->\n\n```sql\n```\nc')).toEqual([
      'markdown: a',
      'markdown: b',
      'markdown: ',
      'sql : ',
      'markdown: c',
    ]);
  });

  it('keeps fences of other languages, longer fences, tildes and lists as Markdown', () => {
    const other = '```python\n<!-- cell -->\n```';
    expect(cellsOf(other)).toEqual([`markdown: ${other}`]);
    const nested = '````md\n```sql a\nSELECT 1\n```\n````';
    expect(cellsOf(nested)).toEqual([`markdown: ${nested}`]);
    const list = '- item\n\n  ```sql a\n  SELECT 1\n  ```';
    expect(cellsOf(list)).toEqual([`markdown: ${list}`]);
    const quoted = '> ```sql a\n> SELECT 1\n> ```';
    expect(cellsOf(quoted)).toEqual([`markdown: ${quoted}`]);
    const comment = '<!-- off\n```sql a\nSELECT 1\n```\n-->';
    expect(cellsOf(comment)).toEqual([`markdown: ${comment}`]);
    expect(cellsOf('```sqlite a\n```\n`​`` sql`')).toHaveLength(1);
  });

  it('a fence in a list ends with its item', () => {
    expect(cellsOf('- item\n  ```sh\n  ls\n\n```sql a\nSELECT 1\n```\n')).toEqual([
      'markdown: - item\n  ```sh\n  ls',
      'sql a: SELECT 1',
    ]);
    // Outside a list, an indented fence holds lines at column 0.
    expect(cellsOf('text\n\n  ```\n```sql a\n  ```')).toHaveLength(1);
  });

  it('takes fences of four backticks and of tildes, with shorter fences inside', () => {
    expect(cellsOf('````sql a\nSELECT \'\n```\n\'\n````\n~~~~sql b title="`x`"\n~~~\n~~~~')).toEqual([
      "sql a: SELECT '\n```\n'",
      'sql b: ~~~',
    ]);
  });

  it('gives SQL with plain line ends, whatever the file has', () => {
    expect(cellsOf('\uFEFF---\r\ntitle: x\r\n---\r\n\r\n```sql a\r\nSELECT\r\n1\r\n```\r\n')).toEqual([
      'sql a: SELECT\n1',
    ]);
    expect(parseNotebook('\uFEFF---\r\ntitle: x\r\n---\r\n').title).toBe('x');
  });

  it('an unclosed fence runs to the end and is noted', () => {
    const doc = parseNotebook('```sql a\nSELECT 1');
    expect(shape(doc.cells)).toEqual(['sql a: SELECT 1']);
    expect(doc.cells[0]?.notes).toEqual([expect.stringContaining('not closed')]);
  });

  it('reads plain Markdown and the empty file', () => {
    expect(cellsOf('')).toEqual([]);
    expect(cellsOf('\n\n')).toEqual([]);
    expect(cellsOf('# Title')).toEqual(['markdown: # Title']);
    // A rule is no front matter unless it is closed.
    expect(cellsOf('---\ntext')).toEqual(['markdown: ---\ntext']);
  });
});

describe('bad input is noted and kept', () => {
  const notesOf = (text: string) => {
    const doc = parseNotebook(text);
    expect(serialiseNotebook(doc)).toBe(text);
    return [...doc.notes.map((n) => n.message), ...doc.cells.flatMap((c) => c.notes)];
  };

  it.each([
    ['broken YAML', '---\ntitle: "x\n---\nhello', /front matter cannot be read/],
    ['a list as front matter', '---\n- a\n---\n', /not a list of keys/],
    ['a newer format', '---\nspanbook: 9\n---\n', /format 9/],
    ['unknown range', '---\nfilters: { range: { last: 2y } }\n---\n', /filters\.range/],
    ['filters as text', '---\nfilters: all\n---\n', /filters is not/],
    ['a title that is a map', '---\ntitle: {a: 1}\n---\n', /title is not/],
    ['an invalid name', '```sql my-cell\n```', /"my-cell" cannot be a name/],
    ['a name with a digit first', '```sql 1st\n```', /cannot be a name/],
    ['an open quote', '```sql a title="x\n```', /closing quote/],
    ['an option twice', '```sql a view=bar view=table\n```', /given twice/],
    ['an option without a name', '```sql a =x\n```', /no name before/],
    ['broken YAML in an input', '```input a\ntype: [\n```', /YAML cannot be read/],
    ['an unknown input', '```input a\ntype: dial\n```', /type/],
    ['an input without a name', '```input\ntype: text\n```', /needs a name/],
    ['a chart of nothing', '```chart a\n```', /from=NAME/],
    ['a name twice, but for case', '```sql Cost\n```\n```sql cost\n```', /taken/],
  ])('%s', (_, text, pattern) => {
    expect(notesOf(text)).toEqual([expect.stringMatching(pattern)]);
  });

  it('option names of Object.prototype are options like others', () => {
    const cell = parseNotebook('```sql a constructor=x __proto__=y\n```').cells[0];
    expect(Object.entries(cell?.options ?? {})).toContainEqual(['constructor', 'x']);
    expect(cell?.notes).toEqual([]);
  });
});

const PIECES = [
  '```sql a\nSELECT 1\n```',
  '```sql\n',
  '```',
  '````',
  '~~~',
  '~~~sql b folded',
  '```chart c from=a x="',
  '```input d\ntype: select',
  '<!-- cell -->',
  '<!-- open',
  '-->',
  '<pre>',
  '</pre>',
  '---',
  'title: x',
  '- item',
  '  ```sql e',
  '1. one\n   ```',
  '> ```sql',
  'text `code`',
  '    ```sql',
  '\t',
  '   ',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '\uFEFF',
  '\u00a0',
  '😀 ```',
  '```sql f\n~~~\n```',
  '<details>',
];

describe('round trip', () => {
  it('of any text is the text, and cells are where they were', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const next = random(seed);
      let text = '';
      for (let i = Math.floor(next() * 14); i > 0; i--)
        text += pick(PIECES, next) + pick(['\n', '\n', '\r\n', '\n\n', '', '\r'], next);
      const doc = parseNotebook(text);
      expect(serialiseNotebook(doc), JSON.stringify(text)).toBe(text);
      expect(new Set(doc.cells.map((c) => c.id)).size).toBe(doc.cells.length);
    }
  });
});
