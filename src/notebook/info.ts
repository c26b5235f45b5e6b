/** What stands after the backticks of a fence: `sql NAME key=value key="a b" flag`. */
import type { Options } from './types.ts';

export interface InfoToken {
  /** Offsets in the info string. */
  readonly start: number;
  readonly end: number;
  readonly key: string;
  readonly value: string | true;
}

export interface Info {
  readonly language: string;
  /** '' if there is none (or `-`, which keeps the place). */
  readonly name: string;
  /** Where the name stands, or would stand. */
  readonly nameStart: number;
  readonly nameEnd: number;
  readonly tokens: readonly InfoToken[];
  readonly options: Options;
  readonly notes: readonly string[];
}

/** DuckDB takes such a name without quotes. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
export const isValidName = (name: string): boolean => NAME.test(name) && name.length <= 63;

/** Never fails: what cannot be understood is kept in the text and noted. */
export function parseInfo(info: string): Info {
  const word = /^[ \t]*([^\s]*)/.exec(info);
  const language = word?.[1] ?? '';
  let at = word?.[0].length ?? 0;
  const notes: string[] = [];
  const tokens: InfoToken[] = [];
  let name = '';
  let nameStart = at;
  let nameEnd = at;
  let first = true;
  while (at < info.length) {
    if (/\s/.test(info.charAt(at))) {
      at++;
      continue;
    }
    const start = at;
    const bare = /^[^\s=]+(?!\S)/.exec(info.slice(at))?.[0];
    if (first && bare !== undefined) {
      name = bare === '-' ? '' : bare;
      nameStart = at;
      nameEnd = at + bare.length;
      at = nameEnd;
    } else {
      const token = readToken(info, start, notes);
      tokens.push(token);
      at = token.end;
    }
    first = false;
  }
  const options: Record<string, string | true> = Object.create(null);
  for (const token of tokens) {
    if (token.key in options) notes.push(`The option ${token.key} is given twice; the last one counts.`);
    options[token.key] = token.value;
  }
  return { language, name, nameStart, nameEnd, tokens, options: { ...options }, notes };
}

function readToken(info: string, start: number, notes: string[]): InfoToken {
  const rest = info.slice(start);
  const pair = /^([^\s=]*)=/.exec(rest);
  if (pair === null) {
    const flag = /^\S+/.exec(rest)?.[0] ?? '';
    return { start, end: start + flag.length, key: flag, value: true };
  }
  const key = pair[1] ?? '';
  if (key === '') notes.push(`An option has no name before its "=".`);
  const valueAt = start + pair[0].length;
  const quote = info.charAt(valueAt);
  if (quote !== '"' && quote !== "'") {
    const value = /^\S*/.exec(info.slice(valueAt))?.[0] ?? '';
    return { start, end: valueAt + value.length, key, value };
  }
  let value = '';
  let at = valueAt + 1;
  for (; at < info.length && info.charAt(at) !== quote; at++) {
    // A backslash escapes the quote and itself; before anything else it stands for itself.
    const following = info.charAt(at + 1);
    if (info.charAt(at) === '\\' && (following === quote || following === '\\')) at++;
    value += info.charAt(at);
  }
  if (at >= info.length) notes.push(`The option ${key} has no closing quote.`);
  return { start, end: Math.min(at + 1, info.length), key, value };
}

/** An option as it is written. Line breaks cannot stand in a fence's first line: they become blanks. */
export function writeOption(key: string, value: string | true): string {
  if (value === true) return key;
  const line = value.replace(/[\r\n]+/g, ' ');
  if (line !== '' && /^[^\s"'`\\]+$/.test(line)) return `${key}=${line}`;
  return `${key}="${line.replace(/[\\"]/g, '\\$&')}"`;
}

/** Sets options (`undefined` removes one), leaving every other character of the info string as it is. */
export function editOptions(
  info: string,
  change: Readonly<Record<string, string | true | undefined>>,
): string {
  const parsed = parseInfo(info);
  let out = info;
  const known = new Set(parsed.tokens.map((t) => t.key));
  for (const token of [...parsed.tokens].reverse()) {
    if (!(token.key in change)) continue;
    const value = change[token.key];
    if (value === undefined) {
      const before = out.slice(0, token.start).replace(/[ \t]+$/, '');
      out = before + out.slice(token.end);
    } else if (value !== token.value)
      out = out.slice(0, token.start) + writeOption(token.key, value) + out.slice(token.end);
  }
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined || known.has(key)) continue;
    const body = out.trimEnd();
    // A flag in the place of the name would be read as the name.
    const place =
      value === true && parsed.nameEnd === parsed.nameStart && parseInfo(body).tokens.length === 0;
    out = `${body}${place ? ' -' : ''} ${writeOption(key, value)}${out.slice(body.length)}`;
  }
  return keepsNamePlace(out, parsed.name);
}

/** Another name; '' takes it away. */
export function editName(info: string, name: string): string {
  const parsed = parseInfo(info);
  const gap = parsed.nameStart === parsed.nameEnd ? ' ' : '';
  const before = info.slice(0, parsed.nameStart);
  const after = info.slice(parsed.nameEnd);
  if (name !== '') return `${before}${gap}${name}${after}`;
  return keepsNamePlace(before.trimEnd() + after, '');
}

/** After a removal a flag may have moved to the name's place: hold it with `-`. */
function keepsNamePlace(info: string, name: string): string {
  const parsed = parseInfo(info);
  if (parsed.name === name) return info;
  return `${info.slice(0, parsed.nameStart)}- ${info.slice(parsed.nameStart)}`;
}
