/** Where the cells of a Markdown text begin and end. Slices of the text, nothing interpreted. */
import { isBlank, type Line, linesOf } from './lines.ts';

export type Block =
  | { readonly kind: 'fence'; readonly raw: string }
  | { readonly kind: 'markdown'; readonly raw: string };

/** Fences with these languages are cells; any other fence is Markdown. */
const CELL_LANGUAGE = /^[ \t]*(sql|chart|input)(?![^\s])/;
const SEPARATOR = /^<!--[ \t]*cell[ \t]*-->[ \t]*$/;
export const SEPARATOR_LINE = '<!-- cell -->';
export const isSeparator = (line: string): boolean => SEPARATOR.test(line);

export interface Opening {
  readonly indent: number;
  /** The backticks or tildes. */
  readonly marker: string;
  readonly info: string;
}

/** The opening line of a fence. In CommonMark the info string of a backtick fence holds no backtick. */
export function openingOf(line: string): Opening | undefined {
  const match = /^( {0,3})(`{3,}|~{3,})(.*)$/.exec(line);
  if (match === null) return undefined;
  const [, indent = '', marker = '', info = ''] = match;
  if (marker.startsWith('`') && info.includes('`')) return undefined;
  return { indent: indent.length, marker, info };
}

export function closes(line: string, marker: string): boolean {
  const match = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line);
  return match?.[1]?.startsWith(marker) === true;
}

/** HTML blocks in which a fence is no fence (CommonMark's kinds 1 and 2): what ends them. */
function htmlEnd(line: string): RegExp | undefined {
  if (/^ {0,3}<!--/.test(line)) return /-->/;
  if (/^ {0,3}<(?:pre|script|style|textarea)(?:[\s>]|$)/i.test(line))
    return /<\/(?:pre|script|style|textarea)>/i;
  return undefined;
}

/** Whether an indented line stands in a list item that an earlier line has begun. */
function inList(lines: readonly Line[], index: number, indent: number): boolean {
  for (let i = index - 1; i >= 0; i--) {
    const text = lines[i]?.text ?? '';
    if (isBlank(text)) continue;
    const own = /^ */.exec(text)?.[0].length ?? 0;
    if (own >= indent) continue;
    const item = /^ *(?:[-+*]|\d{1,9}[.)])(?: +|$)/.exec(text);
    return item !== null && item[0].length <= indent;
  }
  return false;
}

/** What a line opens that hides structure in the lines below: the index of its last line. */
interface Span {
  readonly last: number;
  readonly opening: Opening | undefined;
  /** What would close it, if nothing does. */
  readonly missing: string | undefined;
}

function spanAt(lines: readonly Line[], index: number): Span | undefined {
  const text = lines[index]?.text ?? '';
  const opening = openingOf(text);
  if (opening !== undefined) {
    // In a list, the fence ends with the item, and nothing inside it stands at column 0.
    if (opening.indent > 0 && inList(lines, index, opening.indent)) return undefined;
    for (let i = index + 1; i < lines.length; i++)
      if (closes(lines[i]?.text ?? '', opening.marker)) return { last: i, opening, missing: undefined };
    return { last: lines.length - 1, opening, missing: opening.marker };
  }
  const end = htmlEnd(text);
  if (end === undefined) return undefined;
  // A comment may end on the line that opens it.
  for (let i = index; i < lines.length; i++) {
    const line = lines[i]?.text ?? '';
    if (end.test(i === index ? line.replace(/^ *<!--/, '') : line))
      return { last: i, opening: undefined, missing: undefined };
  }
  const tag = /^ *<(\w+)/.exec(text)?.[1];
  return { last: lines.length - 1, opening: undefined, missing: tag === undefined ? '-->' : `</${tag}>` };
}

/**
 * Splits a text into cells. Blank lines belong to the cell before them; `lead` holds those before the first cell.
 * Cell fences begin at column 0; `<!-- cell -->` on a line of its own begins a Markdown cell.
 */
export function splitBlocks(text: string): { readonly lead: string; readonly blocks: readonly Block[] } {
  const lines = linesOf(text);
  const blocks: { kind: Block['kind']; raw: string }[] = [];
  let lead = '';
  const attach = (raw: string) => {
    const last = blocks.at(-1);
    if (last === undefined) lead += raw;
    else last.raw += raw;
  };
  /** Offset of the Markdown cell that is open; undefined right after a fence. */
  let open: number | undefined;
  const flush = (end: number) => {
    if (open !== undefined) blocks.push({ kind: 'markdown', raw: text.slice(open, end) });
    open = undefined;
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line === undefined) break;
    if (isSeparator(line.text)) {
      flush(line.start);
      open = line.start;
      continue;
    }
    const span = spanAt(lines, i);
    const end = span === undefined ? line.next : (lines[span.last]?.next ?? line.next);
    if (span?.opening?.indent === 0 && CELL_LANGUAGE.test(span.opening.info)) {
      flush(line.start);
      blocks.push({ kind: 'fence', raw: text.slice(line.start, end) });
    } else if (open === undefined) {
      if (isBlank(line.text)) attach(text.slice(line.start, line.next));
      else open = line.start;
    }
    if (span !== undefined) i = span.last;
  }
  flush(text.length);
  return { lead, blocks };
}

/** What must be added, on lines of its own, so that nothing after this text is swallowed by it: '' if nothing. */
export function missingEnd(text: string): string {
  const lines = linesOf(text);
  for (let i = 0; i < lines.length; i++) {
    const span = isSeparator(lines[i]?.text ?? '') ? undefined : spanAt(lines, i);
    if (span?.missing !== undefined) return span.missing;
    if (span !== undefined) i = span.last;
  }
  return '';
}
