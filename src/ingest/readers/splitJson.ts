/** JSON values one after another, or in one array, whatever the line breaks: found by their braces. */

export interface JsonPiece {
  readonly text: string;
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Whether its closing brace was found. */
  readonly complete: boolean;
}

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN = new Set([123, 91]);
const CLOSE = new Set([125, 93]);

/** Index after the string whose opening quote is at `at`; the text's length if it never ends. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i + 1;
  }
  return text.length;
}

/** Each record of the text; of a top-level array, its elements. Other text between them is a piece of its own. */
export function* splitJson(text: string): Generator<JsonPiece> {
  let line = 1;
  let counted = 0;
  const lineAt = (i: number) => {
    for (; counted < i; counted++) if (text.charCodeAt(counted) === NEWLINE) line++;
    return line;
  };
  let i = 0;
  // Whether we are in a top-level array, whose elements are the records.
  let inArray = false;
  while (i < text.length) {
    const c = text.charCodeAt(i);
    if (c <= 32 || c === 44 || c === 0xfeff || (inArray && c === 93)) {
      if (c === 93) inArray = false;
      i++;
      continue;
    }
    if (c === 91 && !inArray) {
      inArray = true;
      i++;
      continue;
    }
    const start = i;
    if (!OPEN.has(c)) {
      // A bare value or garbage: up to the next comma, bracket or line end.
      i = c === QUOTE ? endOfString(text, i) : i + 1;
      while (i < text.length && !/[,\n{[\]]/.test(text[i] ?? '')) i++;
      yield { text: text.slice(start, i), line: lineAt(start), complete: true };
      continue;
    }
    let depth = 0;
    while (i < text.length) {
      const d = text.charCodeAt(i);
      if (d === QUOTE) {
        i = endOfString(text, i);
        continue;
      }
      if (OPEN.has(d)) depth++;
      else if (CLOSE.has(d)) depth--;
      i++;
      if (depth === 0) break;
    }
    yield { text: text.slice(start, i), line: lineAt(start), complete: depth === 0 };
  }
}
