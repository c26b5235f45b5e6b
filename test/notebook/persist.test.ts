import { describe, expect, it } from 'vitest';
import { setSql } from '../../src/notebook/edit.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { createNotebooks, markOf, memoryStorage, type NotebooksOptions } from '../../src/notebook/persist.ts';
import { serialiseNotebook } from '../../src/notebook/serialise.ts';

const SHIPPED = '---\ntitle: Overview\n---\n\n```sql a\nSELECT 1\n```\n';
const shipped = new Map([['overview', SHIPPED]]);

async function start(storage = memoryStorage(), more: Partial<NotebooksOptions> = {}) {
  const errors: unknown[] = [];
  const notebooks = createNotebooks({
    storage,
    shipped,
    onError: (e) => errors.push(e),
    delayMs: 60_000,
    ...more,
  });
  await notebooks.load();
  return { notebooks, storage, errors };
}

describe('kept notebooks', () => {
  it('are there again after a reload, with what was set', async () => {
    const { notebooks, storage } = await start();
    const id = await notebooks.create('---\ntitle: Mine\n---\n\n```sql x\nSELECT 1\n```\n');
    const { doc } = notebooks.read(id);
    const variables = {
      team: 'red',
      when: new Date(5),
      at: { epochMs: 5.25 },
      step: { intervalMs: 60_000 },
      many: ['a'],
      big: 5n,
    };
    notebooks.write(id, setSql(doc, 'c0', 'SELECT 2'), { variables, view: { folded: ['x'] } });
    await notebooks.flush();
    const again = (await start(storage)).notebooks;
    expect(again.list()).toEqual([{ id, title: 'Mine' }]);
    const open = again.read(id);
    expect(open.doc.cells[0]).toMatchObject({ name: 'x', sql: 'SELECT 2' });
    expect(open).toMatchObject({ variables, view: { folded: ['x'] }, edited: false, shippedChanged: false });
    await again.remove(id);
    expect((await start(storage)).notebooks.list()).toEqual([]);
  });

  it('a flush starts to write at once, and only what changed', async () => {
    const { storage } = await start();
    const sets: string[] = [];
    const spied = {
      ...storage,
      set: (key: string, value: unknown) => {
        sets.push(key);
        return storage.set(key, value);
      },
    };
    const { notebooks } = await start(spied);
    const { doc } = notebooks.read('overview');
    for (let i = 2; i < 9; i++) notebooks.write('overview', setSql(doc, 'c0', `SELECT ${i}`));
    expect(sets).toEqual([]);
    const done = notebooks.flush();
    expect(sets).toEqual(['notebook:overview']);
    await done;
    await notebooks.flush();
    expect(sets).toHaveLength(1);
    expect((await start(storage)).notebooks.read('overview').doc.cells[0]).toMatchObject({ sql: 'SELECT 8' });
  });

  it('are written by themselves after a while', async () => {
    const { notebooks, storage } = await start(memoryStorage(), { delayMs: 0 });
    notebooks.write('overview', setSql(notebooks.read('overview').doc, 'c0', 'SELECT 2'));
    for (let i = 0; i < 1000 && (await storage.keys()).length === 0; i++)
      await new Promise((r) => setTimeout(r, 1));
    expect(await storage.keys()).toEqual(['notebook:overview']);
  });

  it('a failed write is said, and tried again', async () => {
    const memory = memoryStorage();
    let broken = true;
    const { notebooks } = await start({
      ...memory,
      set: (key, value) => (broken ? Promise.reject(new Error('quota')) : memory.set(key, value)),
    });
    notebooks.write('overview', setSql(notebooks.read('overview').doc, 'c0', 'SELECT 2'));
    await expect(notebooks.flush()).rejects.toThrow('quota');
    broken = false;
    await notebooks.flush();
    expect(await memory.keys()).toEqual(['notebook:overview']);
  });

  it('what cannot be read is said and not deleted', async () => {
    const storage = memoryStorage();
    await storage.set('notebook:old', { version: 99 });
    const { notebooks, errors } = await start(storage);
    expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining('notebook:old') })]);
    expect(notebooks.list()).toEqual([]);
    expect(await storage.keys()).toEqual(['notebook:old']);
  });
});

describe('shipped notebooks', () => {
  it('are forks once they are edited, and can be reset', async () => {
    const { notebooks, storage } = await start();
    const { doc, edited } = notebooks.read('overview');
    expect([edited, notebooks.list()]).toEqual([false, []]);
    notebooks.write('overview', doc, { variables: { a: 1 } });
    expect(notebooks.isEdited('overview')).toBe(false);
    notebooks.write('overview', setSql(doc, 'c0', 'SELECT 2'));
    expect(notebooks.read('overview')).toMatchObject({
      edited: true,
      shippedChanged: false,
      variables: { a: 1 },
    });
    expect(notebooks.list()).toEqual([{ id: 'overview', title: 'Overview' }]);
    expect(serialiseNotebook(notebooks.reset('overview').doc)).toBe(SHIPPED);
    await notebooks.flush();
    expect((await start(storage)).notebooks.read('overview')).toMatchObject({
      edited: false,
      variables: { a: 1 },
    });
  });

  it('a fork knows that another version ships now; one that is not edited follows', async () => {
    const newer = new Map([['overview', SHIPPED.replace('SELECT 1', 'SELECT 10')]]);
    const { notebooks, storage } = await start();
    const { doc } = notebooks.read('overview');
    notebooks.write('overview', doc, { variables: { a: 1 } });
    await notebooks.flush();
    const plain = (await start(storage, { shipped: newer })).notebooks.read('overview');
    expect(plain).toMatchObject({ edited: false, shippedChanged: false });
    expect(plain.doc.cells[0]).toMatchObject({ sql: 'SELECT 10' });
    notebooks.write('overview', setSql(doc, 'c0', 'SELECT 2'));
    await notebooks.flush();
    const fork = (await start(storage, { shipped: newer })).notebooks;
    expect(fork.read('overview')).toMatchObject({ edited: true, shippedChanged: true });
    // Editing it further does not hide that.
    fork.write('overview', parseNotebook(SHIPPED.replace('SELECT 1', 'SELECT 3')));
    expect(fork.read('overview').shippedChanged).toBe(true);
  });

  it('texts have marks of their own', () => {
    expect(markOf('')).toBe('cbf29ce484222325');
    expect(markOf('a')).toBe('af63dc4c8601ec8c');
  });
});
