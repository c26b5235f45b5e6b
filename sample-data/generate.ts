/**
 * Writes the sample data: a simulated week of three services, recorded and exported by the SDK. The same sources give
 * the same files byte for byte. `npm run sample-data` runs this, then expected.ts.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import {
  NdjsonLogExporter,
  NdjsonSpanExporter,
  ParquetLogExporter,
  ParquetSpanExporter,
} from '@spanbook/sdk';
import type { Index } from './manifest.ts';
import { type Recorded, record } from './record.ts';
import { docExtract } from './sim/docExtract.ts';
import { researchAgent } from './sim/researchAgent.ts';
import type { SimService } from './sim/scene.ts';
import { supportChatbot } from './sim/supportChatbot.ts';

/** In the order in which the app lists them; the seed is that of the ids. */
const SERVICES: readonly { readonly simulate: () => SimService; readonly seed: number }[] = [
  { simulate: supportChatbot, seed: 1 },
  { simulate: researchAgent, seed: 2 },
  { simulate: docExtract, seed: 3 },
];

/** Makes all files in `folder`, and the list of them. */
export async function generate(folder: string): Promise<Index> {
  mkdirSync(folder, { recursive: true });
  const services: Index['services'] = [];
  for (const { simulate, seed } of SERVICES) {
    const service = simulate();
    const recorded = await record(service, seed);
    const parquet = await writeParquet(recorded, join(folder, `${service.name}.parquet`));
    const ndjson = await writeNdjson(recorded, join(folder, `${service.name}.ndjson`));
    const listed = (path: string) => ({ name: basename(path), bytes: statSync(path).size });
    services.push({
      service: service.name,
      traces: service.traces.length,
      spans: recorded.spans.length,
      logs: recorded.logs.length,
      parquet: parquet.map(listed),
      ndjson: [listed(ndjson)],
    });
  }
  const index: Index = { synthetic: true, services };
  writeFileSync(join(folder, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
  return index;
}

interface Exporter<T> {
  export(items: T[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/** A batch's lines must fit the exporter's memory for a slow disk. */
const BATCH = 2000;

async function exportAll<T>(exporter: Exporter<T>, items: readonly T[]): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH) {
    await new Promise<void>((resolve, reject) => {
      exporter.export(items.slice(at, at + BATCH), (result) =>
        result.code === 0 ? resolve() : reject(result.error ?? new Error('export failed')),
      );
    });
  }
  await exporter.shutdown();
}

/** Spans, then log records, gzipped. */
async function writeNdjson({ spans, logs }: Recorded, file: string): Promise<string> {
  rmSync(file, { force: true });
  await exportAll(new NdjsonSpanExporter({ file }), spans);
  await exportAll(new NdjsonLogExporter({ file }), logs);
  const zipped = `${file}.gz`;
  writeFileSync(zipped, gzipSync(readFileSync(file), { level: 9 }));
  rmSync(file);
  return zipped;
}

/** The exporters never overwrite a file of an earlier run. */
async function writeParquet({ spans, logs }: Recorded, file: string): Promise<string[]> {
  const logFile = file.replace(/\.parquet$/, '.logs.parquet');
  for (const path of [file, logFile]) rmSync(path, { force: true });
  await exportAll(new ParquetSpanExporter({ file }), spans);
  await exportAll(new ParquetLogExporter({ file }), logs);
  return [file, logFile];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { services } = await generate(fileURLToPath(new URL('.', import.meta.url)));
  for (const s of services) {
    const bytes = [...s.parquet, ...s.ndjson].map((f) => `${f.name} ${(f.bytes / 1e6).toFixed(2)} MB`);
    console.log(
      `${s.service}: ${s.traces} traces, ${s.spans} spans, ${s.logs} log records; ${bytes.join(', ')}`,
    );
  }
}
