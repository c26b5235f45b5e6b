import { createTracer, type SpanHandle, type Tracer, type TracerOptions } from '@spanbook/sdk';
import { seeded } from './sim/random.ts';
import type { SimService, SimSpan, SimTrace } from './sim/scene.ts';

type SpanProcessor = NonNullable<TracerOptions['spanProcessors']>[number];
export type OtelSpan = Parameters<SpanProcessor['onEnd']>[0];
type LogExporter = NonNullable<TracerOptions['logExporters']>[number];
export type OtelLog = Parameters<LogExporter['export']>[0][number];

export interface Recorded {
  /** In order of start within a trace, traces in order of start. */
  readonly spans: readonly OtelSpan[];
  readonly logs: readonly OtelLog[];
}

/** OTel's log processor holds 2,048 records at most. */
const FLUSH_EVERY = 200;

/** Plays a simulated service through the SDK: one tracer for each release, seeded ids, the simulation's times. */
export async function record(service: SimService, seed: number): Promise<Recorded> {
  const spans: OtelSpan[] = [];
  const logs: OtelLog[] = [];
  // Spans are kept from their start, so that those which never end are in the files as well.
  const keepSpans: SpanProcessor = {
    onStart: (span) => {
      spans.push(span as unknown as OtelSpan);
    },
    onEnd: () => {},
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const keepLogs: LogExporter = {
    export: (batch, done) => {
      logs.push(...batch);
      done({ code: 0 });
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const random = seeded(seed);
  const idGenerator = { generateTraceId: () => random.hex(32), generateSpanId: () => random.hex(16) };
  const tracers = new Map<string, Tracer>();
  const tracerOf = (version: string) => {
    const known = tracers.get(version);
    if (known !== undefined) return known;
    const tracer = createTracer({
      service: service.name,
      resource: {
        'service.version': version,
        'deployment.environment.name': 'production',
        'spanbook.synthetic': true,
      },
      idGenerator,
      spanProcessors: [keepSpans],
      logExporters: [keepLogs],
    });
    tracers.set(version, tracer);
    return tracer;
  };

  const handles = new Map<SimSpan, SpanHandle>();
  const traces = service.traces.toSorted((a, b) => a.root.start - b.root.start);
  for (const [i, trace] of traces.entries()) {
    play(tracerOf(trace.version), trace, handles);
    if (i % FLUSH_EVERY === 0) await Promise.all([...tracers.values()].map((tracer) => tracer.flush()));
  }
  for (const log of service.logs)
    tracerOf(log.version).log(log.severity, log.body, log.attributes, { time: hrTime(log.time) });
  await Promise.all([...tracers.values()].map((tracer) => tracer.shutdown()));
  // Releases overlap in nothing, but each has its own queue.
  return { spans, logs: logs.toSorted((a, b) => a.hrTime[0] - b.hrTime[0] || a.hrTime[1] - b.hrTime[1]) };
}

function play(tracer: Tracer, trace: SimTrace, handles: Map<SimSpan, SpanHandle>): void {
  const start = (sim: SimSpan, parent: SpanHandle | null) => {
    const link = sim.link === null ? undefined : handles.get(sim.link);
    const handle = tracer.startSpan(sim.name, {
      kind: sim.kind,
      parent,
      startTime: hrTime(sim.start),
      attributes: sim.attributes,
      ...(link !== undefined && { links: [link] }),
    });
    handles.set(sim, handle);
    for (const event of sim.events) handle.addEvent(event.name, event.attributes, hrTime(event.time));
    for (const log of sim.logs)
      tracer.log(log.severity, log.body, log.attributes, { time: hrTime(log.time), span: handle });
    for (const child of sim.children) start(child, handle);
    if (sim.end === null) return;
    if (sim.error !== null)
      handle.recordException({ name: sim.error.type, message: sim.error.message }, hrTime(sim.end));
    handle.end(hrTime(sim.end));
  };
  start(trace.root, null);
}

/** OTel's [seconds, nanoseconds], on the microsecond: a double in ms is not exact enough below. */
function hrTime(ms: number): [number, number] {
  const micros = Math.round(ms * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  return [seconds, (micros - seconds * 1_000_000) * 1000];
}
