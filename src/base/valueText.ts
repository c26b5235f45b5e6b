/** Any value of a result as text, as JSON, and as it goes into a file. Nothing is lost on the way. */
import { isTimeType } from './table.ts';
import { timestamp, timestampNs } from './time.ts';

const hex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** The member types of `STRUCT(a INTEGER, b STRUCT(c TIMESTAMP)[])` or `MAP(K, V)`, at depth one. */
function members(type: string): string[] {
  const inner = type.slice(type.indexOf('(') + 1, -1);
  const out: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < inner.length; i++) {
    const c = inner[i];
    if (c === '(' || c === '[') depth++;
    else if (c === ')' || c === ']') depth--;
    else if (c === ',' && depth === 0) {
      out.push(inner.slice(from, i).trim());
      from = i + 1;
    }
  }
  if (from < inner.length) out.push(inner.slice(from).trim());
  return out;
}

/** The type of a value inside a nested one; '' where it cannot be told. */
function inner(type: string, key?: string): string {
  const list = /^(.*)\[\d*\]$/.exec(type);
  if (list !== null) return list[1] ?? '';
  if (type.startsWith('MAP(')) return members(type)[1] ?? '';
  if (type.startsWith('STRUCT(') && key !== undefined) {
    for (const member of members(type)) {
      const [, quoted, plain, rest = ''] = /^(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/.exec(member) ?? [];
      if ((quoted?.replaceAll('""', '"') ?? plain) === key) return rest;
    }
  }
  return '';
}

/** One line, as it stands in a grid. NULL is the empty string: the caller shows its own sign for it. */
export function valueText(value: unknown, type = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') {
    if (isTimeType(type)) return timestamp(value);
    return Object.is(value, -0) ? '0' : String(value);
  }
  if (typeof value === 'bigint') return type === 'TIMESTAMP_NS' ? timestampNs(value) : value.toString();
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return jsonText(value, type);
}

/** JSON with exact numbers: bigints keep their digits, times are ISO text, bytes are hex, a MAP is an object. */
export function jsonText(value: unknown, type = '', indent = ''): string {
  const open = indent === '' ? '' : '\n';
  return write(value, type, indent, open);
}

function write(value: unknown, type: string, indent: string, at: string): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'number') {
    if (isTimeType(type)) return JSON.stringify(timestamp(value));
    return Number.isFinite(value) ? JSON.stringify(value) : JSON.stringify(String(value));
  }
  if (typeof value === 'bigint')
    return type === 'TIMESTAMP_NS' ? JSON.stringify(timestampNs(value)) : value.toString();
  // A DECIMAL comes as text so as to keep its digits; in JSON it is a number.
  if (typeof value === 'string') return type.startsWith('DECIMAL(') ? value : JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(hex(value));
  const next = at === '' ? '' : `${at}${indent}`;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const items = value.map((v) => write(v, inner(type), indent, next));
    return at === '' ? `[${items.join(', ')}]` : `[${next}${items.join(`,${next}`)}${at}]`;
  }
  const entries = value instanceof Map ? [...value.entries()] : Object.entries(value as object);
  if (entries.length === 0) return '{}';
  const fields = entries.map(
    ([k, v]) => `${JSON.stringify(String(k))}: ${write(v, inner(type, String(k)), indent, next)}`,
  );
  return at === '' ? `{${fields.join(', ')}}` : `{${next}${fields.join(`,${next}`)}${at}}`;
}
