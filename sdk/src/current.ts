import { diag, trace as otelTrace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { createProviders, type InitOptions, registerGlobally } from './create.ts';
import { preciseNow } from './time.ts';
import { SpanbookTracer, type Tracer, type TracerCore } from './tracer.ts';
import { MAX_ATTRIBUTE_BYTES } from './values.ts';
import { SCOPE, VERSION } from './version.ts';

const nothing = () => Promise.resolve();

/** Before `init`: through OTel's global API, so to whatever the host has set up, or nowhere. */
const uninitialised: TracerCore = new SpanbookTracer({
  tracer: () => otelTrace.getTracer(SCOPE, VERSION),
  logger: () => logs.getLogger(SCOPE, VERSION),
  settings: { maxAttributeBytes: MAX_ATTRIBUTE_BYTES, captureContent: true, clock: preciseNow },
  flush: nothing,
  shutdown: nothing,
});

let current: TracerCore = uninitialised;
let leave: () => Promise<void> = nothing;

/** The tracer behind the package's functions. */
export const currentTracer = (): TracerCore => current;

/** Shuts the setup of `init` down; the functions then go through OTel's global API again. */
export function shutdown(): Promise<void> {
  const leaving = leave;
  leave = nothing;
  current = uninitialised;
  return leaving();
}

/**
 * Sets up the package's functions for this process. A second call shuts the first setup down and replaces it.
 * Never throws: what cannot be set up is reported through OTel's `diag`.
 */
export function init(options: InitOptions): Tracer {
  shutdown().catch(() => undefined);
  try {
    const providers = createProviders(options);
    const unregister = options.global === false ? () => undefined : registerGlobally(providers);
    current = providers.tracer;
    leave = () => {
      unregister();
      return providers.tracer.shutdown();
    };
  } catch (error) {
    diag.error(
      `spanbook: init failed, nothing is recorded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return current;
}
