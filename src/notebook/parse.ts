import { splitBlocks } from './blocks.ts';
import { readCell } from './cell.ts';
import { frontMatterEnd, readHead } from './frontMatter.ts';
import type { Cell, Note, NotebookDoc } from './types.ts';

/** Reads a notebook file. Never fails and never loses text: what is wrong is in the notes. */
export function parseNotebook(text: string): NotebookDoc {
  const { next } = frontMatterEnd(text);
  const { lead, blocks } = splitBlocks(text.slice(next));
  const cells = blocks.map((block, i) => readCell(block, `c${i}`));
  return toDoc(text.slice(0, next) + lead, cells, cells.length);
}

/** The document of a head and its cells. */
export function toDoc(head: string, cells: readonly Cell[], nextId: number): NotebookDoc {
  const { title, filters, notes } = readHead(head);
  return {
    title,
    filters,
    head,
    cells,
    nextId,
    notes: [...notes.map((message) => ({ message })), ...duplicates(cells)],
  };
}

/** DuckDB's names do not depend on case. Inputs are variables, a name space of their own. */
function duplicates(cells: readonly Cell[]): Note[] {
  const notes: Note[] = [];
  const seen = new Set<string>();
  for (const cell of cells) {
    if (cell.name === '') continue;
    const key = `${cell.kind === 'input' ? 'input' : 'cell'} ${cell.name.toLowerCase()}`;
    if (seen.has(key))
      notes.push({
        cell: cell.id,
        message: `The name ${cell.name} is taken by a cell above; others read that one.`,
      });
    seen.add(key);
  }
  return notes;
}
