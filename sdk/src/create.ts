import { existsSync, statSync } from 'node:fs';
import { context, diag, ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchLogRecordProcessor,
  LoggerProvider,
  type LogRecordExporter,
  type LogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { toAttributes } from './attributes.ts';
import { onProcessEnd } from './exit.ts';
import { NdjsonLogExporter, NdjsonSpanExporter } from './exporters/ndjson.ts';
import { ParquetLogExporter, ParquetSpanExporter } from './exporters/parquet.ts';
import { QueueLogProcessor, type QueueOptions, QueueSpanProcessor } from './queue.ts';
import type { AttributesInput } from './span.ts';
import { preciseNow, type Time } from './time.ts';
import { SpanbookTracer, type Tracer } from './tracer.ts';
import { MAX_ATTRIBUTE_BYTES } from './values.ts';
import { SCOPE, VERSION } from './version.ts';

export interface TracerOptions extends QueueOptions {
  /** Name of the service (`service.name`). */
  readonly service: string;
  /** `x.ndjson` or `x.jsonl`: appended to. `x.parquet`: that one file. Anything else: a folder of Parquet files. */
  readonly file?: string;
  /** What else describes the process: `service.version`, `deployment.environment.name`, … */
  readonly resource?: AttributesInput;
  /** Whether prompts and completions are recorded. Default true. */
  readonly captureContent?: boolean;
  /** Largest UTF-8 size of one attribute value, in bytes. Default 65,536. */
  readonly maxAttributeBytes?: number;
  /** Further OTel exporters (OTLP, …), each behind OTel's own batch processor. */
  readonly exporters?: readonly SpanExporter[];
  readonly logExporters?: readonly LogRecordExporter[];
  /** Further OTel span processors. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Makes trace and span ids. Default: random. */
  readonly idGenerator?: IdGenerator;
  /** The time wherever none is given: epoch ms, a Date or HrTime. Default: a monotonic clock, in microseconds. */
  readonly clock?: () => Time;
  /** Parquet: rows of a file; default 10,000 in a folder, 50,000 of a single file. */
  readonly maxRows?: number;
  /** Parquet: longest time until a folder gets its next file, in ms; default 60,000. */
  readonly maxAgeMs?: number;
}

export interface InitOptions extends TracerOptions {
  /**
   * Whether other OTel instrumentation in the process writes to our file too: our providers become the global
   * ones, unless the host has set its own. Default true.
   */
  readonly global?: boolean;
}

interface FileExporters {
  readonly spans: SpanExporter;
  readonly logs: LogRecordExporter;
}

function isFolder(file: string): boolean {
  return existsSync(file) && statSync(file).isDirectory();
}

function fileExporters(file: string, options: TracerOptions): FileExporters {
  const { service, maxAttributeBytes, maxRows, maxAgeMs } = options;
  if (/\.(ndjson|jsonl)$/i.test(file) && !isFolder(file)) {
    return {
      spans: new NdjsonSpanExporter({ file, maxAttributeBytes }),
      logs: new NdjsonLogExporter({ file, maxAttributeBytes }),
    };
  }
  const parquet = { file, service, maxAttributeBytes, maxRows, maxAgeMs };
  return { spans: new ParquetSpanExporter(parquet), logs: new ParquetLogExporter(parquet) };
}

/** Context follows await, timers and callbacks only with a context manager; the host's is as good as ours. */
function ensureContextManager(): void {
  const probe = Symbol('spanbook');
  const works = context.with(context.active().setValue(probe, true), () => context.active().getValue(probe));
  if (works === undefined) context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

function hasGlobalProvider(): boolean {
  const provider = trace.getTracerProvider();
  return !(
    provider instanceof ProxyTracerProvider &&
    provider.getDelegate() === new ProxyTracerProvider().getDelegate()
  );
}

export interface Providers {
  readonly tracer: SpanbookTracer;
  readonly tracerProvider: TracerProvider;
  readonly loggerProvider: LoggerProvider;
}

/** OTel providers of our own over the exporters that the options ask for, and the tracer upon them. */
export function createProviders(options: TracerOptions): Providers {
  const maxAttributeBytes = options.maxAttributeBytes ?? MAX_ATTRIBUTE_BYTES;
  const resource = resourceFromAttributes({
    ...toAttributes(options.resource, maxAttributeBytes),
    'service.name': options.service,
  });
  const file = options.file === undefined ? undefined : fileExporters(options.file, options);
  const spanQueue = file && new QueueSpanProcessor(file.spans, options);
  const logQueue = file && new QueueLogProcessor(file.logs, options);
  const spanProcessors: SpanProcessor[] = [
    ...(spanQueue ? [spanQueue] : []),
    ...(options.exporters ?? []).map((exporter) => new BatchSpanProcessor(exporter)),
    ...(options.spanProcessors ?? []),
  ];
  const logProcessors: LogRecordProcessor[] = [
    ...(logQueue ? [logQueue] : []),
    ...(options.logExporters ?? []).map((exporter) => new BatchLogRecordProcessor({ exporter })),
  ];
  const tracerProvider = new BasicTracerProvider({
    resource,
    // Sampling is decided at a trace's end; at its start only the host's decision counts.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanLimits: { attributeCountLimit: 1000, eventCountLimit: 1000 },
    spanProcessors,
    ...(options.idGenerator === undefined ? {} : { idGenerator: options.idGenerator }),
  });
  const loggerProvider = new LoggerProvider({ resource, processors: logProcessors });
  ensureContextManager();

  const otelTracer = tracerProvider.getTracer(SCOPE, VERSION);
  const logger = loggerProvider.getLogger(SCOPE, VERSION);
  let down: Promise<void> | undefined;

  const tellDrops = () => {
    const spans = spanQueue?.dropped ?? 0;
    const records = logQueue?.dropped ?? 0;
    if (spans + records === 0) return;
    tracer.log('WARN', `spanbook dropped ${spans} spans and ${records} log records: the queue was full`, {
      'spanbook.dropped_spans': spans,
      'spanbook.dropped_logs': records,
    });
  };
  // Newest hook, so it runs first and the queues still take the count.
  const forget = onProcessEnd((reason) => {
    if (reason === 'exit') {
      logQueue?.drain();
      tellDrops();
    }
  });

  const shutdown = async () => {
    forget();
    spanQueue?.drain(true);
    logQueue?.drain();
    tellDrops();
    await quietly(() => tracerProvider.shutdown());
    await quietly(() => loggerProvider.shutdown());
  };
  const tracer: SpanbookTracer = new SpanbookTracer({
    tracer: () => otelTracer,
    logger: () => logger,
    settings: {
      maxAttributeBytes,
      captureContent: options.captureContent ?? true,
      clock: options.clock ?? preciseNow,
    },
    flush: async () => {
      if (down !== undefined) return;
      await quietly(() => tracerProvider.forceFlush());
      await quietly(() => loggerProvider.forceFlush());
    },
    shutdown: () => {
      down ??= shutdown();
      return down;
    },
  });
  return { tracer, tracerProvider, loggerProvider };
}

async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    diag.error(`spanbook: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * A tracer beside the one of `init`: its own service, files, ids and clock; nothing global but the context
 * manager, and that only where the host has none. Several may run in one process.
 */
export function createTracer(options: TracerOptions): Tracer {
  return createProviders(options).tracer;
}

/**
 * Makes the providers global for others' instrumentation, unless the host has its own.
 * @returns what takes them back
 */
export function registerGlobally(providers: Providers): () => void {
  if (hasGlobalProvider()) return () => undefined;
  trace.setGlobalTracerProvider(providers.tracerProvider);
  const ownsLogs = logs.setGlobalLoggerProvider(providers.loggerProvider) === providers.loggerProvider;
  return () => {
    trace.disable();
    if (ownsLogs) logs.disable();
  };
}
