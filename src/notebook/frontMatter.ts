/** The notebook's head: `spanbook`, `title`, `filters`. Edited in place, so that everything else keeps its bytes. */
import { isMap, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { firstLine } from './inputs.ts';
import { lineEnding, linesOf, withEnding } from './lines.ts';
import type { Filters } from './types.ts';

/** The version of the format that this app writes. */
export const FORMAT_VERSION = 1;

const text = z.union([z.string(), z.number()]).transform(String);
const filterSchemas = {
  range: z.union([
    z.object({ last: z.enum(['1h', '24h', '7d', '30d']) }),
    z.object({ from: text, to: text }),
  ]),
  services: z.array(text),
  models: z.array(text),
  status: z.enum(['OK', 'ERROR']),
  text: z.string(),
};

export interface Head {
  readonly title: string;
  readonly filters: Filters;
  readonly notes: readonly string[];
}

/** Offset after the front matter and its closing line; 0 if the text has none. A byte order mark may stand first. */
export function frontMatterEnd(source: string): {
  readonly from: number;
  readonly to: number;
  readonly next: number;
} {
  const start = source.startsWith('\uFEFF') ? 1 : 0;
  const none = { from: start, to: start, next: start };
  const lines = linesOf(source, start);
  if (!/^---[ \t]*$/.test(lines[0]?.text ?? '')) return none;
  const close = lines.findIndex((line, i) => i > 0 && /^---[ \t]*$/.test(line.text));
  if (close < 0) return none;
  return {
    from: lines[0]?.next ?? start,
    to: lines[close]?.start ?? start,
    next: lines[close]?.next ?? start,
  };
}

export function readHead(head: string): Head {
  const { from, to } = frontMatterEnd(head);
  const notes: string[] = [];
  if (from === to) return { title: '', filters: {}, notes };
  const parsed = parseDocument(head.slice(from, to));
  const problem = parsed.errors[0];
  if (problem !== undefined)
    return { title: '', filters: {}, notes: [`The front matter cannot be read: ${firstLine(problem)}`] };
  const value: unknown = parsed.toJS();
  if (value === null || value === undefined) return { title: '', filters: {}, notes };
  const map = z.record(z.string(), z.unknown()).safeParse(value);
  if (!map.success)
    return { title: '', filters: {}, notes: ['The front matter is not a list of keys and values.'] };
  const { spanbook, title, filters } = map.data;
  if (typeof spanbook === 'number' && spanbook > FORMAT_VERSION)
    notes.push(`The notebook is of format ${spanbook}; this app knows format ${FORMAT_VERSION}.`);
  const titled = text.optional().nullable().safeParse(title);
  if (!titled.success) notes.push('The title is not a text.');
  return { title: titled.success ? (titled.data ?? '') : '', filters: readFilters(filters, notes), notes };
}

function readFilters(value: unknown, notes: string[]): Filters {
  if (value === undefined || value === null) return {};
  const map = z.record(z.string(), z.unknown()).safeParse(value);
  if (!map.success) {
    notes.push('filters is not a list of keys and values.');
    return {};
  }
  const out: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(filterSchemas)) {
    const given = map.data[key];
    if (given === undefined || given === null) continue;
    const result = schema.safeParse(given);
    if (result.success) out[key] = result.data;
    else notes.push(`filters.${key} cannot be read: ${JSON.stringify(given)}`);
  }
  return out;
}

/** Keys of `filters` that this version does not know; they are kept. */
export function unknownFilters(head: string): Record<string, unknown> {
  const { from, to } = frontMatterEnd(head);
  const shape = z.object({ filters: z.record(z.string(), z.unknown()) });
  const parsed = parseDocument(head.slice(from, to));
  const result = shape.safeParse(parsed.errors.length > 0 ? undefined : parsed.toJS());
  if (!result.success) return {};
  return Object.fromEntries(Object.entries(result.data.filters).filter(([key]) => !(key in filterSchemas)));
}

/** Sets one key of the front matter (`undefined` removes it); makes the front matter if there is none. */
export function withKey(head: string, key: string, value: unknown, fileEnding: string): string {
  const { from, to } = frontMatterEnd(head);
  const line = (ending: string) =>
    withEnding(stringify({ [key]: value }, { flowCollectionPadding: true }), ending);
  if (from === to && !/^\uFEFF?---/.test(head)) {
    if (value === undefined) return head;
    const mark = head.startsWith('\uFEFF') ? '\uFEFF' : '';
    const version = withEnding(`---\nspanbook: ${FORMAT_VERSION}\n`, fileEnding);
    return `${mark}${version}${line(fileEnding)}---${fileEnding}${fileEnding}${head.slice(mark.length)}`;
  }
  const yaml = head.slice(from, to);
  const ending = lineEnding(head);
  const parsed = parseDocument(yaml);
  // A front matter that cannot be read is the user's to mend; we would only make it worse.
  if (parsed.errors.length > 0 || (parsed.contents !== null && !isMap(parsed.contents))) return head;
  const pair = parsed.contents?.items.find((item) => String(item.key) === key);
  const span = pairSpan(pair, yaml);
  if (span === undefined) {
    if (value === undefined) return head;
    return head.slice(0, to) + line(ending) + head.slice(to);
  }
  const replacement = value === undefined ? '' : line(ending);
  const edited = head.slice(0, from + span.start) + replacement + head.slice(from + span.end);
  // Several keys on one line (`{ a: 1, b: 2 }`) cannot be edited by lines: leave them alone.
  return readHead(edited).notes.length > readHead(head).notes.length ? head : edited;
}

/** A pair's lines, from its key to the end of its last line (a comment behind the value goes with it). */
function pairSpan(
  pair: { key: unknown; value: unknown } | undefined,
  yaml: string,
): { readonly start: number; readonly end: number } | undefined {
  if (pair === undefined) return undefined;
  const start = rangeOf(pair.key)?.[0];
  if (start === undefined) return undefined;
  const valueEnd = rangeOf(pair.value)?.[1] ?? rangeOf(pair.key)?.[1] ?? start;
  const line = linesOf(yaml).find((l) => l.start < Math.max(valueEnd, start + 1) && l.next >= valueEnd);
  return { start, end: line?.next ?? yaml.length };
}

function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  const parsed = z.tuple([z.number(), z.number(), z.number()]).safeParse(range);
  return parsed.success ? parsed.data : undefined;
}
