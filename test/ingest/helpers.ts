import { gzipSync } from 'node:zlib';
import { STORED_TABLES, type StoredBatch, type StoredTableName } from '@spanbook/sdk/schema';
import { tableFromIPC, type Vector } from 'apache-arrow';
import { createIngest, type IngestOptions, type IngestSummary } from '../../src/ingest/index.ts';

export type Row = Record<string, unknown>;

/** Arrow's own reader, so that what we write is read by other code. Times: epoch milliseconds with fraction. */
export function decode(
  batches: readonly StoredBatch[],
  table: StoredTableName,
  columns?: readonly string[],
): Row[] {
  const rows: Row[] = [];
  for (const batch of batches.filter((b) => b.table === table)) {
    const t = tableFromIPC(batch.ipc);
    const names = t.schema.fields.map((f) => f.name);
    if (names.join() !== STORED_TABLES[table].map((c) => c.name).join()) throw new Error(`columns ${names}`);
    const first = rows.length;
    for (let i = 0; i < t.numRows; i++) rows.push({});
    names.forEach((name, c) => {
      if (columns !== undefined && !columns.includes(name)) return;
      const vector = t.getChildAt(c);
      for (let i = 0; i < t.numRows; i++) {
        const row = rows[first + i];
        if (row !== undefined) row[name] = plain(vector?.get(i));
      }
    });
  }
  return rows;
}

function plain(v: unknown): unknown {
  if (v === null || typeof v !== 'object') return v;
  const o = v as { toJSON?: () => unknown };
  if (Symbol.iterator in v && 'length' in v) return [...(v as unknown as Vector)].map(plain);
  const json = typeof o.toJSON === 'function' ? o.toJSON() : v;
  return Object.fromEntries(Object.entries(json as object).map(([k, x]) => [k, plain(x)]));
}

export interface Loaded {
  readonly summary: IngestSummary;
  readonly batches: readonly StoredBatch[];
  rows(table: StoredTableName, columns?: readonly string[]): Row[];
  /** The only span. */
  span(): Row;
  /** Messages of a direction with their texts. */
  messages(direction: 'input' | 'output', spanKey?: unknown): Row[];
}

export async function load(
  content: string | Uint8Array<ArrayBuffer> | Blob,
  options: Partial<IngestOptions> = {},
  ingest = createIngest(),
): Promise<Loaded> {
  const blob = content instanceof Blob ? content : new Blob([content]);
  const batches: StoredBatch[] = [];
  const summary = await ingest(blob, 'file', {
    onBatches: async (b) => {
      batches.push(...b);
    },
    ...options,
  });
  const rows = (table: StoredTableName, columns?: readonly string[]) => decode(batches, table, columns);
  return {
    summary,
    batches,
    rows,
    span() {
      const spans = rows('spans');
      if (spans.length !== 1 || spans[0] === undefined) throw new Error(`${spans.length} spans`);
      return spans[0];
    },
    messages(direction, spanKey) {
      const texts = new Map(rows('contents').map((c) => [c.content_id, c.text]));
      return rows('messages')
        .filter((m) => m.direction === direction && (spanKey === undefined || m.span_key === spanKey))
        .map((m) => ({
          role: m.role,
          content: m.content_id === null ? null : texts.get(m.content_id),
          ...(m.tool_name === null ? {} : { tool: m.tool_name }),
          ...(m.tool_call_id === null ? {} : { id: m.tool_call_id }),
          ...(m.tool_arguments_id === null ? {} : { args: texts.get(m.tool_arguments_id) }),
        }));
    },
  };
}

export const gz = (text: string) => new Uint8Array(gzipSync(text));

/** One span as our SDK writes it. */
export function record(changes: Row = {}): Row {
  return {
    trace_id: '5b8efff798038103d269b633813fc60c',
    span_id: 'eee19b7ec3c1b174',
    parent_span_id: null,
    name: 'chat gpt-4o-mini',
    kind: 'LLM',
    service_name: 'chatbot',
    start_time: '2026-11-24T09:30:00.123456789Z',
    end_time: '2026-11-24T09:30:01.456789Z',
    status: 'OK',
    status_message: null,
    attributes: { 'gen_ai.request.model': 'gpt-4o-mini', 'gen_ai.provider.name': 'openai' },
    events: [],
    links: [],
    resource: {},
    sample_weight: 1,
    ...changes,
  };
}

export const ndjson = (...records: Row[]) => records.map((r) => `${JSON.stringify(r)}\n`).join('');

/** A span whose attributes are these, read as OTLP. */
export function otlp(attributes: Row, changes: Row = {}): string {
  const value = (v: unknown): unknown =>
    typeof v === 'string'
      ? { stringValue: v }
      : typeof v === 'boolean'
        ? { boolValue: v }
        : Array.isArray(v)
          ? { arrayValue: { values: v.map(value) } }
          : Number.isInteger(v)
            ? { intValue: String(v) }
            : { doubleValue: v };
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'span',
    startTimeUnixNano: '1764000000000000000',
    endTimeUnixNano: '1764000001000000000',
    attributes: Object.entries(attributes).map(([key, v]) => ({ key, value: value(v) })),
    ...changes,
  };
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}
