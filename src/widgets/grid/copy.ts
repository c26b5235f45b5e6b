/** A table as text for other tools: RFC 4180 CSV, JSON, a Markdown table. Values are exact. */
import { type DataTable, isNumberType } from '../../base/table.ts';
import { jsonText, valueText } from '../../base/valueText.ts';

export type CopyFormat = 'csv' | 'json' | 'markdown';

const csvField = (text: string) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const markdownField = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replace(/\r?\n/g, '<br>');

function rowsOf(table: DataTable): number[] {
  return Array.from({ length: table.numRows }, (_, row) => row);
}

export function tableText(table: DataTable, format: CopyFormat): string {
  const { columns } = table;
  switch (format) {
    case 'csv': {
      // NULL is an empty field, the empty string a quoted one.
      const line = (row: number) =>
        columns.map((c, i) => {
          const value = table.value(row, i);
          return value === '' ? '""' : csvField(valueText(value, c.type));
        });
      return [columns.map((c) => csvField(c.name)), ...rowsOf(table).map(line)]
        .map((l) => `${l.join(',')}\r\n`)
        .join('');
    }
    case 'json': {
      const object = (row: number) =>
        `{${columns.map((c, i) => `${JSON.stringify(c.name)}: ${jsonText(table.value(row, i), c.type)}`).join(', ')}}`;
      return `[\n${rowsOf(table)
        .map((row) => `  ${object(row)}`)
        .join(',\n')}\n]\n`;
    }
    case 'markdown': {
      const line = (fields: string[]) => `| ${fields.join(' | ')} |\n`;
      return [
        line(columns.map((c) => markdownField(c.name))),
        line(columns.map((c) => (isNumberType(c.type) ? '---:' : '---'))),
        ...rowsOf(table).map((row) =>
          line(columns.map((c, i) => markdownField(valueText(table.value(row, i), c.type)))),
        ),
      ].join('');
    }
  }
}
