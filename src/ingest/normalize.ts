/** A span as its reader found it → one row of each stored table. */
import type { SpanKind } from '@spanbook/sdk/schema';
import { ContentTable, LogTable, MessageTable, type SpanRow, SpanTable } from './arrow/tables.ts';
import { Fields, keyInfo, metadataEntries } from './dialects/keys.ts';
import { kindOperation, vercelKind } from './dialects/kinds.ts';
import type { Message } from './dialects/messageParts.ts';
import { type FoundBody, isEventBody, readMessages, type SpanMessages } from './dialects/messages.ts';
import type { PriceBook } from './prices.ts';
import { type Attributes, asText, type RawEvent, type RawLog, type RawSpan } from './rawSpan.ts';
import { millisecondsBetween, parseTime } from './time.ts';

/** Longest `input` and `output` of a span, in characters. */
const PREVIEW = 200;
const CALLS: ReadonlySet<SpanKind> = new Set(['LLM', 'EMBEDDING', 'RERANKER']);
const AGGREGATES: ReadonlySet<SpanKind> = new Set(['AGENT', 'CHAIN']);

function preview(messages: readonly Message[], role: string): string | null {
  for (let i = messages.length - 1; i >= 0; i--) {
    const m = messages[i];
    if (m?.role !== role || m.content === null) continue;
    // Enough for 200 characters after collapsing, unless it is nearly all white space.
    const line = m.content.slice(0, 2000).replace(/\s+/g, ' ').trim();
    if (line === '') continue;
    return line.length <= PREVIEW ? line : `${line.slice(0, PREVIEW - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
  }
  return null;
}

interface Usage {
  input: number | null;
  output: number | null;
  total: number | null;
}

/** Parts lie inside their totals in our tables; where a source reported them beside, they are added. */
function inclusive(
  fields: Fields,
  cacheRead: number | null,
  cacheWrite: number | null,
  reasoning: number | null,
): Usage {
  let input = fields.number('inputTokens');
  let output = fields.number('outputTokens');
  let total = fields.number('totalTokens');
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  let adjusted = false;
  if (input !== null && cached > input) {
    input += cached;
    adjusted = true;
  }
  if (output !== null && (reasoning ?? 0) > output) {
    output += reasoning ?? 0;
    adjusted = true;
  }
  const sum = input === null && output === null ? null : (input ?? 0) + (output ?? 0);
  if (total === null || (adjusted && sum !== null && total < sum)) total = sum;
  return { input, output, total };
}

function sumOf(a: number | null, b: number | null): number | null {
  return a === null && b === null ? null : (a ?? 0) + (b ?? 0);
}

/** Collects spans and logs of one task until they are taken as batches. */
export class Collector {
  spans = new SpanTable();
  messages = new MessageTable();
  contents: ContentTable;
  logs = new LogTable();
  private readonly fields = new Fields();
  private bodies: FoundBody[] = [];
  private aliases: [string, unknown][] = [];
  private nextKey: bigint;

  constructor(
    private readonly sourceFile: string,
    private readonly prices: PriceBook,
    private readonly hash: (text: string) => bigint,
    /** Key of the first span; the following ones count up. */
    firstKey: bigint,
  ) {
    this.contents = new ContentTable(hash);
    this.nextKey = firstKey;
  }

  /** Starts new tables; the old ones are the caller's. */
  reset(): void {
    this.spans = new SpanTable();
    this.messages = new MessageTable();
    this.contents = new ContentTable(this.hash);
    this.logs = new LogTable();
  }

  private takeKey(): bigint {
    return this.nextKey++;
  }

  addLog(log: RawLog): void {
    this.logs.push(log, this.sourceFile);
  }

  addSpan(span: RawSpan): void {
    const { fields } = this;
    fields.clear();
    this.bodies = [];
    this.aliases = [];
    this.addAttributes(span.attributes, null);
    if (span.extra !== null) this.addAttributes(span.extra, span.attributes);
    if (this.aliases.length > 0) this.addAliases(span);
    if (span.columns !== undefined) for (const [field, value] of span.columns) fields.fallback(field, value);
    const exception = this.addEvents(span.events);
    for (const link of span.links) {
      this.spans.links.traceId.push(link.traceId);
      this.spans.links.spanId.push(link.spanId);
    }
    for (const key in span.resource) {
      const value = span.resource[key];
      this.spans.resource.add(key, asText(value));
      if (key !== 'service.name') fields.takeMissing(keyInfo(key).uses, value);
    }

    const row = this.row(span, exception);
    const key = this.takeKey();
    const messages = readMessages(row.kind as SpanKind, this.bodies, span.events, {
      name: fields.text('toolName') ?? span.name,
      callId: fields.text('toolCallId'),
    });
    row.input = preview(messages.input, 'user');
    row.output = preview(messages.output, 'assistant');
    this.spans.push(row, key, this.sourceFile);
    this.addMessages(key, messages);
  }

  /** @param taken keys that are there already: a MAP holds each once */
  private addAttributes(attributes: Attributes, taken: Attributes | null): void {
    const { fields, spans } = this;
    for (const key in attributes) {
      if (taken !== null && Object.hasOwn(taken, key)) continue;
      const value = attributes[key];
      const info = keyInfo(key);
      if (info.uses.length > 0) fields.take(info.uses, value);
      if (info.body !== undefined) {
        this.bodies.push({ body: info.body, value });
        continue;
      }
      spans.attributes.add(key, asText(value));
      if (info.metadata !== undefined) this.aliases.push([info.metadata, value]);
      else if (key === 'metadata') this.aliases.push(...metadataEntries(value));
    }
  }

  private addAliases(span: RawSpan): void {
    const seen = new Set<string>();
    for (const [key, value] of this.aliases) {
      if (seen.has(key) || Object.hasOwn(span.attributes, key)) continue;
      if (span.extra !== null && Object.hasOwn(span.extra, key)) continue;
      seen.add(key);
      this.fields.take(keyInfo(key).uses, value);
      this.spans.attributes.add(key, asText(value));
    }
  }

  /** @returns the attributes of the last exception event */
  private addEvents(events: readonly RawEvent[]): Attributes | null {
    let exception: Attributes | null = null;
    const column = this.spans.events;
    for (const event of events) {
      if (event.name === 'exception') exception = event.attributes;
      column.name.push(event.name);
      column.time.push(event.time.us);
      for (const key in event.attributes)
        if (!isEventBody(event.name, key)) column.attributes.add(key, asText(event.attributes[key]));
      column.attributes.endRow();
    }
    return exception;
  }

  private row(span: RawSpan, exception: Attributes | null): SpanRow {
    const { fields } = this;
    const model = fields.text('model');
    const cacheRead = fields.number('cacheReadTokens');
    const cacheWrite = fields.number('cacheWriteTokens');
    const reasoning = fields.number('reasoningTokens');
    const usage = inclusive(fields, cacheRead, cacheWrite, reasoning);
    // INTERNAL is what writers put where they know nothing better.
    const stated = span.kind === 'INTERNAL' ? null : span.kind;
    const known = stated ?? (fields.text('kind') as SpanKind | null);
    const metered = usage.input !== null || usage.output !== null;
    const kind = known ?? (model !== null && metered ? 'LLM' : 'INTERNAL');
    const vercel = fields.text('vercel');
    const provider = fields.text('provider');
    const failed = span.status === 'ERROR';
    const firstToken = this.timeToFirstToken(span);
    return {
      trace_id: span.traceId,
      span_id: span.spanId,
      parent_span_id: span.parentSpanId,
      name: span.name,
      service_name: serviceOf(span) ?? fields.text('service'),
      kind,
      start: span.start,
      end: span.end,
      status: span.status,
      error_type:
        fields.text('errorType') ?? (span.status === 'OK' ? null : textOf(exception, 'exception.type')),
      error_message:
        (failed ? (span.statusMessage ?? textOf(exception, 'exception.message')) : null) ??
        fields.text('errorMessage') ??
        (span.status === 'OK' ? null : textOf(exception, 'exception.message')),
      operation: fields.text('operation') ?? kindOperation(kind),
      provider,
      model,
      request_model: fields.text('requestModel'),
      input_tokens: usage.input,
      output_tokens: usage.output,
      total_tokens: usage.total,
      cache_read_tokens: cacheRead,
      cache_write_tokens: cacheWrite,
      reasoning_tokens: reasoning,
      audio_tokens:
        fields.number('audioTokens') ?? sumOf(fields.number('audioInput'), fields.number('audioOutput')),
      role: roleOf(kind, known, vercel, model),
      recorded_cost_usd: fields.number('cost'),
      finish_reason: fields.text('finishReason'),
      time_to_first_token_ms: firstToken,
      streaming:
        fields.boolean('streaming') ??
        (firstToken !== null || vercel?.endsWith('.doStream') === true ? true : null),
      session_id: fields.text('session'),
      user_id: fields.text('user'),
      sample_weight: positive(span.sampleWeight) ?? positive(fields.number('sampleWeight')) ?? 1,
      price_key:
        model === null ? null : this.prices.keyFor(provider, model, span.start.us / 1000, usage.input),
      input: null,
      output: null,
    };
  }

  private timeToFirstToken(span: RawSpan): number | null {
    const stated = this.fields.number('timeToFirstToken');
    if (stated !== null) return stated;
    const at = this.fields.text('firstTokenAt');
    const time = at === null ? span.events.find((e) => e.name === 'first_token')?.time : parseTime(at);
    if (time === undefined) return null;
    const ms = millisecondsBetween(span.start, time);
    return ms >= 0 ? ms : null;
  }

  private addMessages(key: bigint, messages: SpanMessages): void {
    for (const direction of ['input', 'output'] as const) {
      const list = messages[direction];
      for (let position = 0; position < list.length; position++) {
        const m = list[position];
        if (m === undefined) continue;
        this.messages.push(
          key,
          direction,
          position,
          m.role,
          m.content === null ? null : this.contents.id(m.content),
          m.toolCallId,
          m.toolName,
          m.toolArguments === null ? null : this.contents.id(m.toolArguments),
        );
      }
    }
  }
}

function roleOf(
  kind: SpanKind,
  known: SpanKind | null,
  vercel: string | null,
  model: string | null,
): string | null {
  const inner = vercel === null ? undefined : vercelKind(vercel);
  if (inner !== undefined) return CALLS.has(inner) ? 'call' : AGGREGATES.has(inner) ? 'aggregate' : null;
  if (CALLS.has(kind)) return 'call';
  if (AGGREGATES.has(kind)) return 'aggregate';
  return known === null && model !== null ? 'call' : null;
}

function positive(n: number | null): number | null {
  return n !== null && n > 0 && Number.isFinite(n) ? n : null;
}

function textOf(attributes: Attributes | null, key: string): string | null {
  const value = attributes?.[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

function serviceOf(span: RawSpan): string | null {
  const name = span.resource['service.name'];
  return (typeof name === 'string' && name !== '' ? name : null) ?? span.serviceName;
}
