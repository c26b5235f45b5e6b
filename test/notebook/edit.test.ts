import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as edit from '../../src/notebook/edit.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { serialiseNotebook } from '../../src/notebook/serialise.ts';
import type { Cell, NotebookDoc } from '../../src/notebook/types.ts';
import { pick, random } from './random.ts';

const overview = readFileSync(new URL('../../src/panels/overview.md', import.meta.url), 'utf8');
const text = (doc: NotebookDoc) => serialiseNotebook(doc);
const idOf = (doc: NotebookDoc, name: string) => doc.cells.find((c) => c.name === name)?.id ?? '';
const meaning = (cells: readonly Cell[]) => cells.map(({ id, notes, ...rest }) => rest);

/** The file of a document reads as that document. */
function expectSound(doc: NotebookDoc) {
  const again = parseNotebook(text(doc));
  expect(text(again)).toBe(text(doc));
  expect(meaning(again.cells), JSON.stringify(text(doc))).toEqual(meaning(doc.cells));
}

describe('editing a cell', () => {
  it('changes its own bytes only', () => {
    const doc = parseNotebook(overview);
    const id = idOf(doc, 'deploys');
    const after = edit.setSql(doc, id, 'SELECT 2');
    const before = doc.cells.find((c) => c.id === id)?.raw ?? '';
    expect(text(after)).toBe(overview.replace(before, '```sql deploys hidden\nSELECT 2\n```\n\n'));
    expect(
      edit.setSql(doc, id, doc.cells.find((c) => c.id === id)?.kind === 'sql' ? sqlOf(doc, id) : ''),
    ).toBe(doc);
    expect(
      edit
        .setSql(after, id, sqlOf(doc, id))
        .cells.map((c) => c.raw)
        .join(''),
    ).toBe(doc.cells.map((c) => c.raw).join(''));
  });

  it('keeps Windows line ends, and adds what an unclosed fence lacks', () => {
    const doc = parseNotebook('# T\r\n\r\n```sql a\r\nSELECT 1\r\n```\r\n');
    expect(text(edit.setSql(doc, idOf(doc, 'a'), 'SELECT\n2'))).toBe(
      '# T\r\n\r\n```sql a\r\nSELECT\r\n2\r\n```\r\n',
    );
    const open = parseNotebook('```sql a\nSELECT 1');
    expect(text(edit.insert(open, { kind: 'markdown', text: 'x' }))).toBe('```sql a\nSELECT 1\n```\n\nx\n\n');
    expect(text(edit.setSql(parseNotebook('```sql'), 'c0', 'SELECT 1'))).toBe('```sql\nSELECT 1\n```\n');
  });

  it('lengthens the fence where the SQL holds one', () => {
    const doc = edit.setSql(parseNotebook('```sql a\n```\n'), 'c0', "SELECT '\n```\n'");
    expect(text(doc)).toBe("````sql a\nSELECT '\n```\n'\n````\n");
    expectSound(doc);
  });

  it('sets and removes options in place', () => {
    const doc = parseNotebook('```sql  cost   view=bar  x="a b" folded odd=\'1\'\n```\n');
    const set = (change: Parameters<typeof edit.setOptions>[2]) => text(edit.setOptions(doc, 'c0', change));
    expect(set({ view: 'table' })).toBe('```sql  cost   view=table  x="a b" folded odd=\'1\'\n```\n');
    expect(set({ folded: undefined })).toBe('```sql  cost   view=bar  x="a b" odd=\'1\'\n```\n');
    expect(set({ title: 'Say "hi"\nthere', total: true })).toBe(
      '```sql  cost   view=bar  x="a b" folded odd=\'1\' title="Say \\"hi\\" there" total\n```\n',
    );
    expect(set({ x: 'a b', view: 'bar', gone: undefined })).toBe(text(doc));
  });

  it('keeps a flag from becoming the name', () => {
    const doc = parseNotebook('```sql view=bar folded\n```\n');
    const flagged = edit.setOptions(doc, 'c0', { view: undefined });
    expect(text(flagged)).toBe('```sql - folded\n```\n');
    expect(flagged.cells[0]).toMatchObject({ name: '', options: { folded: true } });
    expect(edit.setOptions(parseNotebook('```sql\n```\n'), 'c0', { folded: true }).cells[0]).toMatchObject({
      name: '',
      options: { folded: true },
    });
    expect(edit.rename(parseNotebook('```sql a folded\n```\n'), 'c0', '').cells[0]).toMatchObject({
      name: '',
      options: { folded: true },
    });
    expect(text(edit.rename(flagged, 'c0', 'named'))).toBe('```sql named folded\n```\n');
  });

  it('takes tildes where an option holds a backtick', () => {
    const doc = edit.setOptions(parseNotebook('```sql a\nSELECT 1\n```\n'), 'c0', { title: 'a `b`' });
    expect(text(doc)).toBe('~~~sql a title="a `b`"\nSELECT 1\n~~~\n');
    expectSound(doc);
  });

  it('splits Markdown at what is typed into it, and closes what is left open', () => {
    const doc = parseNotebook('Hello\n\n```sql a\n```\n');
    const split = edit.setText(doc, 'c0', 'Hello\n\n```sql b\nSELECT 1');
    expect(split.cells.map((c) => c.kind)).toEqual(['markdown', 'sql', 'sql']);
    expect(split.cells[0]?.id).toBe('c0');
    expectSound(split);
    const open = edit.setText(doc, 'c0', 'Hello <!-- not\n\n<!-- open');
    expect(open.cells.map((c) => c.kind)).toEqual(['markdown', 'sql']);
    expectSound(open);
    const empty = edit.setText(doc, 'c0', '');
    expect(empty.cells.map((c) => c.kind)).toEqual(['markdown', 'sql']);
    expectSound(empty);
  });
});

