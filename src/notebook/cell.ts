/** One cell's bytes ↔ its meaning. */
import { type Block, closes, isSeparator, openingOf, SEPARATOR_LINE } from './blocks.ts';
import { isValidName, parseInfo } from './info.ts';
import { inputSpec } from './inputs.ts';
import { isBlank, lineEnding, linesOf, normalized, withEnding } from './lines.ts';
import type { Cell } from './types.ts';

/** A fence cell's bytes: they add up to its raw text. */
export interface FenceParts {
  readonly marker: string;
  readonly info: string;
  /** Line ending after the info string; '' if the file ends there. */
  readonly ending: string;
  /** With the line ending before the closing fence. */
  readonly body: string;
  /** The closing line, without its ending; '' if the fence is not closed. */
  readonly close: string;
  /** What follows: a line ending and blank lines. */
  readonly tail: string;
}

export function fenceParts(raw: string): FenceParts {
  const [first, ...rest] = linesOf(raw);
  const opening = first === undefined ? undefined : openingOf(first.text);
  if (first === undefined || opening === undefined) throw new Error(`Not a fence: ${raw.slice(0, 40)}`);
  const { marker, info } = opening;
  const ending = raw.slice(first.end, first.next);
  const last = rest.find((line) => closes(line.text, marker));
  if (last === undefined) return { marker, info, ending, body: raw.slice(first.next), close: '', tail: '' };
  return {
    marker,
    info,
    ending,
    body: raw.slice(first.next, last.start),
    close: last.text,
    tail: raw.slice(last.end),
  };
}

export function joinFence(parts: FenceParts): string {
  return parts.marker + parts.info + parts.ending + parts.body + parts.close + parts.tail;
}

/** The text in a fence: `\n` alone, without the line ending before the closing fence. */
const bodyText = (body: string): string => normalized(body).replace(/\n$/, '');

/** Puts another text into a fence, with longer markers if the text holds one. */
export function withBody(raw: string, text: string, fileEnding: string): string {
  const parts = fenceParts(raw);
  const ending = parts.ending === '' ? fileEnding : parts.ending;
  const marker = longEnough(parts.marker, text);
  const close = marker === parts.marker && parts.close !== '' ? parts.close : marker;
  return joinFence({
    ...parts,
    marker,
    ending,
    body: text === '' ? '' : withEnding(text, ending) + ending,
    close,
    tail: parts.close === '' ? ending : parts.tail,
  });
}

/** Another info string; tildes where it holds a backtick. */
export function withInfo(raw: string, info: string): string {
  const parts = fenceParts(raw);
  if (!(parts.marker.startsWith('`') && info.includes('`'))) return joinFence({ ...parts, info });
  const marker = longEnough('~~~', bodyText(parts.body));
  return joinFence({ ...parts, info, marker, close: parts.close === '' ? '' : marker });
}

function longEnough(marker: string, text: string): string {
  let out = marker;
  while (linesOf(text).some((line) => closes(line.text, out))) out += marker.charAt(0);
  return out;
}

/** A Markdown cell's bytes: separator and blank lines before, text, line ending and blank lines after. */
export function markdownParts(raw: string): {
  readonly lead: string;
  readonly text: string;
  readonly tail: string;
} {
  const lines = linesOf(raw);
  let from = 0;
  if (lines[0] !== undefined && isSeparator(lines[0].text)) from = 1;
  while (from < lines.length && isBlank(lines[from]?.text ?? '')) from++;
  let to = lines.length;
  while (to > from && isBlank(lines[to - 1]?.text ?? '')) to--;
  const start = lines[from]?.start ?? raw.length;
  const end = lines[to - 1]?.end ?? 0;
  if (to <= from) return { lead: raw, text: '', tail: '' };
  return { lead: raw.slice(0, start), text: raw.slice(start, end), tail: raw.slice(end) };
}

export function withText(raw: string, text: string, ending: string): string {
  const parts = markdownParts(raw);
  const own = /[\r\n]/.test(raw) ? lineEnding(raw) : ending;
  if (isBlank(normalized(text).replaceAll('\n', ''))) {
    // Blank lines alone are no cell: the separator makes one.
    return isSeparator(linesOf(raw)[0]?.text ?? '')
      ? parts.lead + parts.tail.replace(/^(?:\r\n|\n|\r)/, '')
      : SEPARATOR_LINE + own + (parts.tail || own);
  }
  // Blank lines before the text would belong to the cell before.
  const trimmed = normalized(text).replace(/^(?:[ \t]*\n)+/, '');
  return parts.lead + withEnding(trimmed, own) + (parts.text === '' ? own : parts.tail);
}

/** Reads a cell; never fails. */
export function readCell(block: Block, id: string): Cell {
  if (block.kind === 'markdown')
    return {
      id,
      kind: 'markdown',
      name: '',
      text: normalized(markdownParts(block.raw).text),
      options: {},
      raw: block.raw,
      notes: [],
    };
  const parts = fenceParts(block.raw);
  const info = parseInfo(parts.info);
  const body = bodyText(parts.body);
  const { name, options } = info;
  const notes = [...info.notes];
  if (parts.close === '') notes.push(`The cell is not closed: a line ${parts.marker} is missing.`);
  if (name !== '' && !isValidName(name))
    notes.push(
      `"${name}" cannot be a name: letters, digits and _ only, no digit first, at most 63. The cell runs without a name.`,
    );
  const base = { id, name, options, raw: block.raw };
  switch (info.language) {
    case 'chart': {
      const from = typeof options.from === 'string' ? options.from : '';
      if (from === '') notes.push('A chart needs from=NAME, the cell whose result it draws.');
      return { ...base, kind: 'chart', from, body, notes };
    }
    case 'input':
      if (name === '') notes.push('An input needs a name: the variable that it sets.');
      return { ...base, kind: 'input', body, notes: [...notes, ...inputSpec(body).notes] };
    default:
      return { ...base, kind: 'sql', sql: body, notes };
  }
}
