import { SpanKind as OtelSpanKind } from '@opentelemetry/api';
import { currentTracer } from '../current.ts';
import { SETTLED, settle, shadow } from '../settle.ts';
import type { Tracer, TracerCore } from '../tracer.ts';
import { type CaptureSettings, ChatCall, requestAttributes } from './chatCall.ts';
import { providerOf } from './provider.ts';
import type { ChatBody, ChatClient, ChatCompletion } from './shapes.ts';
import { endWhenUnawaited, isChunkStream, watchStream } from './watchStream.ts';

export interface InstrumentOptions {
  /** Whose spans these are; default: the package's own, as set up by `init`. */
  readonly tracer?: Tracer;
  /** Overrides the tracer's `captureContent` for this client. */
  readonly captureContent?: boolean;
  /** `gen_ai.provider.name`; default: from the client's base URL, else openai. */
  readonly provider?: string;
  /**
   * Whether a streamed request asks for its usage (`stream_options.include_usage`). The extra chunk is hidden from
   * a caller who did not ask. Default true; turn it off for a server that refuses the option.
   */
  readonly includeUsage?: boolean;
}

const WRAPPED = Symbol.for('spanbook.wrapped');

type Create = (this: unknown, ...args: unknown[]) => unknown;

/** OpenAI's APIPromise: it fetches at once and parses when it is awaited. */
interface ApiPromise {
  responsePromise: Promise<{ response?: Response }>;
  parseResponse: (...args: unknown[]) => unknown;
  asResponse: () => Promise<Response>;
}

const isApiPromise = (value: unknown): value is ApiPromise =>
  typeof value === 'object' &&
  value !== null &&
  'responsePromise' in value &&
  value.responsePromise instanceof Promise &&
  'parseResponse' in value &&
  typeof value.parseResponse === 'function';

/**
 * Records every `chat.completions.create` of the client as a span, those that `parse`, `stream` and `runTools`
 * make inside included. The client itself is returned: it is changed in place, so its type, its private fields
 * and its identity stay; a second call changes nothing. Clients that its `withOptions` makes are recorded too.
 */
export function instrumentOpenAI<T extends object>(client: T, options: InstrumentOptions = {}): T {
  try {
    const completions = (client as Partial<ChatClient>).chat?.completions;
    if (completions !== undefined) wrapCreate(client, completions as unknown as { create: Create }, options);
    if ('withOptions' in client) wrapWithOptions(client as { withOptions: Create }, options);
  } catch {
    // A client of an unknown shape stays as it is.
  }
  return client;
}

function wrapCreate(client: object, completions: { create: Create }, options: InstrumentOptions): void {
  const original = completions.create;
  if (typeof original !== 'function' || WRAPPED in original) return;
  const create: Create = function (this: unknown, ...args: unknown[]) {
    const started = startCall(client, args[0], options);
    if (started === undefined) return original.apply(this, args);
    const { call, body, hideUsage } = started;
    let result: unknown;
    try {
      result = call.span.run(() => original.call(this, body, ...args.slice(1)));
    } catch (error) {
      call.fail(error);
      throw error;
    }
    return watchResult(result, call, hideUsage);
  };
  Object.defineProperty(create, WRAPPED, { value: true });
  Object.defineProperty(create, 'name', { value: original.name });
  shadow(completions, 'create', create);
}

/** The client's own way to make a variant of itself: the variant is recorded as well. */
function wrapWithOptions(client: { withOptions: Create }, options: InstrumentOptions): void {
  const original = client.withOptions;
  if (typeof original !== 'function' || WRAPPED in original) return;
  const withOptions: Create = function (this: unknown, ...args: unknown[]) {
    const variant = original.apply(this, args);
    return typeof variant === 'object' && variant !== null ? instrumentOpenAI(variant, options) : variant;
  };
  Object.defineProperty(withOptions, WRAPPED, { value: true });
  shadow(client, 'withOptions', withOptions);
}

interface Started {
  readonly call: ChatCall;
  /** The request to send: the caller's, or a copy that asks for usage. */
  readonly body: unknown;
  readonly hideUsage: boolean;
}

function startCall(client: object, given: unknown, options: InstrumentOptions): Started | undefined {
  try {
    if (typeof given !== 'object' || given === null) return undefined;
    const body = given as ChatBody;
    const tracer = (options.tracer ?? currentTracer()) as TracerCore;
    const settings: CaptureSettings = {
      captureContent: options.captureContent ?? tracer.settings.captureContent,
      maxAttributeBytes: tracer.settings.maxAttributeBytes,
    };
    const span = tracer.startOtelSpan(
      `chat ${body.model ?? 'unknown'}`,
      {
        kind: 'LLM',
        attributes: { ...providerOf(client, options.provider), ...requestAttributes(body, settings) },
      },
      OtelSpanKind.CLIENT,
    );
    const call = new ChatCall(span, settings);
    const asks =
      body.stream === true &&
      options.includeUsage !== false &&
      body.stream_options?.include_usage === undefined;
    if (!asks) return { call, body, hideUsage: false };
    return {
      call,
      body: { ...body, stream_options: { ...body.stream_options, include_usage: true } },
      hideUsage: true,
    };
  } catch {
    return undefined;
  }
}

function watchResult(result: unknown, call: ChatCall, hideUsage: boolean): unknown {
  const received = <D>(data: D): D => {
    try {
      if (isChunkStream(data)) watchStream(data, call, hideUsage);
      else call.complete((data ?? {}) as ChatCompletion);
    } catch {
      call.finish('raw');
    }
    return data;
  };
  if (isApiPromise(result)) {
    watchApiPromise(result, call, received);
    return result;
  }
  if (result instanceof Promise)
    return result.then(received, (error: unknown) => {
      call.fail(error);
      throw error;
    });
  return settle(result, call.span.context, { ok: () => call.finish('raw'), failed: (e) => call.fail(e) });
}

/**
 * The promise is the client's own object still; only what it waits for and how it parses are observed. So it
 * parses no earlier, a raw response is not consumed, and an unhandled failure stays unhandled.
 */
function watchApiPromise(promise: ApiPromise, call: ChatCall, received: <D>(data: D) => D): void {
  promise.responsePromise = promise.responsePromise.then(
    (props) => {
      call.requestId(props?.response?.headers?.get('x-request-id'));
      return props;
    },
    (error: unknown) => {
      call.fail(error);
      throw error;
    },
  );
  const parse = promise.parseResponse;
  promise.parseResponse = async (...args: unknown[]) => {
    call.parsing = true;
    let data: unknown;
    try {
      data = await parse.apply(promise, args);
    } catch (error) {
      call.fail(error);
      throw error;
    }
    return received(data);
  };
  const asResponse = promise.asResponse;
  shadow(promise, 'asResponse', async function (this: unknown) {
    const response = await asResponse.call(this as ApiPromise);
    // `withResponse` parses in the same turn; who takes only the raw response reads the body himself.
    setImmediate(() => {
      if (!call.parsing) call.finish('raw');
    });
    return response;
  });
  shadow(promise, SETTLED, call.settled);
  endWhenUnawaited(promise, call);
}
