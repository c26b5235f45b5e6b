/** The peer: native DuckDB reading the same NDJSON into one typed table. */
import { DuckDBInstance } from '@duckdb/node-api';

/** Explicit, since an inferred schema drops keys that appear late in the file. Attributes as text, as we store them. */
const COLUMNS = {
  trace_id: 'VARCHAR',
  span_id: 'VARCHAR',
  parent_span_id: 'VARCHAR',
  name: 'VARCHAR',
  kind: 'VARCHAR',
  service_name: 'VARCHAR',
  start_time: 'TIMESTAMP_NS',
  end_time: 'TIMESTAMP_NS',
  status: 'VARCHAR',
  status_message: 'VARCHAR',
  attributes: 'MAP(VARCHAR, VARCHAR)',
  events: 'STRUCT(name VARCHAR, "time" TIMESTAMP, attributes MAP(VARCHAR, VARCHAR))[]',
  links: 'STRUCT(trace_id VARCHAR, span_id VARCHAR)[]',
  resource: 'MAP(VARCHAR, VARCHAR)',
  sample_weight: 'DOUBLE',
};

export interface NativeLoad {
  readonly ms: number;
  readonly spans: number;
  /** Sum of `gen_ai.usage.input_tokens` over calls: to see that both loaded the same. */
  readonly inputTokens: number;
  readonly threads: number;
  readonly version: string;
}

export async function loadNatively(path: string): Promise<NativeLoad> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type.replaceAll("'", "''")}'`);
    const started = performance.now();
    await connection.run(
      `CREATE TABLE spans AS SELECT * FROM read_json('${path.replaceAll("'", "''")}',
       format = 'newline_delimited', columns = {${columns.join(', ')}})`,
    );
    const ms = performance.now() - started;
    const result = await connection.runAndReadAll(
      `SELECT count(*)::INTEGER AS spans, sum(attributes['gen_ai.usage.input_tokens']::BIGINT)::DOUBLE AS input_tokens,
       current_setting('threads')::INTEGER AS threads, version() AS version FROM spans`,
    );
    const [spans, inputTokens, threads, version] = result.getRows()[0] ?? [];
    return {
      ms,
      spans: Number(spans),
      inputTokens: Number(inputTokens),
      threads: Number(threads),
      version: String(version),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
