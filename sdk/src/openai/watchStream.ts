import { SETTLED, shadow } from '../settle.ts';
import { ChunkAssembler } from './assemble.ts';
import type { ChatCall } from './chatCall.ts';
import type { ChatCompletion } from './shapes.ts';

type Step = IteratorResult<ChatCompletion, unknown>;
type ChunkIterator = AsyncIterator<ChatCompletion, unknown>;

/** OpenAI's Stream: every way to read it (`for await`, `tee`, `toReadableStream`) goes through `iterator`. */
interface ChunkStream {
  iterator: () => ChunkIterator;
  controller?: AbortController;
}

export const isChunkStream = (value: unknown): value is ChunkStream =>
  typeof value === 'object' &&
  value !== null &&
  Symbol.asyncIterator in value &&
  'iterator' in value &&
  typeof value.iterator === 'function';

const TOKEN = Symbol('spanbook.alive');

/** Calls by what the host holds of them; a call refers to neither, or nothing would ever be collected. */
const unread = new FinalizationRegistry<ChatCall>((call) => call.finish('unread'));
const unawaited = new FinalizationRegistry<ChatCall>((call) => {
  // Once it parses, the stream or the response tells how the call goes on.
  if (!call.parsing) call.finish('unread');
});

/** Ends the call when `promise` was thrown away before anybody awaited it. */
export function endWhenUnawaited(promise: object, call: ChatCall): void {
  unawaited.register(promise, call);
}

/** What is known of a stream so far. Reachable from the call, so it must not refer to the stream. */
class StreamWatch {
  readonly #call: ChatCall;
  readonly #hideUsage: boolean;
  readonly #signal: AbortSignal | undefined;
  readonly #assembler = new ChunkAssembler();
  #first = true;
  #pending = 0;

  constructor(call: ChatCall, signal: AbortSignal | undefined, hideUsage: boolean) {
    this.#call = call;
    this.#hideUsage = hideUsage;
    this.#signal = signal;
    call.streams(() => this.#assembler.completion);
    // While a step is under way its own outcome tells an abort from an error, after which the client aborts too.
    const onAbort = () => {
      if (this.#pending === 0) call.finish('abort');
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    call.settled.finally(() => signal?.removeEventListener('abort', onAbort)).catch(() => undefined);
  }

  /** The next chunk that the caller is to see. */
  async next(step: () => Promise<Step>): Promise<Step> {
    this.#pending++;
    try {
      for (;;) {
        const result = await this.#call.span.run(step);
        if (result.done === true) this.#call.finish(this.#signal?.aborted === true ? 'abort' : 'completed');
        if (result.done === true || this.#observe(result.value)) return result;
      }
    } catch (error) {
      this.#call.fail(error);
      throw error;
    } finally {
      this.#pending--;
    }
  }

  leave(): void {
    this.#call.finish('break');
  }

  /** @returns whether the caller is to see the chunk */
  #observe(chunk: ChatCompletion): boolean {
    try {
      if (this.#assembler.add(chunk) && this.#first) {
        this.#first = false;
        this.#call.firstToken();
      }
      if (!this.#hideUsage) return true;
      if (chunk.usage && chunk.choices?.length === 0) return false;
      // `usage: null` on the other chunks comes with our option, too.
      if (chunk.usage === null) Reflect.deleteProperty(chunk, 'usage');
    } catch {
      // A chunk of an unknown shape belongs to the caller all the same.
    }
    return true;
  }
}

/** Watches the stream in place: the caller keeps the object that the client made. */
export function watchStream(stream: ChunkStream, call: ChatCall, hideUsage: boolean): void {
  const watch = new StreamWatch(call, stream.controller?.signal, hideUsage);
  // Held by the stream and by its iterators (a `tee` outlives the stream): gone when nobody can read any more.
  const token = {};
  unread.register(token, call);
  shadow(stream, TOKEN, token);
  shadow(stream, SETTLED, call.settled);

  const makeIterator = stream.iterator;
  stream.iterator = function (this: unknown) {
    const iterator = makeIterator.call(this);
    const { next, return: leave } = iterator;
    shadow(iterator, TOKEN, token);
    shadow(iterator, 'next', () => watch.next(() => next.call(iterator)));
    if (leave !== undefined)
      shadow(iterator, 'return', (value: unknown) => {
        watch.leave();
        return leave.call(iterator, value);
      });
    return iterator;
  };
}
