/** The stored tables, column by column, as ingest fills them. */
import { STORED_TABLES, type StoredBatch, type StoredTableName } from '@spanbook/sdk/schema';
import { Field, makeData, RecordBatch, Schema, Struct, Table, tableToIPC } from 'apache-arrow';
import type { PriceRow } from '../prices.ts';
import { asText, type RawLog } from '../rawSpan.ts';
import { fromNumber, type Time } from '../time.ts';
import {
  type ArrowColumn,
  BooleanColumn,
  EventsColumn,
  Float64Column,
  Int32Column,
  Int64Column,
  LinksColumn,
  MapColumn,
  MapDictionaryColumn,
  timestampColumn,
  Utf8Column,
} from './columns.ts';
import { arrowSchema, stringMapDictionary } from './types.ts';

/** Spans of one process have one resource. */
function batchSchema(schema: Schema): Schema {
  return new Schema(
    schema.fields.map((f) =>
      f.name === 'resource' ? new Field(f.name, stringMapDictionary, f.nullable) : f,
    ),
  );
}

/** Schemas of the batches, by table: what `insertArrowFromIPCStream` gets. */
export const ARROW_SCHEMAS = Object.fromEntries(
  Object.entries(STORED_TABLES).map(([name, columns]) => [name, batchSchema(arrowSchema(columns))]),
) as Record<StoredTableName, Schema>;

function toBatch(table: StoredTableName, columns: readonly ArrowColumn[]): StoredBatch {
  const schema = ARROW_SCHEMAS[table];
  const rows = columns[0]?.length ?? 0;
  const children = columns.map((c, i) => {
    if (c.length !== rows)
      throw new Error(`${table}.${schema.fields[i]?.name}: ${c.length} of ${rows} values`);
    return c.finish();
  });
  const data = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children });
  return { table, rows, ipc: tableToIPC(new Table(schema, [new RecordBatch(schema, data)]), 'stream') };
}

/** Scalars of a span as stored; attributes, events and links are added to their columns directly. */
export interface SpanRow {
  trace_id: string;
  span_id: string;
  parent_span_id: string | null;
  name: string;
  service_name: string | null;
  kind: string;
  start: Time;
  end: Time | null;
  status: string;
  error_type: string | null;
  error_message: string | null;
  operation: string | null;
  provider: string | null;
  model: string | null;
  request_model: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  total_tokens: number | null;
  cache_read_tokens: number | null;
  cache_write_tokens: number | null;
  reasoning_tokens: number | null;
  audio_tokens: number | null;
  role: string | null;
  recorded_cost_usd: number | null;
  finish_reason: string | null;
  time_to_first_token_ms: number | null;
  streaming: boolean | null;
  session_id: string | null;
  user_id: string | null;
  sample_weight: number;
  price_key: string | null;
  input: string | null;
  output: string | null;
}

export class SpanTable {
  private readonly traceId = new Utf8Column();
  private readonly spanId = new Utf8Column();
  private readonly parentSpanId = new Utf8Column();
  private readonly name = new Utf8Column();
  private readonly serviceName = new Utf8Column();
  private readonly kind = new Utf8Column();
  private readonly startTime = timestampColumn();
  private readonly endTime = timestampColumn();
  private readonly startNs = new Int64Column();
  private readonly durationNs = new Int64Column();
  private readonly status = new Utf8Column();
  private readonly errorType = new Utf8Column();
  private readonly errorMessage = new Utf8Column();
  private readonly operation = new Utf8Column();
  private readonly provider = new Utf8Column();
  private readonly model = new Utf8Column();
  private readonly requestModel = new Utf8Column();
  private readonly inputTokens = new Int64Column();
  private readonly outputTokens = new Int64Column();
  private readonly totalTokens = new Int64Column();
  private readonly cacheReadTokens = new Int64Column();
  private readonly cacheWriteTokens = new Int64Column();
  private readonly reasoningTokens = new Int64Column();
  private readonly audioTokens = new Int64Column();
  private readonly role = new Utf8Column();
  private readonly recordedCost = new Float64Column();
  private readonly finishReason = new Utf8Column();
  private readonly timeToFirstToken = new Float64Column();
  private readonly streaming = new BooleanColumn();
  private readonly sessionId = new Utf8Column();
  private readonly userId = new Utf8Column();
  readonly attributes = new MapColumn();
  readonly resource = new MapDictionaryColumn();
  readonly events = new EventsColumn();
  readonly links = new LinksColumn();
  private readonly sampleWeight = new Float64Column();
  private readonly spanKey = new Int64Column();
  private readonly priceKey = new Utf8Column();
  private readonly input = new Utf8Column();
  private readonly output = new Utf8Column();
  private readonly sourceFile = new Utf8Column();

