import { describe, expect, it } from 'vitest';
import { insert, setSql } from '../../src/notebook/edit.ts';
import { createDocumentStore } from '../../src/notebook/history.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';

function start() {
  let time = 0;
  const document = createDocumentStore(parseNotebook('```sql a\n```\n\n```sql b\n```\n'), () => time);
  return {
    document,
    wait: (ms: number) => {
      time += ms;
    },
    type: (id: string, sql: string) => document.apply((d) => setSql(d, id, sql), `sql:${id}`),
    sql: () => document.doc().cells.map((c) => (c.kind === 'sql' ? c.sql : '')),
  };
}

describe('undo and redo', () => {
  it('take typing in one cell as one step', () => {
    const { document, type, sql } = start();
    for (const text of ['S', 'SE', 'SEL']) type('c0', text);
    type('c1', 'x');
    document.undo();
    expect(sql()).toEqual(['SEL', '']);
    document.undo();
    expect(sql()).toEqual(['', '']);
    document.undo();
    document.redo();
    document.redo();
    document.redo();
    expect(sql()).toEqual(['SEL', 'x']);
  });

  it('a pause, a seal or another edit ends the step', () => {
    const { document, type, wait, sql } = start();
    type('c0', '1');
    wait(1000);
    type('c0', '2');
    document.seal();
    type('c0', '3');
    document.apply((d) => insert(d, { kind: 'markdown', text: 'm' }));
    type('c0', '4');
    const seen: unknown[] = [];
    for (let i = 0; i < 5; i++) {
      document.undo();
      seen.push(sql()[0]);
    }
    expect(seen).toEqual(['3', '3', '2', '1', '']);
  });

  it('an edit that changes nothing is no step, and a new one ends redo', () => {
    const { document, type } = start();
    type('c0', '');
    expect(document.store.getState().past).toHaveLength(0);
    type('c0', '1');
    document.undo();
    document.apply((d) => setSql(d, 'c1', '2'));
    expect(document.store.getState().future).toEqual([]);
  });

  it('cells that did not change are the same objects', () => {
    const { document, type } = start();
    const before = document.doc().cells[1];
    type('c0', 'SELECT 1');
    expect(document.doc().cells[1]).toBe(before);
  });
});
