import { boundText, toJsonValue } from './values.ts';

/** Attributes that hold JSON text because OTel's API has no structures; the wire record has. */
export const JSON_ATTRIBUTES: ReadonlySet<string> = new Set([
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
]);

const size = (text: string) => Buffer.byteLength(text);

/**
 * The messages as JSON text of at most `maxBytes`, still JSON: long texts inside are cut first, to an equal
 * length; where that is not enough, messages go, the oldest first, and a mark says how many.
 */
export function messagesJson(messages: readonly unknown[], maxBytes: number): string {
  let shown = messages;
  let cut = 0;
  for (let maxText = maxBytes; ; ) {
    const marked = cut === 0 ? shown : [cutMark(cut), ...shown];
    const text = JSON.stringify(toJsonValue(marked, maxText, Number.MAX_SAFE_INTEGER));
    if (size(text) <= maxBytes) return text;
    if (maxText > 256) maxText = Math.floor(maxText / 2);
    else if (shown.length > 1) {
      const drop = Math.ceil(shown.length / 4);
      shown = shown.slice(drop);
      cut += drop;
    } else return JSON.stringify([cutMark(messages.length)]);
  }
}

const cutMark = (count: number) => ({
  role: 'system',
  parts: [{ type: 'text', content: `…[${count} messages cut]` }],
});

/** JSON text of any value, bounded; a cut text is no longer JSON. */
export function boundedJson(value: unknown, maxBytes: number): string {
  return boundText(JSON.stringify(toJsonValue(value, maxBytes, maxBytes)), maxBytes);
}
