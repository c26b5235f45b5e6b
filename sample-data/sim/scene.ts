import type { AttributeValue, Severity, SpanKind } from '@spanbook/sdk/schema';
import type { Random } from './random.ts';

/** A simulated app run, as plain data. Times are ms since 1970, UTC; fractions are kept to the microsecond. */
export interface SimSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly start: number;
  /** null: the process died before the span ended. */
  end: number | null;
  readonly attributes: Record<string, AttributeValue>;
  readonly events: SimEvent[];
  readonly logs: SimLog[];
  error: SimError | null;
  link: SimSpan | null;
  readonly children: SimSpan[];
}
export interface SimEvent {
  readonly name: string;
  readonly time: number;
  readonly attributes: Record<string, AttributeValue>;
}
export interface SimLog {
  readonly time: number;
  readonly severity: Severity;
  readonly body: string;
  readonly attributes: Record<string, AttributeValue>;
}
export interface SimError {
  readonly type: string;
  readonly message: string;
}
/** One trace, and the release that ran it. */
export interface SimTrace {
  readonly version: string;
  readonly root: SimSpan;
}
export interface SimService {
  readonly name: string;
  readonly traces: readonly SimTrace[];
  /** Records outside of any trace: starts and deployments. */
  readonly logs: readonly (SimLog & { readonly version: string })[];
}

/** An error of the simulated app; `Scene.span` marks every span that it passes through. */
export class SimFailure extends Error {
  readonly error: SimError;
  constructor(error: SimError) {
    super(error.message);
    this.error = error;
  }
}

/** The simulated process dies: open spans never end. */
export class SimCrash extends Error {}

/** Simulated code runs against this: a virtual clock and the spans that are open. */
export class Scene {
  readonly random: Random;
  now: number;
  private readonly open: SimSpan[] = [];

  constructor(random: Random, now: number) {
    this.random = random;
    this.now = round(now);
  }

  get current(): SimSpan {
    const span = this.open.at(-1);
    if (span === undefined) throw new Error('no span is open');
    return span;
  }

  /** Time passes: `median` ms, log-normal. */
  pass(median: number, sigma = 0.35): void {
    this.now = round(this.now + this.random.spread(median, sigma));
  }

  /** Runs `work` in a span; a SimFailure marks the span and goes on up. */
  span<T>(
    name: string,
    kind: SpanKind,
    attributes: Record<string, AttributeValue>,
    work: (span: SimSpan) => T,
  ): T {
    const span: SimSpan = {
      name,
      kind,
      start: this.now,
      end: null,
      attributes: { ...attributes },
      events: [],
      logs: [],
      error: null,
      link: null,
      children: [],
    };
    this.open.at(-1)?.children.push(span);
    this.open.push(span);
    try {
      const result = work(span);
      span.end = this.now;
      return result;
    } catch (cause) {
      if (cause instanceof SimFailure) {
        span.error = cause.error;
        span.end = this.now;
      }
      throw cause;
    } finally {
      this.open.pop();
    }
  }

  /** Runs all from the same moment; the clock then stands at the end of the slowest. */
  parallel<T>(work: readonly (() => T)[]): T[] {
    const start = this.now;
    let end = start;
    const results = work.map((one) => {
      this.now = start;
      const result = one();
      end = Math.max(end, this.now);
      return result;
    });
    this.now = end;
    return results;
  }

  event(name: string, attributes: Record<string, AttributeValue> = {}): void {
    this.current.events.push({ name, time: this.now, attributes });
  }

  log(severity: Severity, body: string, attributes: Record<string, AttributeValue> = {}): void {
    this.current.logs.push({ time: this.now, severity, body, attributes });
  }
}

/** To the microsecond: what a double holds exactly enough for times of this century. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Runs one trace from its root; a failure that reaches the root stays there, a crash leaves spans open. */
export function runTrace(version: string, run: (found: (root: SimSpan) => void) => void): SimTrace {
  let root: SimSpan | undefined;
  try {
    run((span) => {
      root = span;
    });
  } catch (cause) {
    if (!(cause instanceof SimFailure) && !(cause instanceof SimCrash)) throw cause;
  }
  if (root === undefined) throw new Error('the simulated run opened no root span');
  return { version, root };
}
