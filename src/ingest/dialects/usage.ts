/** Usage that comes as one JSON object. */
import { isObject } from '../rawSpan.ts';
import { count, parseJson } from './values.ts';

interface Usage {
  input: number | undefined;
  output: number | undefined;
  total: number | undefined;
  cacheRead: number | undefined;
  cacheWrite: number | undefined;
  reasoning: number | undefined;
  audio: number | undefined;
}

function sumOf(details: Record<string, unknown>, test: (key: string) => boolean): number | undefined {
  let sum: number | undefined;
  for (const [key, value] of Object.entries(details)) {
    const n = test(key) ? count(value) : undefined;
    if (n !== undefined) sum = (sum ?? 0) + n;
  }
  return sum;
}

const isInputDetail = (k: string) =>
  (k.startsWith('input_') && k !== 'input_tokens') ||
  k === 'cache_read_input_tokens' ||
  k === 'cache_creation_input_tokens';
const isOutputDetail = (k: string) => k.startsWith('output_') && k !== 'output_tokens';

/**
 * Langfuse subtracts the details (cached, reasoning, audio) from `input` and `output`: they are added back, except
 * where the recorded total shows that they are inside.
 */
function readLangfuseUsage(value: unknown): Usage | undefined {
  const d = typeof value === 'string' ? parseJson(value) : value;
  if (!isObject(d)) return undefined;
  const input = count(d.input) ?? count(d.input_tokens) ?? count(d.prompt_tokens);
  const output = count(d.output) ?? count(d.output_tokens) ?? count(d.completion_tokens);
  const total = count(d.total) ?? count(d.total_tokens);
  const inside = total !== undefined && total === (input ?? 0) + (output ?? 0);
  const add = (n: number | undefined, test: (key: string) => boolean) =>
    n === undefined || inside ? n : n + (sumOf(d, test) ?? 0);
  const isWrite = (k: string) => /cache_(creation|write)/.test(k);
  return {
    input: add(input, isInputDetail),
    output: add(output, isOutputDetail),
    total,
    cacheRead: sumOf(d, (k) => /cache/.test(k) && isInputDetail(k) && !isWrite(k)),
    cacheWrite: sumOf(d, (k) => isWrite(k) && isInputDetail(k)),
    reasoning: sumOf(d, (k) => isOutputDetail(k) && /reasoning/.test(k)),
    audio: sumOf(d, (k) => (isInputDetail(k) || isOutputDetail(k)) && /audio/.test(k)),
  };
}

let last: { value: unknown; usage: Usage | undefined } | undefined;

/** One value fills several columns: it is read once. */
export const langfuseUsage = (part: keyof Usage) => (value: unknown) => {
  if (last?.value !== value) last = { value, usage: readLangfuseUsage(value) };
  return last?.usage?.[part];
};

export const mlflowUsage = (part: string) => (value: unknown) => {
  const usage = typeof value === 'string' ? parseJson(value) : value;
  return isObject(usage) ? count(usage[part]) : undefined;
};
