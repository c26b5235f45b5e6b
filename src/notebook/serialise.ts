import type { NotebookDoc } from './types.ts';

/** The notebook as a file: byte for byte what was parsed, but for the cells that were edited. */
export function serialiseNotebook(doc: NotebookDoc): string {
  return doc.head + doc.cells.map((cell) => cell.raw).join('');
}
