import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { createTracer, ParquetSpanExporter, type Tracer } from '@spanbook/sdk';
import { SCHEMA_VERSION, SPAN_COLUMNS, STORED_TABLES } from '@spanbook/sdk/schema';
import { beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from './helpers.ts';

let duckdb: DuckDBConnection;
beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
});

const rows = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRowObjectsJson();
const types = async (file: string) =>
  (await rows(`DESCRIBE FROM read_parquet('${file}', hive_partitioning = false)`)).map((row) => [
    row.column_name,
    // DuckDB quotes field names that are also words of its own.
    String(row.column_type).replaceAll('"', ''),
  ]);

const START = 1_764_000_000_123.456;

function work(tracer: Tracer): void {
  const root = tracer.startTrace('request', {
    metadata: { user_id: 'u1' },
    startTime: START,
    sessionId: 's1',
  });
  const call = tracer.startSpan('chat', {
    kind: 'LLM',
    parent: root,
    startTime: [1_764_000_000, 200_000_001],
  });
  call.setAttributes({
    'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
    'gen_ai.system_instructions': '[{"type":"text","content":"Be brief"}]',
    'gen_ai.output.messages': '[{"role":"assistant","parts":[]}]',
    top: ['a', 'b'],
    flag: true,
  });
  call.addEvent('first_token', { n: 1 }, [1_764_000_000, 300_000_000]);
  call.recordLlmUsage({
    model: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    provider: 'openai',
    inputTokens: 100,
    outputTokens: 40,
    cacheReadTokens: 64,
    reasoningTokens: 16,
    finishReason: 'stop',
    timeToFirstTokenMs: 100,
    costUsd: 0.5,
    streaming: true,
  });
  call.end([1_764_000_000, 900_000_003]);
  const failed = tracer.startSpan('tool', {
    kind: 'TOOL',
    parent: root,
    startTime: START,
    links: [{ traceId: call.traceId, spanId: call.spanId }],
  });
  failed.recordException(new TypeError('no such tool'), START);
  failed.end(START + 5);
  tracer.log('WARN', 'careful', { attempt: 2 }, { span: call, time: START });
  tracer.startSpan('open', { parent: root, startTime: START });
  root.end(START + 1000);
}

async function writeTo(file: string): Promise<void> {
  const tracer = createTracer({ service: 'app', file, resource: { 'service.version': '1.2' } });
  work(tracer);
  await tracer.shutdown();
}

