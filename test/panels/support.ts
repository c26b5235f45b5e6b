/** Files through the real ingest into the engine, and the shipped panels on it. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Connection, Engine, ResultTable, Value } from '../../src/engine/engine.ts';
import { createIngest } from '../../src/ingest/index.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import type { SqlCell } from '../../src/notebook/types.ts';
import type { Filters } from './oracle.ts';

const folder = new URL('../../src/panels/', import.meta.url);
export const panelText = (file: string) => readFileSync(new URL(file, folder), 'utf8');
export const PANELS: readonly SqlCell[] = readdirSync(folder)
  .filter((f) => f.endsWith('.md'))
  .flatMap((file) =>
    parseNotebook(panelText(file)).cells.filter((c): c is SqlCell => c.kind === 'sql' && c.sql.trim() !== ''),
  );

/** One for all: an engine's span keys come from it. */
const ingest = createIngest();

export async function loadText(engine: Engine, name: string, text: string) {
  const file = await engine.beginFile(name);
  const { format, bytes } = await ingest(new Blob([text]), file.sourceFile, {
    onBatches: async (batches) => {
      for (const batch of batches) await file.append(batch);
    },
  });
  return await file.commit({ format, bytes, loadMs: 0 });
}

export const lines = (records: readonly object[]) => records.map((r) => `${JSON.stringify(r)}\n`).join('');

export function panelSql(name: string): string {
  const cell = PANELS.find((c) => c.name === name);
  if (cell === undefined) throw new Error(`no panel ${name}`);
  return cell.sql;
}

export type Rows = Record<string, Value>[];
export const rowsOf = (table: ResultTable): Rows =>
  Array.from({ length: table.numRows }, (_, i) => table.row(i));

export async function panel(connection: Connection, name: string): Promise<Rows> {
  return rowsOf(await connection.query(panelSql(name)));
}

export async function setFilters(connection: Connection, f: Filters): Promise<void> {
  const at = (us: number | undefined) => (us === undefined ? null : { epochMs: us / 1000 });
  await connection.setVariable('filter_from', at(f.from));
  await connection.setVariable('filter_to', at(f.to));
  await connection.setVariable('filter_services', f.services ?? null);
  await connection.setVariable('filter_models', f.models ?? null);
  await connection.setVariable('filter_status', f.status ?? null);
  await connection.setVariable('filter_text', f.text ?? null);
}

/** Numbers as SQL gives them: a bigint is a number, NULL is null. */
export const plain = (value: Value | undefined): number | null =>
  value === null || value === undefined ? null : Number(value);