const sqlOf = (doc: NotebookDoc, id: string) => {
  const cell = doc.cells.find((c) => c.id === id);
  return cell?.kind === 'sql' ? cell.sql : '';
};

describe('structure', () => {
  const three = parseNotebook('one\n\n```sql a\nSELECT 1\n```\n\ntwo');

  it('deleting what stood between two texts leaves two texts', () => {
    const doc = edit.remove(three, 'c1');
    expect(text(doc)).toBe('one\n\n<!-- cell -->\n\ntwo');
    expectSound(doc);
  });

  it('moves and duplicates', () => {
    const moved = edit.move(three, 'c2', { before: 'c0' });
    expect(text(moved)).toBe('two\n\n<!-- cell -->\n\none\n\n```sql a\nSELECT 1\n```\n\n');
    expectSound(moved);
    expect(edit.move(three, 'c1', { before: 'c2' })).toBe(three);
    const twice = edit.duplicate(three, 'c1');
    expect(twice.cells.map((c) => [c.id, c.name])).toEqual([
      ['c0', ''],
      ['c1', 'a'],
      ['c3', 'a_copy'],
      ['c2', ''],
    ]);
    expectSound(twice);
  });

  it('inserts each kind of cell', () => {
    let doc = parseNotebook('---\ntitle: x\n---');
    doc = edit.insert(doc, { kind: 'markdown', text: '---\nrule' });
    doc = edit.insert(doc, { kind: 'sql', options: { folded: true } });
    doc = edit.insert(doc, { kind: 'chart', from: 'a', name: 'c', options: { view: 'bar' } });
    doc = edit.insert(
      doc,
      { kind: 'input', name: 'i', body: 'type: text\n' },
      { before: doc.cells[0]?.id ?? '' },
    );
    doc = edit.insert(doc, { kind: 'markdown', text: '' });
    expect(doc.cells.map((c) => c.kind)).toEqual(['input', 'markdown', 'sql', 'chart', 'markdown']);
    expect(doc.title).toBe('x');
    expectSound(doc);
  });

  it('a text that begins with a rule does not become front matter', () => {
    const doc = edit.move(parseNotebook('a\n\n<!-- cell -->\n---\ntitle: no\n---\n'), 'c1', { before: 'c0' });
    expectSound(doc);
    const bare = edit.insert(parseNotebook(''), { kind: 'markdown', text: '---\ntitle: no\n---' });
    expect(bare.title).toBe('');
    expectSound(bare);
  });

  it('renames a cell where it is read, and nothing else', () => {
    const doc = parseNotebook(
      [
        '```sql model\nSELECT model FROM spans\n```',
        '```sql b marks=model\nSELECT model.model, \'FROM model\' -- FROM model\nFROM x, (SELECT model FROM Model) JOIN "model" USING (model)\n```',
        '```chart c from=model y=model\n```\n',
      ].join('\n\n'),
    );
    expect(text(edit.rename(doc, 'c0', 'per_model'))).toBe(
      [
        '```sql per_model\nSELECT model FROM spans\n```',
        '```sql b marks=per_model\nSELECT per_model.model, \'FROM model\' -- FROM model\nFROM x, (SELECT model FROM per_model) JOIN "per_model" USING (model)\n```',
        '```chart c from=per_model y=model\n```\n',
      ].join('\n\n'),
    );
  });
});

