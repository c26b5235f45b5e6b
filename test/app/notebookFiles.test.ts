import { describe, expect, it } from 'vitest';
import { memoryStore } from '../../src/app/indexedDb.ts';
import { createNotebookFiles } from '../../src/app/notebookFiles.ts';
import { setDocFilters, setSql } from '../../src/notebook/edit.ts';

const SHIPPED = new Map([
  ['overview', '---\nspanbook: 1\ntitle: Overview\n---\n\n```sql a\nSELECT 1\n```\n'],
]);
const open = async (storage = memoryStore()) => {
  const errors: unknown[] = [];
  const files = createNotebookFiles({ storage, shipped: SHIPPED, onError: (e) => errors.push(e) });
  await files.load();
  return { files, storage, errors };
};
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('notebooks kept in the browser', () => {
  it('gives the shipped text until it is edited, and the edit after a reload', async () => {
    const { files, storage } = await open();
    const { doc } = files.read('overview');
    expect(doc.title).toBe('Overview');
    expect(files.isEdited('overview')).toBe(false);
    files.write('overview', setSql(doc, doc.cells[0]?.id ?? '', 'SELECT 2'), { top: 5 });
    await settled();
    const again = (await open(storage)).files;
    expect(again.read('overview').doc.cells[0]).toMatchObject({ sql: 'SELECT 2' });
    expect(again.read('overview').variables).toEqual({ top: 5 });
    expect(again.isEdited('overview')).toBe(true);
  });

  it('does not call a notebook edited whose filters were set', async () => {
    const { files } = await open();
    const { doc } = files.read('overview');
    files.write('overview', setDocFilters(doc, { services: ['chatbot'] }), {});
    expect(files.isEdited('overview')).toBe(false);
    expect(files.read('overview').doc.filters).toEqual({ services: ['chatbot'] });
  });

  it('keeps the last of many writes', async () => {
    const { files, storage } = await open();
    const { doc } = files.read('overview');
    for (let n = 0; n < 20; n++)
      files.write('overview', setSql(doc, doc.cells[0]?.id ?? '', `SELECT ${n}`), {});
    await settled();
    const again = (await open(storage)).files;
    expect(again.read('overview').doc.cells[0]).toMatchObject({ sql: 'SELECT 19' });
  });

  it('makes, lists and removes own notebooks', async () => {
    const { files, storage } = await open();
    const first = await files.create('---\ntitle: Mine\n---\n');
    const second = await files.create('---\ntitle: Other\n---\n');
    expect(first).not.toBe(second);
    await files.remove(second);
    expect((await open(storage)).files.list()).toEqual([{ id: first, title: 'Mine' }]);
  });

  it('says so when something kept cannot be read, and goes on', async () => {
    const storage = memoryStore();
    await storage.set('notebook:broken', { version: 7 });
    const { files, errors } = await open(storage);
    expect(errors).toHaveLength(1);
    expect(files.read('overview').doc.title).toBe('Overview');
  });
});