  get length(): number {
    return this.traceId.length;
  }

  /** Ends the row whose attributes, resource, events and links have been added. */
  push(r: SpanRow, spanKey: bigint, sourceFile: string): void {
    this.traceId.push(r.trace_id);
    this.spanId.push(r.span_id);
    this.parentSpanId.push(r.parent_span_id);
    this.name.push(r.name);
    this.serviceName.push(r.service_name);
    this.kind.push(r.kind);
    this.startTime.push(r.start.us);
    this.endTime.push(r.end === null ? null : r.end.us);
    this.startNs.pushNanoseconds(r.start);
    if (r.end === null) this.durationNs.push(null);
    else {
      const us = r.end.us - r.start.us;
      const ns = r.end.ns - r.start.ns;
      // Beyond 104 days a number of nanoseconds is no longer exact.
      if (Math.abs(us) < 9e12) this.durationNs.push(us * 1000 + ns);
      else this.durationNs.pushBig(BigInt(us) * 1000n + BigInt(ns));
    }
    this.status.push(r.status);
    this.errorType.push(r.error_type);
    this.errorMessage.push(r.error_message);
    this.operation.push(r.operation);
    this.provider.push(r.provider);
    this.model.push(r.model);
    this.requestModel.push(r.request_model);
    this.inputTokens.push(r.input_tokens);
    this.outputTokens.push(r.output_tokens);
    this.totalTokens.push(r.total_tokens);
    this.cacheReadTokens.push(r.cache_read_tokens);
    this.cacheWriteTokens.push(r.cache_write_tokens);
    this.reasoningTokens.push(r.reasoning_tokens);
    this.audioTokens.push(r.audio_tokens);
    this.role.push(r.role);
    this.recordedCost.push(r.recorded_cost_usd);
    this.finishReason.push(r.finish_reason);
    this.timeToFirstToken.push(r.time_to_first_token_ms);
    this.streaming.push(r.streaming);
    this.sessionId.push(r.session_id);
    this.userId.push(r.user_id);
    this.attributes.endRow();
    this.resource.endRow();
    this.events.endRow();
    this.links.endRow();
    this.sampleWeight.push(r.sample_weight);
    this.spanKey.pushBig(spanKey);
    this.priceKey.push(r.price_key);
    this.input.push(r.input);
    this.output.push(r.output);
    this.sourceFile.push(sourceFile);
  }

  finish(): StoredBatch {
    return toBatch('spans', [
      this.traceId,
      this.spanId,
      this.parentSpanId,
      this.name,
      this.serviceName,
      this.kind,
      this.startTime,
      this.endTime,
      this.startNs,
      this.durationNs,
      this.status,
      this.errorType,
      this.errorMessage,
      this.operation,
      this.provider,
      this.model,
      this.requestModel,
      this.inputTokens,
      this.outputTokens,
      this.totalTokens,
      this.cacheReadTokens,
      this.cacheWriteTokens,
      this.reasoningTokens,
      this.audioTokens,
      this.role,
      this.recordedCost,
      this.finishReason,
      this.timeToFirstToken,
      this.streaming,
      this.sessionId,
      this.userId,
      this.attributes,
      this.resource,
      this.events,
      this.links,
      this.sampleWeight,
      this.spanKey,
      this.priceKey,
      this.input,
      this.output,
      this.sourceFile,
    ]);
  }
}

export class MessageTable {
  private readonly spanKey = new Int64Column();
  private readonly direction = new Utf8Column();
  private readonly position = new Int32Column();
  private readonly role = new Utf8Column();
  private readonly contentId = new Int64Column();
  private readonly toolCallId = new Utf8Column();
  private readonly toolName = new Utf8Column();
  private readonly toolArgumentsId = new Int64Column();

