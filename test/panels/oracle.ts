/**
 * What the panels must show, computed in plain JavaScript from the wire records: an independent path beside ingest,
 * views and metrics, by metrics.md's definitions. Understands only what randomSpans.ts writes.
 */

import { calcPrice } from '@pydantic/genai-prices';
import type { SpanRecord } from '@spanbook/sdk/schema';

export interface Filters {
  /** Half-open, epoch µs. */
  readonly from?: number;
  readonly to?: number;
  readonly services?: readonly string[];
  readonly models?: readonly string[];
  readonly status?: 'OK' | 'ERROR';
  readonly text?: string;
}

export interface OracleSpan {
  readonly record: SpanRecord;
  readonly startUs: number;
  /** ms; undefined if unfinished. */
  readonly duration: number | undefined;
  readonly role: 'call' | 'aggregate' | undefined;
  readonly model: string | undefined;
  readonly input: number | undefined;
  readonly output: number | undefined;
  readonly total: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly reasoning: number | undefined;
  readonly metered: boolean;
  /** USD; undefined if unpriced. */
  readonly cost: number | undefined;
  readonly weight: number;
}

/** A row of llm_calls. */
export interface Row {
  readonly span: OracleSpan;
  readonly fallback: boolean;
}

const number = (v: unknown) => (typeof v === 'number' ? v : undefined);
export const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
/** As SQL adds up: nothing is not 0. */
const total = (list: readonly (number | undefined)[]) => {
  const known = list.filter((v) => v !== undefined);
  return known.length === 0 ? null : sum(known);
};

