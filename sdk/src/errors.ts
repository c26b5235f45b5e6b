/** What is worth recording of a thrown value: errors of HTTP clients carry a status and a request id. */
export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** HTTP status of the response that caused the error. */
  readonly status?: number;
  readonly requestId?: string;
  /** The provider's own code, such as `rate_limit_exceeded`. */
  readonly code?: string;
}

function read(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return undefined;
  }
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Never throws; a thrown value may be anything. */
export function errorFacts(error: unknown): ErrorFacts {
  if (typeof error !== 'object' || error === null) return { type: typeof error, message: safeString(error) };
  const status = read(error, 'status');
  const code = read(error, 'code');
  const constructorName = text(read(read(error, 'constructor') as object, 'name'));
  const name = text(read(error, 'name'));
  return {
    // Clients name their classes but leave `name` at Error.
    type: (name === 'Error' ? constructorName : name) ?? constructorName ?? 'Error',
    message: text(read(error, 'message')) ?? safeString(error),
    stack: text(read(error, 'stack')),
    status: typeof status === 'number' ? status : undefined,
    requestId: text(read(error, 'requestID')) ?? text(read(error, 'request_id')),
    code: typeof code === 'number' ? String(code) : text(code),
  };
}

function safeString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'unreadable error';
  }
}