  get length(): number {
    return this.direction.length;
  }

  push(
    spanKey: bigint,
    direction: string,
    position: number,
    role: string | null,
    contentId: bigint | null,
    toolCallId: string | null,
    toolName: string | null,
    toolArgumentsId: bigint | null,
  ): void {
    this.spanKey.pushBig(spanKey);
    this.direction.push(direction);
    this.position.push(position);
    this.role.push(role);
    this.contentId.pushBig(contentId);
    this.toolCallId.push(toolCallId);
    this.toolName.push(toolName);
    this.toolArgumentsId.pushBig(toolArgumentsId);
  }

  finish(): StoredBatch {
    return toBatch('messages', [
      this.spanKey,
      this.direction,
      this.position,
      this.role,
      this.contentId,
      this.toolCallId,
      this.toolName,
      this.toolArgumentsId,
    ]);
  }
}

/** Each text once in a batch. */
export class ContentTable {
  private readonly ids = new Map<string, bigint>();
  /** UTF-16 units held. */
  size = 0;

  constructor(private readonly hash: (text: string) => bigint) {}

  get length(): number {
    return this.ids.size;
  }

  /** Id of the text; a new text becomes a row. */
  id(text: string): bigint {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = BigInt.asIntN(64, this.hash(text));
      this.ids.set(text, id);
      this.size += text.length;
    }
    return id;
  }

  finish(): StoredBatch {
    const contentId = new Int64Column();
    const text = new Utf8Column();
    for (const [t, id] of this.ids) {
      contentId.pushBig(id);
      text.push(t);
    }
    return toBatch('contents', [contentId, text]);
  }
}

export class LogTable {
  private readonly time = timestampColumn();
  private readonly severity = new Utf8Column();
  private readonly body = new Utf8Column();
  private readonly traceId = new Utf8Column();
  private readonly spanId = new Utf8Column();
  private readonly serviceName = new Utf8Column();
  private readonly attributes = new MapColumn();
  private readonly sourceFile = new Utf8Column();

  get length(): number {
    return this.time.length;
  }

  push(log: RawLog, sourceFile: string): void {
    this.time.push(log.time.us);
    this.severity.push(log.severity);
    this.body.push(log.body);
    this.traceId.push(log.traceId);
    this.spanId.push(log.spanId);
    this.serviceName.push(log.serviceName);
    for (const key of Object.keys(log.attributes)) this.attributes.add(key, asText(log.attributes[key]));
    this.attributes.endRow();
    this.sourceFile.push(sourceFile);
  }

  finish(): StoredBatch {
    return toBatch('logs', [
      this.time,
      this.severity,
      this.body,
      this.traceId,
      this.spanId,
      this.serviceName,
      this.attributes,
      this.sourceFile,
    ]);
  }
}

export interface RejectRow {
  /** From 1; null where the file has no lines. */
  readonly line: number | null;
  readonly reason: string;
  readonly text: string | null;
}

export function rejectBatch(rows: readonly RejectRow[], sourceFile: string): StoredBatch {
  const file = new Utf8Column();
  const line = new Int64Column();
  const reason = new Utf8Column();
  const text = new Utf8Column();
  for (const row of rows) {
    file.push(sourceFile);
    line.push(row.line);
    reason.push(row.reason);
    text.push(row.text);
  }
  return toBatch('rejects', [file, line, reason, text]);
}

export function priceBatch(rows: readonly PriceRow[]): StoredBatch {
  const key = new Utf8Column();
  const provider = new Utf8Column();
  const model = new Utf8Column();
  const validFrom = timestampColumn();
  const tier = new Int64Column();
  const prices = ['input', 'cache_read', 'cache_write', 'output', 'per_request'] as const;
  const columns = prices.map(() => new Float64Column());
  const source = new Utf8Column();
  for (const row of rows) {
    key.push(row.price_key);
    provider.push(row.provider);
    model.push(row.model);
    validFrom.push(row.valid_from === null ? null : (fromNumber(Date.parse(row.valid_from))?.us ?? null));
    tier.push(row.tier);
    prices.forEach((p, i) => {
      columns[i]?.push(row[p]);
    });
    source.push('genai-prices');
  }
  return toBatch('prices', [key, provider, model, validFrom, tier, ...columns, source]);
}
