import type { NotebookDoc, SqlCell } from './types.ts';

export const sqlCells = (doc: NotebookDoc): SqlCell[] => doc.cells.filter((c) => c.kind === 'sql');

/** The SQL cell of a name; of a chart's name, the one that it draws. Two cells of one name: the first. */
export function sqlCellNamed(doc: NotebookDoc, name: string): SqlCell | undefined {
  const seen = new Set<string>();
  let wanted = name.toLowerCase();
  while (!seen.has(wanted)) {
    seen.add(wanted);
    const cell = doc.cells.find((c) => c.name.toLowerCase() === wanted && /^(sql|chart)$/.test(c.kind));
    if (cell?.kind !== 'chart') return cell?.kind === 'sql' ? cell : undefined;
    wanted = cell.from.toLowerCase();
  }
  return undefined;
}
