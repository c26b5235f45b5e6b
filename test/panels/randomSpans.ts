/** Seeded wire records with every oddity that the figures must survive, and filters to look at them through. */
import type { SpanRecord } from '@spanbook/sdk/schema';
import { pick, random } from '../notebook/random.ts';
import { type Filters, microseconds } from './oracle.ts';

/** 2026-11-20T00:00:00Z, ms. */
export const FIRST = Date.UTC(2026, 10, 20);
const HOUR = 3_600_000;

/** Text that SQL, LIKE or a regular expression would take for something else. */
export const ODD = `it's 100% "odd"_\\ {a=b}, [x]`;
const MODELS: readonly (readonly [provider: string, model: string, kind: SpanRecord['kind']])[] = [
  ['openai', 'gpt-4o-mini', 'LLM'],
  ['openai', 'gpt-5', 'LLM'],
  ['anthropic', 'claude-sonnet-4-5', 'LLM'],
  // Dearer above 200,000 tokens of input.
  ['google', 'gemini-2.5-pro', 'LLM'],
  ['openai', 'text-embedding-3-small', 'EMBEDDING'],
  ['nobody', 'no-such-model', 'LLM'],
  ['nobody', `model ${ODD}`, 'LLM'],
];
const SERVICES = ['chatbot', 'agent', `service ${ODD}`, null] as const;
const WORDS = ['refund', 'Größe', 'deploy', ODD] as const;

export interface RandomOptions {
  readonly seed: number;
  readonly traces: number;
  readonly weighted: boolean;
}

