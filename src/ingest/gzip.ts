/** Gunzip, and a gzipped text in pieces that end at line ends. */

/** Said where a stream ends too early. */
export const BROKEN_GZIP = 'The gzip stream breaks off or is damaged: what came before was read.';

/** Compressed bytes per step of the careful reader. */
const STEP = 64 * 1024;
const NEWLINE = 10;

export interface Inflated {
  readonly bytes: Uint8Array;
  /** Compressed bytes read so far. */
  readonly read: number;
  /** The stream broke off here; nothing follows. */
  readonly broken: boolean;
}

/**
 * The decompressed stream. The platform's own decompressor is fast, but browsers take the second member of a
 * concatenated file for an error, and in an error drop what they had decompressed: then a careful one takes over.
 */
export async function* gunzip(blob: Blob): AsyncGenerator<Inflated> {
  let read = 0;
  let inflated = 0;
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      read += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const reader = blob.stream().pipeThrough(counting).pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    for (;;) {
      const next = await reader.read().catch(() => undefined);
      if (next === undefined) break;
      if (next.done) return;
      inflated += next.value.length;
      yield { bytes: next.value, read, broken: false };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  yield* carefulGunzip(blob, inflated);
}

/** @param skip decompressed bytes that the caller has already */
async function* carefulGunzip(blob: Blob, skip: number): AsyncGenerator<Inflated> {
  const { Gunzip } = await import('fflate');
  let out: Uint8Array[] = [];
  const stream = new Gunzip((bytes) => out.push(bytes));
  let left = skip;
  for (let start = 0; start < blob.size; start += STEP) {
    const end = Math.min(start + STEP, blob.size);
    const bytes = new Uint8Array(await blob.slice(start, end).arrayBuffer());
    let broken = false;
    try {
      stream.push(bytes, end === blob.size);
    } catch {
      broken = true;
    }
    for (const chunk of out) {
      const fresh = chunk.subarray(Math.min(left, chunk.length));
      left -= chunk.length - fresh.length;
      if (fresh.length > 0) yield { bytes: fresh, read: end, broken: false };
    }
    out = [];
    if (!broken) continue;
    yield { bytes: new Uint8Array(0), read: end, broken: true };
    return;
  }
}

export interface GzipPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The last piece: its last line may lack an end. */
  readonly last: boolean;
  /** Compressed bytes read since the piece before. */
  readonly consumed: number;
  /** The stream broke off here. */
  readonly broken: boolean;
}

function join(parts: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** @param pieceBytes size of a piece, decompressed; a longer line makes a longer piece */
export async function* gzipPieces(blob: Blob, pieceBytes: number): AsyncGenerator<GzipPiece> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let reported = 0;
  let broken = false;
  for await (const { bytes, read, broken: ends } of gunzip(blob)) {
    broken ||= ends;
    const newline = size + bytes.length >= pieceBytes ? bytes.lastIndexOf(NEWLINE) : -1;
    if (newline < 0) {
      parts.push(bytes);
      size += bytes.length;
      continue;
    }
    parts.push(bytes.subarray(0, newline + 1));
    const consumed = Math.max(0, read - reported);
    reported += consumed;
    yield { bytes: join(parts, size + newline + 1), last: false, consumed, broken: false };
    parts = [bytes.subarray(newline + 1)];
    size = bytes.length - newline - 1;
  }
  yield { bytes: join(parts, size), last: true, consumed: blob.size - reported, broken };
}
