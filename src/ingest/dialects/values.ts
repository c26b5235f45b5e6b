/** Readers of single attribute values. Undefined: the key counts as absent, and the next one decides. */
import { isObject } from '../rawSpan.ts';

export function parseJson(text: string): unknown {
  const first = text.charCodeAt(0);
  // {, [ or ": anything else is plain text, and not worth an exception.
  if (first !== 123 && first !== 91 && first !== 34) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function text(v: unknown): string | undefined {
  if (typeof v === 'string') return v === '' ? undefined : v;
  return typeof v === 'number' || typeof v === 'bigint' ? String(v) : undefined;
}

/** MLflow and Langfuse write strings as JSON text, sometimes twice. */
export function unquoted(v: unknown): string | undefined {
  let value = v;
  for (let i = 0; i < 3 && typeof value === 'string' && value.startsWith('"'); i++) {
    const inner = parseJson(value);
    if (typeof inner !== 'string') break;
    value = inner;
  }
  return text(value);
}

export function number(v: unknown): number | undefined {
  if (typeof v === 'number') return Number.isFinite(v) ? v : undefined;
  if (typeof v !== 'string' || v.trim() === '') return undefined;
  const n = Number(v);
  return Number.isFinite(n) ? n : undefined;
}

/** A whole number of tokens, from 0. */
export function count(v: unknown): number | undefined {
  const n = number(v);
  return n === undefined || n < 0 || n > Number.MAX_SAFE_INTEGER ? undefined : Math.round(n);
}

export function flag(v: unknown): boolean | undefined {
  if (typeof v === 'boolean') return v;
  return v === 'true' ? true : v === 'false' ? false : undefined;
}

/** Seconds, as milliseconds. */
export function seconds(v: unknown): number | undefined {
  const n = number(v);
  return n === undefined || n < 0 ? undefined : n * 1000;
}

export function milliseconds(v: unknown): number | undefined {
  const n = number(v);
  return n === undefined || n < 0 ? undefined : n;
}

/** A reason, the first of an array, or the first of an array as JSON text. */
export function finishReason(v: unknown): string | undefined {
  const value = typeof v === 'string' ? (parseJson(v) ?? v) : v;
  return text(Array.isArray(value) ? value[0] : value);
}

/** `{"total": 0.01}`, `{"total_cost": 0.01}`, or the sum of `{"input": …, "output": …}`; also as JSON text. */
export function costTotal(v: unknown): number | undefined {
  const value = typeof v === 'string' ? (parseJson(v) ?? v) : v;
  if (!isObject(value)) return number(value);
  const total = number(value.total) ?? number(value.total_cost);
  if (total !== undefined) return total;
  const parts = Object.values(value).map(number);
  return parts.length > 0 && parts.every((p) => p !== undefined)
    ? parts.reduce((a, b) => a + b, 0)
    : undefined;
}

/** Vercel names provider and API: `openai.responses`. */
export function providerName(v: unknown): string | undefined {
  const name = text(v);
  return name?.replace(
    /\.(responses|chat|completions?|messages|embeddings?|textEmbedding|generative-ai)$/,
    '',
  );
}
