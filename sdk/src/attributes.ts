import type { AttributeValue as OtelValue } from '@opentelemetry/api';
import { JSON_ATTRIBUTES, messagesJson } from './messagesJson.ts';
import { boundText, cleanText, isVector, MAX_ATTRIBUTE_BYTES, ownEntries, toJsonValue } from './values.ts';

const isPrimitive = (v: unknown): v is string | number | boolean =>
  typeof v === 'string' || typeof v === 'boolean' || (typeof v === 'number' && Number.isFinite(v));

/**
 * Any value as an OTel attribute: primitives and arrays of one primitive type stay, the rest becomes JSON text.
 * undefined and null set nothing. Bounded to `maxBytes`; never throws.
 */
export function toAttribute(value: unknown, maxBytes = MAX_ATTRIBUTE_BYTES): OtelValue | undefined {
  switch (typeof value) {
    case 'string':
      return cleanText(value, maxBytes);
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
    case 'undefined':
    case 'function':
      return undefined;
    default:
      return value === null ? undefined : safely(() => toObjectAttribute(value, maxBytes));
  }
}

/** Some objects throw at every touch (a revoked proxy). */
function safely<T>(read: () => T): T | string {
  try {
    return read();
  } catch (error) {
    return `[unreadable: ${error instanceof Error ? error.message : String(error)}]`;
  }
}

function toObjectAttribute(value: unknown, maxBytes: number): OtelValue {
  if (Array.isArray(value) && value.length <= 1000 && value.every(isPrimitive) && !isVector(value)) {
    const first = typeof value[0];
    if (value.every((v) => typeof v === first)) {
      const items = value.map((v) => (typeof v === 'string' ? cleanText(v, maxBytes) : v)) as OtelValue;
      if (first !== 'string' || Buffer.byteLength((items as string[]).join()) <= maxBytes) return items;
    }
  }
  const json = toJsonValue(value, maxBytes, maxBytes);
  return boundText(typeof json === 'string' ? json : JSON.stringify(json), maxBytes);
}

/** toAttribute, and messages given as a structure stay one when they are cut. */
export function toAttributeOf(key: string, value: unknown, maxBytes: number): OtelValue | undefined {
  if (!JSON_ATTRIBUTES.has(key) || !Array.isArray(value)) return toAttribute(value, maxBytes);
  return safely(() => messagesJson(value, maxBytes));
}

/** Each value by toAttribute; keys without a value are left out. */
export function toAttributes(
  values: Readonly<Record<string, unknown>> | undefined,
  maxBytes = MAX_ATTRIBUTE_BYTES,
): Record<string, OtelValue> {
  const out: Record<string, OtelValue> = {};
  if (values === undefined || values === null) return out;
  try {
    for (const [key, value] of ownEntries(values)) {
      const attribute = toAttributeOf(key, value, maxBytes);
      if (attribute !== undefined && key !== '') out[key] = attribute;
    }
  } catch {
    // An object that cannot even be listed has no attributes.
  }
  return out;
}