export function microseconds(iso: string): number {
  const [, head = '', fraction = ''] = /^(.*?)(?:\.(\d+))?Z$/.exec(iso) ?? [];
  return Date.parse(`${head}Z`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export function spanOf(record: SpanRecord): OracleSpan {
  const a = record.attributes;
  const startUs = microseconds(record.start_time);
  const ms = record.end_time === null ? undefined : (microseconds(record.end_time) - startUs) / 1000;
  const model = (a['gen_ai.response.model'] ?? a['gen_ai.request.model']) as string | undefined;
  const provider = a['gen_ai.provider.name'] as string | undefined;
  const cacheRead = number(a['gen_ai.usage.cache_read.input_tokens']);
  const cacheWrite = number(a['gen_ai.usage.cache_creation.input_tokens']);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const reported = number(a['gen_ai.usage.input_tokens']);
  // More cached than input: the source does not count the cached ones as input.
  const input = reported !== undefined && cached > reported ? reported + cached : reported;
  const output = number(a['gen_ai.usage.output_tokens']);
  const said = number(a['gen_ai.usage.total_tokens']);
  const metered = input !== undefined || output !== undefined || said !== undefined;
  const price = () =>
    calcPrice(
      {
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cacheRead,
        cache_write_tokens: cacheWrite,
      },
      model ?? '',
      { providerId: provider, timestamp: new Date(startUs / 1000) },
    );
  const priced = model !== undefined && (input !== undefined || output !== undefined);
  return {
    record,
    startUs,
    duration: ms === undefined || ms < 0 ? undefined : ms,
    role: ['LLM', 'EMBEDDING', 'RERANKER'].includes(record.kind)
      ? 'call'
      : ['AGENT', 'CHAIN'].includes(record.kind)
        ? 'aggregate'
        : undefined,
    model,
    input,
    output,
    total: said ?? (metered ? (input ?? 0) + (output ?? 0) : undefined),
    cacheRead,
    cacheWrite,
    reasoning: number(a['gen_ai.usage.reasoning.output_tokens']),
    metered,
    cost: priced ? price()?.total_price : undefined,
    weight: record.sample_weight,
  };
}

/** The same span twice: the finished one, else the first. */
export function unique(records: readonly SpanRecord[]): SpanRecord[] {
  const out = new Map<string, SpanRecord>();
  for (const r of records) {
    const key = `${r.trace_id}/${r.span_id}`;
    const known = out.get(key);
    if (known === undefined || (known.end_time === null && r.end_time !== null)) out.set(key, r);
  }
  return [...out.values()];
}

const traceOf = (s: OracleSpan) => s.record.trace_id;

function groups<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const out = new Map<string, T[]>();
  for (const item of list) out.set(key(item), [...(out.get(key(item)) ?? []), item]);
  return out;
}

/** Rows of all_llm_calls: calls, and for each trace whose calls report no usage its innermost aggregates with usage. */
export function callRows(spans: readonly OracleSpan[]): Row[] {
  const out: Row[] = [];
  for (const trace of groups(spans, traceOf).values()) {
    const calls = trace.filter((s) => s.role === 'call');
    out.push(...calls.map((span) => ({ span, fallback: false })));
    if (calls.some((s) => s.metered)) continue;
    const candidates = trace.filter((s) => s.role === 'aggregate' && s.metered);
    const byId = new Map(trace.map((s) => [s.record.span_id, s]));
    const under = (s: OracleSpan, above: OracleSpan): boolean => {
      for (let at = s.record.parent_span_id; at !== null; at = byId.get(at)?.record.parent_span_id ?? null)
        if (at === above.record.span_id) return true;
      return false;
    };
    for (const span of candidates)
      if (!candidates.some((other) => other !== span && under(other, span)))
        out.push({ span, fallback: true });
  }
  return out;
}

const textsOf = ({ record }: OracleSpan): string[] => [
  record.name,
  record.status === 'ERROR' ? (record.status_message ?? '') : '',
  ...Object.entries(record.attributes).flatMap(([key, v]) =>
    typeof v === 'string'
      ? key === 'gen_ai.input.messages' || key === 'gen_ai.output.messages'
        ? (JSON.parse(v) as { parts: { content: string }[] }[]).flatMap((m) => m.parts.map((p) => p.content))
        : [v]
      : [JSON.stringify(v)],
  ),
];
const hasText = (s: OracleSpan, text: string | undefined) =>
  text === undefined || textsOf(s).some((t) => t.toLowerCase().includes(text.toLowerCase()));
const inTime = (us: number, f: Filters) =>
  (f.from === undefined || us >= f.from) && (f.to === undefined || us < f.to);
const inList = (list: readonly string[] | undefined, value: string | null | undefined) =>
  list === undefined || (value != null && list.includes(value));
const ofStatus = ({ span, fallback }: Row, status: Filters['status']) =>
  status === undefined || (!fallback && span.record.status === 'ERROR') === (status === 'ERROR');

export function filterRows(rows: readonly Row[], f: Filters): Row[] {
  return rows.filter(
    (r) =>
      inTime(r.span.startUs, f) &&
      inList(f.services, r.span.record.service_name) &&
      inList(f.models, r.span.model) &&
      ofStatus(r, f.status) &&
      hasText(r.span, f.text),
  );
}

export interface Figures {
  readonly requests: number;
  readonly errors: number;
  readonly error_rate: number | null;
  readonly tokens: number | null;
  readonly input_tokens: number | null;
  readonly uncached_tokens: number | null;
  readonly cache_read_tokens: number | null;
  readonly cache_write_tokens: number | null;
  readonly output_tokens: number | null;
  readonly reasoning_tokens: number | null;
  readonly cost_usd: number | null;
  readonly unpriced: number;
  readonly unmetered: number;
  readonly avg_latency_ms: number | null;
  readonly p50_latency_ms: number | null;
  readonly p95_latency_ms: number | null;
  readonly p99_latency_ms: number | null;
}

/** Each value as often as its weight says, interpolated between ranks as quantile_cont does. */
export function quantile(
  values: readonly (readonly [value: number, weight: number])[],
  p: number,
): number | null {
  const sorted = [...values].sort(([a], [b]) => a - b);
  const last = sorted.at(-1);
  if (last === undefined) return null;
  const at = p * (sum(sorted.map(([, w]) => w)) - 1);
  const value = (rank: number) => {
    let seen = 0;
    for (const [v, w] of sorted) {
      seen += w;
      if (seen > rank) return v;
    }
    return last[0];
  };
  const [low, high] = [value(Math.floor(at)), value(Math.ceil(at))];
  return low + (high - low) * (at - Math.floor(at));
}

export function figures(rows: readonly Row[]): Figures {
  const weigh = (of: (s: OracleSpan) => number | undefined) =>
    total(
      rows.map(({ span }) => {
        const v = of(span);
        return v === undefined ? undefined : v * span.weight;
      }),
    );
  const calls = rows.filter((r) => !r.fallback).map((r) => r.span);
  const count = (list: readonly OracleSpan[]) => sum(list.map((s) => s.weight));
  const errors = count(calls.filter((s) => s.record.status === 'ERROR'));
  const timed = calls.flatMap((s) => (s.duration === undefined ? [] : [[s.duration, s.weight] as const]));
  return {
    requests: count(calls),
    errors,
    error_rate: calls.length === 0 ? null : errors / count(calls),
    tokens: weigh((s) => s.total),
    input_tokens: weigh((s) => s.input),
    uncached_tokens: weigh((s) =>
      s.input === undefined ? undefined : s.input - (s.cacheRead ?? 0) - (s.cacheWrite ?? 0),
    ),
    cache_read_tokens: weigh((s) => s.cacheRead),
    cache_write_tokens: weigh((s) => s.cacheWrite),
    output_tokens: weigh((s) => s.output),
    reasoning_tokens: weigh((s) => s.reasoning),
    cost_usd: weigh((s) => s.cost),
    unpriced: count(rows.map((r) => r.span).filter((s) => s.metered && s.cost === undefined)),
    unmetered: count(calls.filter((s) => !s.metered && s.record.status !== 'ERROR')),
    avg_latency_ms:
      timed.length === 0 ? null : sum(timed.map(([v, w]) => v * w)) / sum(timed.map(([, w]) => w)),
    p50_latency_ms: quantile(timed, 0.5),
    p95_latency_ms: quantile(timed, 0.95),
    p99_latency_ms: quantile(timed, 0.99),
  };
}

export interface OracleTrace {
  readonly trace_id: string;
  readonly startUs: number;
  readonly status: string;
  readonly duration: number | undefined;
  readonly span_count: number;
  readonly call_count: number;
  readonly error_count: number;
  readonly total_tokens: number | null;
  readonly cost_usd: number | null;
  readonly weight: number;
}

/** The traces that the filters choose, each with its whole figures. */
export function traces(spans: readonly OracleSpan[], rows: readonly Row[], f: Filters): OracleTrace[] {
  const rowsOf = groups(rows, (r) => traceOf(r.span));
  return [...groups(spans, traceOf)].flatMap(([trace_id, list]) => {
    const own = rowsOf.get(trace_id) ?? [];
    const startUs = Math.min(...list.map((s) => s.startUs));
    const chosen =
      inTime(startUs, f) &&
      (f.services === undefined || list.some((s) => inList(f.services, s.record.service_name))) &&
      ((f.models === undefined && f.status === undefined) ||
        own.some(
          (r) =>
            inList(f.models, r.span.model) &&
            ofStatus(r, f.status) &&
            inList(f.services, r.span.record.service_name),
        )) &&
      list.some((s) => hasText(s, f.text));
    if (!chosen) return [];
    const earliest = (of: readonly OracleSpan[]) =>
      of.reduce<OracleSpan | undefined>(
        (a, b) => (a === undefined || b.startUs < a.startUs ? b : a),
        undefined,
      );
    const root = earliest(list.filter((s) => s.record.parent_span_id === null));
    const lead = root ?? earliest(list);
    const failed = list.filter((s) => s.record.status === 'ERROR').length;
    const ends = list.flatMap((s) =>
      s.duration === undefined ? [] : [s.startUs + Math.round(s.duration * 1000)],
    );
    return [
      {
        trace_id,
        startUs,
        status:
          root?.record.status ??
          (failed > 0 ? 'ERROR' : list.some((s) => s.record.status === 'OK') ? 'OK' : 'UNSET'),
        duration: lead?.duration === undefined ? undefined : (Math.max(...ends) - startUs) / 1000,
        span_count: list.length,
        call_count: list.filter((s) => s.role === 'call').length,
        error_count: failed,
        total_tokens: total(own.map((r) => r.span.total)),
        cost_usd: total(own.map((r) => r.span.cost)),
        weight: Math.min(...list.map((s) => s.weight)),
      },
    ];
  });
}