describe('front matter', () => {
  const head =
    '---\n# mine\nspanbook: 1\ntitle:   Old # so\nfilters:\n  range: { last: 24h }\nowner: me\n---\n\ntext';

  it('is edited by key', () => {
    const doc = edit.setTitle(parseNotebook(head), 'New: one');
    expect(text(doc)).toBe(head.replace('title:   Old # so', 'title: "New: one"'));
    expect(doc.title).toBe('New: one');
    const filtered = edit.setDocFilters(doc, { models: ['m'], status: 'ERROR' });
    expect(filtered.filters).toEqual({ models: ['m'], status: 'ERROR' });
    expect(text(filtered)).toContain('owner: me\n---\n\ntext');
    expect(text(edit.setDocFilters(doc, {}))).toBe(
      head
        .replace('title:   Old # so', 'title: "New: one"')
        .replace('filters:\n  range: { last: 24h }\n', ''),
    );
  });

  it('keeps filters that it does not know', () => {
    const doc = parseNotebook('---\nfilters: { status: ERROR, region: eu }\n---\n');
    expect(text(edit.setDocFilters(doc, { range: { last: '1h' } }))).toBe(
      '---\nfilters:\n  range:\n    last: 1h\n  region: eu\n---\n',
    );
  });

  it('is made where there is none, and left alone where it cannot be read', () => {
    expect(text(edit.setTitle(parseNotebook('text\r\n'), 'T'))).toBe(
      '---\r\nspanbook: 1\r\ntitle: T\r\n---\r\n\r\ntext\r\n',
    );
    const broken = parseNotebook('---\ntitle: "x\n---\ntext');
    expect(edit.setTitle(broken, 'T')).toBe(broken);
  });
});

const SEEDS = [
  overview,
  '',
  'a\n\n<!-- cell -->\nb\n```sql x\nSELECT 1\n```\n```sql y',
  '\uFEFF---\r\ntitle: t\r\n---\r\n```sql a\r\nSELECT 1\r\n```\r\n- i\r\n  ```\r\n  x\r\n\r\n```chart b from=a\r\n```',
  '---\nnot closed\n\n```input i\ntype: text\n```\n<!-- open',
  '```sql a folded\n```\n~~~sql b\n```\n~~~\n  ```py\n',
];
const TEXTS = [
  '',
  'x',
  '\n',
  '---\na: 1\n---',
  '```sql z\nSELECT 1',
  '<!-- cell -->',
  '<!-- o',
  '```py',
  '- i\n  ```',
  'a\n```\nb',
  '~~~',
  '<pre>\n',
];

describe('any run of edits', () => {
  it('leaves a file that reads as the document', () => {
    for (let seed = 0; seed < 1500; seed++) {
      const next = random(seed);
      let doc = parseNotebook(pick(SEEDS, next));
      for (let i = 0; i < 8; i++) {
        const before = doc;
        const id = doc.cells.length === 0 ? 'none' : pick(doc.cells, next).id;
        const place = next() < 0.3 || doc.cells.length === 0 ? 'end' : { before: pick(doc.cells, next).id };
        const some = pick(TEXTS, next);
        switch (Math.floor(next() * 10)) {
          case 0:
            doc = edit.setSql(doc, id, some);
            break;
          case 1:
            doc = edit.setText(doc, id, some);
            break;
          case 2:
            doc = edit.setOptions(doc, id, {
              [pick(['view', 'folded', 'a'], next)]: pick([true, 'x', 'a `b"', undefined], next),
            });
            break;
          case 3:
            doc = edit.rename(doc, id, pick(['n', '', 'other', 'a'], next));
            break;
          case 4:
            doc = edit.insert(doc, { kind: 'markdown', text: some }, place);
            break;
          case 5:
            doc = edit.insert(doc, { kind: 'sql', sql: some, name: pick(['q', ''], next) }, place);
            break;
          case 6:
            doc = edit.remove(doc, id);
            break;
          case 7:
            doc = edit.duplicate(doc, id);
            break;
          case 8:
            doc = edit.setBody(doc, id, some);
            break;
          default:
            doc = edit.move(doc, id, place);
        }
        const again = parseNotebook(text(doc));
        const context = `seed ${seed} step ${i}\n${JSON.stringify(text(before))}\n${JSON.stringify(text(doc))}`;
        expect(meaning(again.cells), context).toEqual(meaning(doc.cells));
        expect(new Set(doc.cells.map((c) => c.id)).size, context).toBe(doc.cells.length);
      }
    }
  });
});
