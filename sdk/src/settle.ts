import { type Context, context } from '@opentelemetry/api';

/** Told once how a function's work ended. */
export interface Outcome {
  ok(): void;
  failed(error: unknown): void;
}

/** Put on a promise of ours: the work's real end, for thenables that must not be awaited by others. */
export const SETTLED: unique symbol = Symbol.for('spanbook.settled');

const tag = (value: object) => Object.prototype.toString.call(value);

/**
 * Tells `outcome` when the work behind a function's result is over, and hands the result on unchanged:
 * - a native promise: a promise that settles the same, so that an unhandled rejection stays unhandled;
 * - another thenable (a query builder runs when awaited, OpenAI's APIPromise parses when awaited): the same
 *   object, told when the host itself awaits it;
 * - a generator: the same object; each step runs in `active`, and its last one is the end;
 * - anything else: now.
 */
export function settle<T>(result: T, active: Context, outcome: Outcome): T {
  if ((typeof result !== 'object' && typeof result !== 'function') || result === null) {
    outcome.ok();
    return result;
  }
  if (SETTLED in result) return settleLater(result, outcome);
  if (Object.getPrototypeOf(result) === Promise.prototype) {
    return (result as unknown as Promise<unknown>).then(
      // A stream or generator that an async function returns is still to be read.
      (value) => settle(value, active, outcome),
      (error: unknown) => {
        outcome.failed(error);
        throw error;
      },
    ) as T;
  }
  if (isThenable(result)) return watchThenable(result as T & object, outcome);
  if (tag(result) === '[object AsyncGenerator]' || tag(result) === '[object Generator]')
    return watchGenerator(result as T & object, active, outcome);
  outcome.ok();
  return result;
}

function settleLater<T extends object>(result: T, outcome: Outcome): T {
  (result as T & { [SETTLED]: Promise<void> })[SETTLED].then(outcome.ok, outcome.failed);
  return result;
}

const isThenable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

type Callback = ((value: unknown) => unknown) | null | undefined;

/** An own property before the one of the prototype, invisible to whoever lists the object. */
export function shadow(target: object, key: string | symbol, value: unknown): boolean {
  return Reflect.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: false,
  });
}

function watchThenable<T extends object>(result: T, outcome: Outcome): T {
  const original = (result as unknown as { then: (...args: unknown[]) => unknown }).then;
  const then = function (this: unknown, fulfilled: Callback, rejected: Callback) {
    return original.call(
      this,
      (value: unknown) => {
        outcome.ok();
        return typeof fulfilled === 'function' ? fulfilled(value) : value;
      },
      (error: unknown) => {
        outcome.failed(error);
        if (typeof rejected === 'function') return rejected(error);
        throw error;
      },
    );
  };
  if (!shadow(result, 'then', then)) outcome.ok();
  return result;
}

interface Step {
  done?: boolean;
}

function watchGenerator<T extends object>(result: T, active: Context, outcome: Outcome): T {
  const generator = result as unknown as Record<string, (...args: unknown[]) => unknown>;
  const observe = (step: Step) => {
    if (step.done === true) outcome.ok();
    return step;
  };
  const fail = (error: unknown) => {
    outcome.failed(error);
    throw error;
  };
  for (const method of ['next', 'return', 'throw']) {
    const original = generator[method];
    if (original === undefined) continue;
    const step = (...args: unknown[]) => {
      let value: unknown;
      try {
        value = context.with(active, () => original.apply(generator, args));
      } catch (error) {
        return fail(error);
      }
      return value instanceof Promise ? value.then(observe, fail) : observe(value as Step);
    };
    if (!shadow(result, method, step)) {
      outcome.ok();
      break;
    }
  }
  return result;
}
