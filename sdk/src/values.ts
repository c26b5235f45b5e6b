import { createHash } from 'node:crypto';
import type { AttributeValue } from '../schema/index.ts';

/** Largest UTF-8 size of one attribute value, in bytes. */
export const MAX_ATTRIBUTE_BYTES = 65_536;
const MAX_DEPTH = 24;
/** Shorter ones are names or ids, not payloads. */
const MIN_BASE64 = 512;
const MIN_VECTOR = 32;

const DATA_URL = /data:([\w.+-]+\/[\w.+-]+)?((?:;[\w.+-]+=[^;,\s"]*)*);base64,([A-Za-z0-9+/_-]{64,}={0,2})/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function describeBytes(type: string, bytes: Uint8Array): string {
  return `[${type}, ${bytes.byteLength} bytes, sha256:${digest(bytes)}]`;
}

/** Replaces base64 payloads by their type, size and hash (of the decoded bytes, 16 hex digits of SHA-256). */
export function replaceBase64(text: string): string {
  if (text.length < 64) return text;
  if (text.includes(';base64,'))
    return text.replace(DATA_URL, (_, type: string | undefined, _parameters, data: string) =>
      describeBytes(type ?? 'text/plain', Buffer.from(data, 'base64')),
    );
  if (text.length >= MIN_BASE64 && text.length % 4 === 0 && BASE64.test(text) && !/^(.)\1*$/.test(text))
    return describeBytes('base64', Buffer.from(text, 'base64'));
  return text;
}

/** Cuts at a character boundary; a cut text ends in a mark that says how long it was. */
export function boundText(text: string, maxBytes: number): string {
  // A UTF-16 unit takes at most three bytes of UTF-8.
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const mark = `…[cut, ${bytes} bytes]`;
  const head = Buffer.from(text.slice(0, maxBytes + 1));
  let end = Math.max(0, maxBytes - Buffer.byteLength(mark));
  while (end > 0 && ((head[end] ?? 0) & 0xc0) === 0x80) end--;
  return head.subarray(0, end).toString() + mark;
}

/** What is written of a text: payloads described, bounded. */
export const cleanText = (text: string, maxBytes: number) => boundText(replaceBase64(text), maxBytes);

function describeVector(values: ArrayLike<number>): string {
  return `[vector, ${values.length} dimensions, sha256:${digest(new Uint8Array(Float64Array.from(values).buffer))}]`;
}

export function isVector(value: readonly unknown[]): value is readonly number[] {
  return (
    value.length >= MIN_VECTOR &&
    value.every((v) => typeof v === 'number') &&
    value.some((v) => !Number.isInteger(v))
  );
}

/** What is left to spend on one value: characters of output, so that a huge object costs no more than a large one. */
interface Budget {
  left: number;
  readonly maxText: number;
}

/**
 * A copy of any value as plain JSON: cycles, getters that throw, functions and depth are survived, payloads
 * described, texts cut at `maxText` bytes, and what exceeds `budget` characters left out with a mark.
 */
export function toJsonValue(
  value: unknown,
  maxText = MAX_ATTRIBUTE_BYTES,
  budget = maxText * 4,
): AttributeValue {
  return copy(value, { left: budget, maxText }, [], '');
}

function copy(value: unknown, budget: Budget, path: object[], key: string): AttributeValue {
  budget.left -= 4;
  switch (typeof value) {
    case 'string': {
      const text = cleanText(value, budget.maxText);
      budget.left -= text.length;
      return text;
    }
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return value.toString();
    case 'symbol':
      return value.toString();
    case 'undefined':
    case 'function':
      return null;
    default:
      return value === null ? null : copyObject(value as object, budget, path, key);
  }
}

function copyObject(value: object, budget: Budget, path: object[], key: string): AttributeValue {
  if (path.includes(value)) return '[circular]';
  if (path.length >= MAX_DEPTH) return '[too deep]';
  path.push(value);
  try {
    if (value instanceof Uint8Array) return describeBytes('bytes', value);
    if (value instanceof ArrayBuffer) return describeBytes('bytes', new Uint8Array(value));
    if (ArrayBuffer.isView(value) && !(value instanceof DataView))
      return describeVector(Array.from(value as unknown as ArrayLike<number>, Number));
    if (Array.isArray(value)) return isVector(value) ? describeVector(value) : copyItems(value, budget, path);
    if (value instanceof Set) return copyItems(value, budget, path);
    if (value instanceof Map) return copyEntries(value, budget, path);
    if (value instanceof Error)
      return { name: value.name, message: cleanText(value.message, budget.maxText) };
    if ('toJSON' in value && typeof value.toJSON === 'function')
      return copy(value.toJSON(key), budget, path, key);
    return copyEntries(ownEntries(value), budget, path);
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`;
  } finally {
    path.pop();
  }
}

export function* ownEntries(value: object): Generator<[string, unknown]> {
  for (const key of Object.keys(value)) {
    let item: unknown;
    try {
      item = (value as Record<string, unknown>)[key];
    } catch {
      item = '[unreadable]';
    }
    yield [key, item];
  }
}

function copyItems(items: Iterable<unknown>, budget: Budget, path: object[]): AttributeValue[] {
  const out: AttributeValue[] = [];
  for (const item of items) {
    if (budget.left <= 0) {
      out.push('…[cut]');
      break;
    }
    out.push(copy(item, budget, path, String(out.length)));
  }
  return out;
}

function copyEntries(entries: Iterable<[unknown, unknown]>, budget: Budget, path: object[]) {
  const out: { [key: string]: AttributeValue } = {};
  for (const [name, item] of entries) {
    if (item === undefined || typeof item === 'function') continue;
    if (budget.left <= 0) {
      out['…'] = '[cut]';
      break;
    }
    const key = String(name);
    budget.left -= key.length;
    // defineProperty: a key `__proto__` is data here.
    Object.defineProperty(out, key, {
      value: copy(item, budget, path, key),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return out;
}
