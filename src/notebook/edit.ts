/** Edits of a notebook, as pure functions: bytes of cells that are not concerned stay as they are. */
import { isSeparator, missingEnd, SEPARATOR_LINE, splitBlocks } from './blocks.ts';
import { fenceParts, readCell, withBody, withInfo, withText } from './cell.ts';
import { unknownFilters, withKey } from './frontMatter.ts';
import { editName, editOptions, parseInfo, writeOption } from './info.ts';
import { endsBlank, endsLine, lineEnding, linesOf, normalized, withEnding } from './lines.ts';
import { toDoc } from './parse.ts';
import { serialiseNotebook } from './serialise.ts';
import { renameRelation } from './sqlText.ts';
import type { Cell, Filters, NotebookDoc, Options } from './types.ts';

/** A cell to be. Names should be valid and free (`freeName`); otherwise the cell carries a note. */
export type NewCell =
  | { readonly kind: 'sql'; readonly name?: string; readonly sql?: string; readonly options?: Options }
  | { readonly kind: 'chart'; readonly name?: string; readonly from: string; readonly options?: Options }
  | { readonly kind: 'input'; readonly name: string; readonly body: string; readonly options?: Options }
  | { readonly kind: 'markdown'; readonly text: string };

/** Where a cell goes: before the cell of this id, or at the end. */
export type Place = { readonly before: string } | 'end';

export function setSql(doc: NotebookDoc, id: string, sql: string): NotebookDoc {
  return replace(doc, id, (cell) =>
    cell.kind === 'sql' && cell.sql !== normalized(sql) ? withBody(cell.raw, sql, endingOf(doc)) : cell.raw,
  );
}

/** The YAML of an input, or what stands in a chart's fence. */
export function setBody(doc: NotebookDoc, id: string, body: string): NotebookDoc {
  return replace(doc, id, (cell) =>
    (cell.kind === 'input' || cell.kind === 'chart') && cell.body !== normalized(body)
      ? withBody(cell.raw, body, endingOf(doc))
      : cell.raw,
  );
}

/** Sets options; `undefined` removes one. The others keep their order and their spelling. */
export function setOptions(
  doc: NotebookDoc,
  id: string,
  change: Readonly<Record<string, string | true | undefined>>,
): NotebookDoc {
  return replace(doc, id, (cell) =>
    cell.kind === 'markdown' ? cell.raw : withInfo(cell.raw, editOptions(fenceParts(cell.raw).info, change)),
  );
}

/** Markdown text. A fence of a cell in it becomes a cell of its own, a `<!-- cell -->` splits it. */
export function setText(doc: NotebookDoc, id: string, text: string): NotebookDoc {
  return replace(doc, id, (cell) =>
    cell.kind === 'markdown' && cell.text !== normalized(text)
      ? withText(cell.raw, text, endingOf(doc))
      : cell.raw,
  );
}

/** Renames a cell, and the places that read it: `FROM`, `JOIN`, `name.column`, `from=`, `marks=`. */
export function rename(doc: NotebookDoc, id: string, name: string): NotebookDoc {
  const cell = doc.cells.find((c) => c.id === id);
  if (cell === undefined || cell.kind === 'markdown' || cell.name === name) return doc;
  const old = cell.name;
  let out = replace(doc, id, (c) => withInfo(c.raw, editName(fenceParts(c.raw).info, name)));
  // Two cells of one name: others read the first, which keeps it.
  const first = doc.cells.find((c) => c.name.toLowerCase() === old.toLowerCase() && c.kind === cell.kind);
  if (old === '' || name === '' || first?.id !== id || cell.kind === 'input') return out;
  for (const other of doc.cells) {
    if (other.id === id) continue;
    if (other.kind === 'sql') out = setSql(out, other.id, renameRelation(other.sql, old, name));
    const change: Record<string, string> = {};
    for (const key of ['from', 'marks']) if (other.options[key] === old) change[key] = name;
    if (Object.keys(change).length > 0) out = setOptions(out, other.id, change);
  }
  return out;
}

