/** A gzipped text in pieces that end at line ends. */
/** Said where a stream ends too early. */
export const BROKEN_GZIP = 'The gzip stream breaks off or is damaged: what came before was read.';

const NEWLINE = 10;

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
  let read = 0;
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      read += chunk.length;
      controller.enqueue(chunk);
    },
  });
  const reader = blob.stream().pipeThrough(counting).pipeThrough(new DecompressionStream('gzip')).getReader();
  let parts: Uint8Array[] = [];
  let size = 0;
  let reported = 0;
  let broken = false;
  const consumed = () => {
    const since = read - reported;
    reported = read;
    return since;
  };
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        broken = true;
        return { done: true, value: undefined } as const;
      });
      if (done) break;
      const newline = size + value.length >= pieceBytes ? value.lastIndexOf(NEWLINE) : -1;
      if (newline < 0) {
        parts.push(value);
        size += value.length;
        continue;
      }
      parts.push(value.subarray(0, newline + 1));
      yield { bytes: join(parts, size + newline + 1), last: false, consumed: consumed(), broken: false };
      parts = [value.subarray(newline + 1)];
      size = value.length - newline - 1;
    }
    yield { bytes: join(parts, size), last: true, consumed: consumed(), broken };
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