/** Whole microseconds as a time of the wire. */
export const iso = (us: number) =>
  `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;
const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');

export function randomSpans({ seed, traces, weighted }: RandomOptions): SpanRecord[] {
  const next = random(seed);
  const chance = (p: number) => next() < p;
  const int = (most: number) => Math.floor(next() * most);
  const out: SpanRecord[] = [];
  for (let t = 1; t <= traces; t++) {
    const trace_id = hex(seed * 100_000 + t, 32);
    const weight = weighted ? pick([1, 1, 2.5, 10], next) : 1;
    // Never two spans of a trace at once: the earliest is one.
    const start = FIRST * 1000 + int(72 * 3600) * 1_000_000 + t;
    const ids: string[] = [];
    const orphan = chance(0.1);
    const silent = chance(0.25);
    const write = (record: Partial<SpanRecord> & { readonly at: number; readonly parent: string | null }) => {
      const { at, parent, ...rest } = record;
      const span_id = hex(t * 1000 + ids.length + 1, 16);
      ids.push(span_id);
      const us = start + at * 1000 + ids.length;
      const unfinished = chance(0.06);
      const failed = chance(0.15);
      const span: SpanRecord = {
        trace_id,
        span_id,
        parent_span_id: parent,
        name: 'span',
        kind: 'INTERNAL',
        service_name: pick(SERVICES, next),
        start_time: iso(us),
        // Now and then a clock is put back while the span runs.
        end_time: unfinished ? null : iso(us + (chance(0.02) ? -5_000_000 : 1 + int(4_000_000))),
        status: failed ? 'ERROR' : pick(['OK', 'UNSET'] as const, next),
        status_message: failed ? `failed: ${pick(WORDS, next)}` : null,
        attributes: {},
        events: [],
        links: [],
        resource: {},
        sample_weight: weight,
        ...rest,
      };
      // Written while it ran, then when it was done.
      if (span.end_time !== null && chance(0.1)) out.push({ ...span, end_time: null, status: 'UNSET' });
      out.push(span);
      if (chance(0.05)) out.push(span);
      return span_id;
    };
    const usage = (none: boolean, embeds: boolean, large: boolean): SpanRecord['attributes'] => {
      if (none) return {};
      const input = chance(0.1) ? 0 : int(large ? 400_000 : 5000);
      const read = chance(0.4) ? int(input) : undefined;
      const write = chance(0.2) ? int(input - (read ?? 0)) : undefined;
      const exclusive = chance(0.1) && input > 2;
      const output = embeds || chance(0.05) ? undefined : int(900);
      return {
        'gen_ai.usage.input_tokens': input,
        ...(output === undefined ? {} : { 'gen_ai.usage.output_tokens': output }),
        ...(output !== undefined && chance(0.3)
          ? { 'gen_ai.usage.reasoning.output_tokens': int(output) }
          : {}),
        ...(exclusive
          ? { 'gen_ai.usage.cache_read.input_tokens': input * 3 }
          : {
              ...(read === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': read }),
              ...(write === undefined ? {} : { 'gen_ai.usage.cache_creation.input_tokens': write }),
            }),
        ...(!exclusive && chance(0.1) ? { 'gen_ai.usage.total_tokens': input + (output ?? 0) + 7 } : {}),
      };
    };
    const call = (at: number, parent: string | null) => {
      const [provider, model, kind] = pick(MODELS, next);
      const unnamed = chance(0.08);
      write({
        at,
        parent,
        kind,
        name: `chat ${chance(0.1) ? pick(WORDS, next) : ''}`,
        attributes: {
          'gen_ai.provider.name': provider,
          ...(unnamed ? {} : { 'gen_ai.request.model': model }),
          ...(chance(0.1) ? { note: `about ${pick(WORDS, next)}` } : {}),
          ...(chance(0.3)
            ? {
                'gen_ai.input.messages': JSON.stringify([
                  { role: 'user', parts: [{ type: 'text', content: `tell me of ${pick(WORDS, next)}` }] },
                ]),
              }
            : {}),
          ...usage(silent || chance(0.15), kind === 'EMBEDDING', model === 'gemini-2.5-pro'),
        },
      });
    };
    const aggregate = (at: number, parent: string | null, own: boolean) =>
      write({
        at,
        parent,
        kind: pick(['AGENT', 'CHAIN'] as const, next),
        name: 'invoke_agent',
        attributes: {
          'gen_ai.request.model': 'gpt-4o-mini',
          'gen_ai.provider.name': 'openai',
          ...usage(!own, false, false),
        },
      });
    const missing = 'dddddddddddddddd';
    const root =
      chance(0.3) && !orphan
        ? aggregate(0, null, chance(0.6))
        : write({ at: 0, parent: orphan ? missing : null, name: 'root' });
    for (let i = int(3); i > 0; i--) {
      const agent = aggregate(i * 100, chance(0.8) ? root : missing, chance(0.7));
      for (let j = int(3); j > 0; j--) call(i * 100 + j * 10, chance(0.7) ? agent : root);
    }
    // Clocks of two hosts: some begin before the root.
    for (let i = int(3); i > 0; i--) call(chance(0.2) ? -50 * i : 500 * i, root);
  }
  return out;
}

export function randomFilters(seed: number, records: readonly SpanRecord[]): Filters {
  const next = random(seed);
  const chance = (p: number) => next() < p;
  const some = <T>(list: readonly T[]) => list.filter(() => chance(0.4));
  const models = MODELS.map(([, model]) => model);
  const services = SERVICES.filter((s) => s !== null);
  // Bounds that are the start of a span: the first is in, the second is not.
  const bounds = [pick(records, next), pick(records, next)]
    .map((r) => microseconds(r.start_time))
    .sort((a, b) => a - b);
  const timed = chance(0.5);
  return {
    ...(timed && chance(0.8) ? { from: bounds[0] } : {}),
    ...(timed && chance(0.8) ? { to: bounds[1] } : {}),
    ...(chance(0.4) ? { services: [pick(services, next), ...some(services)] } : {}),
    ...(chance(0.4) ? { models: [pick(models, next), ...some(models)] } : {}),
    ...(chance(0.3) ? { status: pick(['OK', 'ERROR'] as const, next) } : {}),
    ...(chance(0.3)
      ? { text: pick([...WORDS, 'GRÖSSE', 'größe', "it's", '100%', '\\', '"odd"', '{a=b}', 'nowhere'], next) }
      : {}),
  };
}

export { HOUR };
