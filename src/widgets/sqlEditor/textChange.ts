/** The smallest change that makes one text of the other, so that the cursor and the history survive. */
export function textChange(
  from: string,
  to: string,
): { from: number; to: number; insert: string } | undefined {
  if (from === to) return undefined;
  let start = 0;
  const most = Math.min(from.length, to.length);
  while (start < most && from[start] === to[start]) start++;
  let end = 0;
  while (end < most - start && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  return { from: start, to: from.length - end, insert: to.slice(start, to.length - end) };
}
