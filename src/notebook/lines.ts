/** Lines of a text, byte for byte: `\n`, `\r\n` and a lone `\r` end a line, as in CommonMark. */
export interface Line {
  /** Offset of the first character. */
  readonly start: number;
  /** Offset after the last character, before the line ending. */
  readonly end: number;
  /** Offset of the next line. */
  readonly next: number;
  readonly text: string;
}

/** Every line from an offset on; a final line ending starts no further line. */
export function linesOf(text: string, from = 0): Line[] {
  const lines: Line[] = [];
  const ending = /\r\n|\n|\r/g;
  let start = from;
  while (start < text.length) {
    ending.lastIndex = start;
    const match = ending.exec(text);
    const end = match === null ? text.length : match.index;
    const next = match === null ? text.length : match.index + match[0].length;
    lines.push({ start, end, next, text: text.slice(start, end) });
    start = next;
  }
  return lines;
}

/** The first line ending in a text; `\n` if it has none. */
export function lineEnding(text: string): string {
  return /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
}

/** With `\n` alone, as editors hold it. */
export function normalized(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Normalised text with another line ending. */
export function withEnding(text: string, ending: string): string {
  return ending === '\n' ? normalized(text) : normalized(text).replaceAll('\n', ending);
}

export const isBlank = (text: string): boolean => /^[ \t]*$/.test(text);

/** Whether a text ends with a line ending, or is empty. */
export const endsLine = (text: string): boolean => text === '' || /[\r\n]$/.test(text);

/** Whether the last line of a text is blank (or the text is empty), so that a block may follow. */
export function endsBlank(text: string): boolean {
  return text === '' || /(?:^|\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)$/.test(text);
}
