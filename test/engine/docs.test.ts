import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsDoc, tablesDoc } from '../../docs/generate.ts';
import type { Connection, Engine } from '../../src/engine/engine.ts';
import { VIEW_DOCS } from '../../src/engine/viewColumns.ts';
import { VIEW_NAMES } from '../../src/engine/views.ts';
import { start } from './support.ts';

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
});
afterAll(() => engine.close());

describe('columns of the views', () => {
  it('are documented for every view', () => {
    expect(VIEW_DOCS.map((v) => v.name).sort()).toEqual([...VIEW_NAMES].sort());
  });

  it.each(VIEW_DOCS.map((v) => [v.name, v] as const))('%s as the engine has them', async (name, view) => {
    const { columns } = await connection.query(`FROM ${name} LIMIT 0`);
    expect(columns.map((c) => `${c.name} ${c.type}`)).toEqual(view.columns.map((c) => `${c.name} ${c.type}`));
  });
});

describe('docs are up to date (npx tsx docs/generate.ts)', () => {
  const text = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
  it('tables.md', () => expect(text('tables.md')).toBe(tablesDoc()));
  it('metrics.md', () => expect(text('metrics.md')).toBe(metricsDoc()));
});