/** A name that no cell has: the wish, or the wish with a number. */
export function freeName(doc: NotebookDoc, wish: string): string {
  const taken = new Set(doc.cells.map((c) => c.name.toLowerCase()));
  let name = wish;
  for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${wish}_${i}`;
  return name;
}

/** Inserts a cell; its id is `c${doc.nextId}`. */
export function insert(doc: NotebookDoc, cell: NewCell, place: Place = 'end'): NotebookDoc {
  const raw = newRaw(cell, endingOf(doc));
  const { blocks } = splitBlocks(raw);
  const added = blocks.map((block, i) => readCell(block, `c${doc.nextId + i}`));
  const at = placeIndex(doc, place);
  return rebuild(
    doc,
    [...doc.cells.slice(0, at), ...added, ...doc.cells.slice(at)],
    doc.nextId + added.length,
  );
}

/** A copy right below, under a free name; its id is `c${doc.nextId}`. */
export function duplicate(doc: NotebookDoc, id: string): NotebookDoc {
  const at = doc.cells.findIndex((c) => c.id === id);
  const cell = doc.cells[at];
  if (cell === undefined) return doc;
  let raw = cell.raw;
  if (cell.kind !== 'markdown' && cell.name !== '')
    raw = withInfo(raw, editName(fenceParts(raw).info, freeName(doc, `${cell.name}_copy`)));
  const copy = readCell({ kind: cell.kind === 'markdown' ? 'markdown' : 'fence', raw }, `c${doc.nextId}`);
  return rebuild(doc, [...doc.cells.slice(0, at + 1), copy, ...doc.cells.slice(at + 1)], doc.nextId + 1);
}

export function remove(doc: NotebookDoc, id: string): NotebookDoc {
  const cells = doc.cells.filter((c) => c.id !== id);
  return cells.length === doc.cells.length ? doc : rebuild(doc, cells, doc.nextId);
}

export function move(doc: NotebookDoc, id: string, place: Place): NotebookDoc {
  const cell = doc.cells.find((c) => c.id === id);
  if (cell === undefined || (place !== 'end' && place.before === id)) return doc;
  const rest = doc.cells.filter((c) => c.id !== id);
  const found = place === 'end' ? -1 : rest.findIndex((c) => c.id === place.before);
  const at = found < 0 ? rest.length : found;
  const cells = [...rest.slice(0, at), cell, ...rest.slice(at)];
  return cells.every((c, i) => c === doc.cells[i]) ? doc : rebuild(doc, cells, doc.nextId);
}

export function setTitle(doc: NotebookDoc, title: string): NotebookDoc {
  return withHead(doc, withKey(doc.head, 'title', title, endingOf(doc)));
}

/** Writes filters into the file; no filters remove the key. */
export function setDocFilters(doc: NotebookDoc, filters: Filters): NotebookDoc {
  const known = Object.entries(filters).filter(([, value]) => value !== undefined);
  const given = { ...Object.fromEntries(known), ...unknownFilters(doc.head) };
  const value = Object.keys(given).length === 0 ? undefined : given;
  return withHead(doc, withKey(doc.head, 'filters', value, endingOf(doc)));
}

const endingOf = (doc: NotebookDoc): string => lineEnding(serialiseNotebook(doc));

function withHead(doc: NotebookDoc, head: string): NotebookDoc {
  return head === doc.head ? doc : rebuild({ ...doc, head }, doc.cells, doc.nextId);
}

function placeIndex(doc: NotebookDoc, place: Place): number {
  const at = place === 'end' ? -1 : doc.cells.findIndex((c) => c.id === place.before);
  return at < 0 ? doc.cells.length : at;
}

/** Gives one cell other bytes. If they are several cells now, the first keeps the id. */
function replace(doc: NotebookDoc, id: string, edit: (cell: Cell) => string): NotebookDoc {
  const at = doc.cells.findIndex((c) => c.id === id);
  const cell = doc.cells[at];
  if (cell === undefined) return doc;
  const raw = edit(cell);
  if (raw === cell.raw) return doc;
  // Text may end in an open fence or comment: close it before reading, or it would swallow the next cell.
  const { lead, blocks } = splitBlocks(closed(raw, at < doc.cells.length - 1, endingOf(doc)));
  let next = doc.nextId;
  const cells = blocks.map((block, i) =>
    readCell(i === 0 ? { ...block, raw: lead + block.raw } : block, i === 0 ? id : `c${next++}`),
  );
  return rebuild(doc, [...doc.cells.slice(0, at), ...cells, ...doc.cells.slice(at + 1)], next);
}

/** Puts cells together so that the file reads as these cells again: see to the seams that are new. */
function rebuild(doc: NotebookDoc, cells: readonly Cell[], nextId: number): NotebookDoc {
  const ending = endingOf(doc);
  const out: Cell[] = [];
  const first = cells[0];
  const head =
    first === undefined || doc.head === '' || doc.head === '\uFEFF' || endsLine(doc.head)
      ? doc.head
      : doc.head + ending;
  for (const [i, cell] of cells.entries()) {
    let raw = i < cells.length - 1 ? closed(cell.raw, true, ending) : cell.raw;
    const left = out.at(-1);
    // A first Markdown cell that begins with a rule would be read as front matter.
    const asHead = left === undefined && /^\uFEFF?$/.test(head) && raw.startsWith('---');
    const asOne = left?.kind === 'markdown' && cell.kind === 'markdown';
    if ((asHead || asOne) && !isSeparator(linesOf(raw)[0]?.text ?? ''))
      raw = SEPARATOR_LINE + ending + ending + raw;
    if (left !== undefined && needsBlank(doc, left, cell) && !endsBlank(left.raw))
      out[out.length - 1] = readAgain(left, left.raw + ending);
    out.push(raw === cell.raw ? cell : readAgain(cell, raw));
  }
  return toDoc(head, out, nextId);
}

/** Two cells that were neighbours before keep the line between them as it is. */
function needsBlank(doc: NotebookDoc, left: Cell, right: Cell): boolean {
  const at = doc.cells.findIndex((c) => c.id === left.id);
  return at < 0 || doc.cells[at + 1]?.id !== right.id;
}

function readAgain(cell: Cell, raw: string): Cell {
  return readCell({ kind: cell.kind === 'markdown' ? 'markdown' : 'fence', raw }, cell.id);
}

/** A cell's bytes such that a further cell may follow: what is open is closed, and its last line ends. */
function closed(raw: string, another: boolean, ending: string): string {
  if (!another) return raw;
  const missing = missingEnd(raw);
  const whole = endsLine(raw) ? raw : raw + ending;
  return missing === '' ? whole : whole + missing + ending;
}

function newRaw(cell: NewCell, ending: string): string {
  if (cell.kind === 'markdown') {
    const text = normalized(cell.text).trimEnd();
    const raw = text === '' ? SEPARATOR_LINE : text;
    return withEnding(`${raw}\n\n`, ending);
  }
  const options: Options =
    cell.kind === 'chart' ? { from: cell.from, ...cell.options } : (cell.options ?? {});
  const words = Object.entries(options).map(([key, value]) => writeOption(key, value));
  const name = cell.name ?? '';
  const place = name === '' && parseInfo(`sql ${words[0] ?? ''}`).name !== '' ? '-' : name;
  const info = [cell.kind, place, ...words].filter((word) => word !== '').join(' ');
  const body = cell.kind === 'sql' ? (cell.sql ?? '') : cell.kind === 'input' ? cell.body : '';
  const marker = info.includes('`') ? '~~~' : '```';
  return withBody(withEnding(`${marker}${info}\n${marker}\n\n`, ending), body, ending);
}
