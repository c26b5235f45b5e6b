/** `Catalog Error: Table … does not exist!` → kind and text; the engine's own `LINE 1:` excerpt is ours to draw. */
export function splitMessage(message: string): { readonly kind: string; readonly text: string } {
  const short = message.replace(/\n+LINE \d+:[\s\S]*$/, '').trim();
  const match = /^((?:[A-Z][A-Za-z-]* )*Error):\s*([\s\S]+)$/.exec(short);
  return match === null
    ? { kind: 'Error', text: short }
    : { kind: match[1] ?? 'Error', text: match[2] ?? short };
}

const WIDTH = 96;

/** The line of an offset, cut to what fits, and the column of the caret under it. */
export function caretExcerpt(
  sql: string,
  position: number,
): { readonly line: string; readonly column: number } {
  const at = Math.max(0, Math.min(position, sql.length));
  const start = sql.lastIndexOf('\n', at - 1) + 1;
  const end = sql.indexOf('\n', at);
  const number = sql.slice(0, start).split('\n').length;
  const label = `LINE ${number}: `;
  const text = sql.slice(start, end < 0 ? sql.length : end).replaceAll('\t', ' ');
  const column = at - start;
  const from = text.length <= WIDTH || column < WIDTH - 20 ? 0 : column - WIDTH + 20;
  const cut = text.slice(from, from + WIDTH);
  const lead = from > 0 ? '… ' : '';
  const tail = from + WIDTH < text.length ? ' …' : '';
  return { line: `${label}${lead}${cut}${tail}`, column: label.length + lead.length + column - from };
}
