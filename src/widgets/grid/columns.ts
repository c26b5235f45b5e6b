import type { DataTable } from '../../base/table.ts';
import { cellText, isRight } from './cellText.ts';

/** A mono character of 12 px, and what stands around the text. */
const CHAR = 7.25;
const PAD = 18;
const SAMPLE = 200;

export interface GridColumn {
  readonly name: string;
  readonly type: string;
  readonly right: boolean;
  readonly text: (value: unknown) => string;
  /** Characters of the longest value seen. */
  readonly longest: number;
  readonly width: number;
}

/** Columns with their texts and first widths, by the first rows. */
export function describe(table: DataTable): GridColumn[] {
  const sampled = Math.min(table.numRows, SAMPLE);
  return table.columns.map(({ name, type }, index) => {
    const sample = Array.from({ length: sampled }, (_, row) => table.value(row, index));
    const text = cellText(name, type, sample);
    let longest = 4;
    for (const value of sample) longest = Math.max(longest, text(value).length);
    const head = name.length * 7.4 + Math.min(type.length, 18) * 5.9 + PAD + 24;
    const width = Math.min(420, Math.max(64, head, longest * CHAR + PAD));
    return { name, type, right: isRight(type), text, longest, width };
  });
}

/** Wide enough for the longest value seen. */
export const fitWidth = (column: GridColumn) => Math.min(900, column.longest * CHAR + PAD);
