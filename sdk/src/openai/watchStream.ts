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

const forgotten = new FinalizationRegistry<() => void>((end) => end());

/**
 * Calls `end` when `holder`, and what else gets the returned token, was thrown away and collected.
 * `end` must not refer to them.
 */
export function whenForgotten(holder: object, end: () => void): object {
  const token = {};
  forgotten.register(token, end);
  shadow(holder, TOKEN, token);
  return token;
}

/** Watches the stream in place: the caller keeps the object that the client made. */
export function watchStream(stream: ChunkStream, call: ChatCall, hideUsage: boolean): void {
  const assembler = new ChunkAssembler();
  call.streams(() => assembler.completion);
  const token = whenForgotten(stream, () => call.finish('unread'));
  shadow(stream, SETTLED, call.settled);

  let pending = 0;
  let first = true;
  const signal = stream.controller?.signal;
  // While a step is under way its own outcome tells an abort from an error, after which the client aborts too.
  const onAbort = () => {
    if (pending === 0) call.finish('abort');
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  call.settled.finally(() => signal?.removeEventListener('abort', onAbort)).catch(() => undefined);

  /** @returns whether the caller is to see the chunk */
  const observe = (chunk: ChatCompletion): boolean => {
    try {
      if (assembler.add(chunk) && first) {
        first = false;
        call.firstToken();
      }
      if (!hideUsage) return true;
      if (chunk.usage && chunk.choices?.length === 0) return false;
      // `usage: null` on the other chunks comes with our option, too.
      if (chunk.usage === null) Reflect.deleteProperty(chunk, 'usage');
    } catch {
      // A chunk of an unknown shape belongs to the caller all the same.
    }
    return true;
  };

  const makeIterator = stream.iterator;
  stream.iterator = function (this: unknown) {
    const iterator = makeIterator.call(this);
    shadow(iterator, TOKEN, token);
    const inner = { next: iterator.next, return: iterator.return };

    const step = async (run: () => Promise<Step>): Promise<Step> => {
      pending++;
      try {
        const result = await run();
        if (result.done === true) call.finish(signal?.aborted === true ? 'abort' : 'completed');
        return result;
      } catch (error) {
        call.fail(error);
        throw error;
      } finally {
        pending--;
      }
    };
    const next = () =>
      step(async () => {
        for (;;) {
          const result = await call.span.run(() => inner.next.call(iterator));
          if (result.done === true || observe(result.value)) return result;
        }
      });
    shadow(iterator, 'next', next);
    const leave = inner.return;
    if (leave !== undefined)
      shadow(iterator, 'return', (value: unknown) => {
        call.finish('break');
        return leave.call(iterator, value);
      });
    return iterator;
  };
}