describe('a single Parquet file', () => {
  it('has exactly the columns and types of the schema, as DuckDB reads them', async () => {
    const file = join(temporaryFolder(), 'app.parquet');
    await writeTo(file);
    const expected = SPAN_COLUMNS.map((c) => [c.name, c.type]);
    expect(await types(file)).toEqual([
      ...expected,
      ['input_messages', 'VARCHAR'],
      ['output_messages', 'VARCHAR'],
    ]);
    expect(await types(file.replace('.parquet', '.logs.parquet'))).toEqual(
      STORED_TABLES.logs.filter((c) => c.name !== 'source_file').map((c) => [c.name, c.type]),
    );
    const metadata = await rows(
      `SELECT decode(key) AS key, decode(value) AS value FROM parquet_kv_metadata('${file}') ORDER BY 1`,
    );
    expect(metadata).toEqual([
      { key: 'spanbook.schema_version', value: String(SCHEMA_VERSION) },
      { key: 'spanbook.table', value: 'spans' },
    ]);
  });

  it('holds what was recorded', async () => {
    const file = join(temporaryFolder(), 'app.parquet');
    await writeTo(file);
    const [call] = await rows(`FROM read_parquet('${file}') WHERE name = 'chat'`);
    expect(call).toMatchObject({
      kind: 'LLM',
      service_name: 'app',
      start_time: '2025-11-24 16:00:00.2',
      end_time: '2025-11-24 16:00:00.9',
      start_ns: '1764000000200000001',
      duration_ns: '700000002',
      status: 'OK',
      error_type: null,
      operation: 'chat',
      provider: 'openai',
      model: 'gpt-4o-mini-2024-07-18',
      request_model: 'gpt-4o-mini',
      input_tokens: '100',
      output_tokens: '40',
      total_tokens: '140',
      cache_read_tokens: '64',
      cache_write_tokens: null,
      reasoning_tokens: '16',
      audio_tokens: null,
      role: 'call',
      recorded_cost_usd: 0.5,
      finish_reason: 'stop',
      time_to_first_token_ms: 100,
      streaming: true,
      sample_weight: 1,
      resource: [{ key: 'service.version', value: '1.2' }],
      events: [
        {
          name: 'first_token',
          time: '2025-11-24 16:00:00.3',
          attributes: [{ key: 'n', value: '1' }],
        },
      ],
      links: [],
      input_messages:
        '[{"role":"system","parts":[{"type":"text","content":"Be brief"}]},{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
      output_messages: '[{"role":"assistant","parts":[]}]',
    });
    const attributes = await rows(
      `SELECT attributes['top'] AS top, attributes['flag'] AS flag, map_keys(attributes)::VARCHAR AS keys
       FROM read_parquet('${file}') WHERE name = 'chat'`,
    );
    expect(attributes[0]).toMatchObject({ top: '["a","b"]', flag: 'true' });
    expect(attributes[0]?.keys).not.toContain('messages');
    const others = await rows(
      `SELECT name, status, error_type, error_message, end_time IS NULL AS unfinished, duration_ns IS NULL AS endless,
         user_id, session_id, len(links) AS links, len(events) AS events, role
       FROM read_parquet('${file}') WHERE name <> 'chat' ORDER BY name`,
    );
    expect(others).toMatchObject([
      { name: 'open', status: 'UNSET', unfinished: true, endless: true, links: '0', events: '0' },
      { name: 'request', status: 'OK', user_id: 'u1', session_id: 's1', unfinished: false },
      {
        name: 'tool',
        error_type: 'TypeError',
        error_message: 'no such tool',
        links: '1',
        events: '1',
        role: null,
      },
    ]);
    const logs = await rows(`FROM read_parquet('${file.replace('.parquet', '.logs.parquet')}')`);
    expect(logs).toMatchObject([{ severity: 'WARN', body: 'careful', service_name: 'app' }]);
  });

  it('grows with each flush, and is never half written', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'app.parquet');
    const tracer = createTracer({ service: 'app', file });
    for (const n of [1, 2, 3]) {
      tracer.span(`s${n}`, () => undefined);
      await tracer.flush();
      expect(await rows(`SELECT count(*) AS n FROM read_parquet('${file}')`)).toEqual([{ n: String(n) }]);
    }
    await tracer.shutdown();
    expect(readdirSync(folder)).toEqual(['app.parquet']);
  });

  it('of an earlier run is kept; the next run takes the next name', async () => {
    const folder = temporaryFolder();
    for (let run = 0; run < 3; run++) await writeTo(join(folder, 'app.parquet'));
    expect(
      readdirSync(folder)
        .filter((name) => !name.includes('logs'))
        .sort(),
    ).toEqual(['app-2.parquet', 'app-3.parquet', 'app.parquet']);
  });

  it('continues in another when it is full', async () => {
    const folder = temporaryFolder();
    const tracer = createTracer({ service: 'app', file: join(folder, 'app.parquet'), maxRows: 100 });
    for (let i = 0; i < 250; i++) tracer.span('s', () => undefined);
    await tracer.shutdown();
    expect(await rows(`SELECT count(*) AS n FROM read_parquet('${folder}/*.parquet')`)).toEqual([
      { n: '250' },
    ]);
  });
});

describe('a folder of Parquet files', () => {
  it('has a part for each day, complete files only', async () => {
    const folder = join(temporaryFolder(), 'traces');
    const tracer = createTracer({ service: 'my app/1', file: folder });
    for (const day of [0, 1, 1]) {
      const start = Date.UTC(2025, 10, 24 + day, 12);
      tracer.startSpan(`day ${day}`, { startTime: start }).end(start + 1);
    }
    await tracer.shutdown();
    expect(readdirSync(folder)).toEqual(['date=2025-11-24', 'date=2025-11-25']);
    expect(readdirSync(join(folder, 'date=2025-11-25'))).toEqual([
      expect.stringMatching(/^spans-my_app_1-\d{8}T\d{6}-\d+-\d+\.parquet$/),
    ]);
    expect(
      await rows(
        `SELECT date::VARCHAR AS date, count(*) AS n FROM read_parquet('${folder}/*/spans-*.parquet', hive_partitioning = true)
         GROUP BY ALL ORDER BY 1`,
      ),
    ).toEqual([
      { date: '2025-11-24', n: '1' },
      { date: '2025-11-25', n: '2' },
    ]);
  });

  it('that cannot be written costs no rows once it can', async () => {
    const folder = join(temporaryFolder(), 'traces');
    writeFileSync(folder, 'in the way');
    const exporter = new ParquetSpanExporter({ file: join(folder, 'sub'), service: 'app' });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.getTracer('x').startSpan('a').end();
    await exporter.forceFlush();
    expect(existsSync(join(folder, 'sub'))).toBe(false);
    rmSync(folder);
    await provider.shutdown();
    expect(await rows(`SELECT name FROM read_parquet('${folder}/sub/*/*.parquet')`)).toEqual([{ name: 'a' }]);
  });
});
