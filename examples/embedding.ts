const STOP = new Set(
  'a an and are at be by can do does for from has have how i if in is it long me my of on or that the to was we what when where which will with you your'.split(
    ' ',
  ),
);

/** Words without endings, so that "returns" meets "returned". */
export function stems(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    .filter((word) => !STOP.has(word))
    .map((word) => word.replace(/(ing|ed|es|e|s)$/, ''));
}

/** Feature hashing: each word adds to one of `dimensions` numbers; the vector has length 1 (0 without words). */
export function hashEmbedding(text: string, dimensions = 256): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of stems(text)) {
    let hash = 2166136261;
    for (let i = 0; i < word.length; i++) hash = Math.imul(hash ^ word.charCodeAt(i), 16777619);
    const index = (hash >>> 0) % dimensions;
    vector[index] = (vector[index] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((x) => x / length);
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0;
    const y = b[i] ?? 0;
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
