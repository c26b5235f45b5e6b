/** The YAML of an input cell. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { Variable } from '../engine/engine.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const schema = z.looseObject({
  type: z.enum(['select', 'multiselect', 'text', 'number', 'range', 'checkbox']).default('text'),
  label: z.string().optional(),
  /** Values to choose from. */
  options: z.array(scalar).optional(),
  /** Or: the named cell whose first column (or `column`) holds them. */
  from: z.string().optional(),
  column: z.string().optional(),
  default: z.union([scalar, z.array(z.string()), z.null()]).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  step: z.number().optional(),
});

export type InputSpec = z.infer<typeof schema>;

/** Reads an input's body; what is wrong is noted, and the input is then a text field. */
export function inputSpec(body: string): { readonly spec: InputSpec; readonly notes: readonly string[] } {
  const fallback: InputSpec = { type: 'text' };
  let value: unknown;
  try {
    value = parse(body) ?? {};
  } catch (error) {
    return { spec: fallback, notes: [`The YAML cannot be read: ${firstLine(error)}`] };
  }
  const result = schema.safeParse(value);
  if (result.success) return { spec: result.data, notes: [] };
  const notes = result.error.issues.map((i) => `${i.path.join('.') || 'The body'}: ${i.message}`);
  return { spec: fallback, notes };
}

/** The value before anybody has chosen one. */
export function defaultOf(spec: InputSpec): Variable {
  if (spec.default !== undefined) return spec.default;
  if (spec.type === 'checkbox') return false;
  if (spec.type === 'range') return spec.min ?? 0;
  if (spec.type === 'select') return spec.options?.[0] ?? null;
  return null;
}

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
