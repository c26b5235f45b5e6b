import type { ChatChoice, ChatCompletion, ChatMessage, ChatUsage, ToolCall } from './shapes.ts';

/** Characters of one text that are kept; an attribute holds far less. */
const MAX_TEXT = 1_000_000;

class Text {
  #parts: string[] = [];
  #length = 0;

  add(text: string | null | undefined): void {
    if (typeof text !== 'string' || text === '' || this.#length >= MAX_TEXT) return;
    this.#parts.push(text);
    this.#length += text.length;
  }

  get value(): string {
    return this.#parts.join('');
  }
}

class ToolCallParts {
  id: string | undefined;
  readonly name = new Text();
  readonly arguments = new Text();

  add(call: ToolCall): void {
    this.id ??= call.id;
    // Some servers repeat the whole name in every chunk.
    const name = call.function?.name ?? call.custom?.name;
    if (name !== this.name.value) this.name.add(name);
    this.arguments.add(call.function?.arguments ?? call.custom?.input);
  }
}

class ChoiceParts {
  role: string | undefined;
  finishReason: string | null = null;
  readonly content = new Text();
  readonly refusal = new Text();
  readonly reasoning = new Text();
  readonly tools = new Map<number, ToolCallParts>();

  add(choice: ChatChoice): boolean {
    const delta: ChatMessage = choice.delta ?? {};
    this.role ??= delta.role;
    if (choice.finish_reason) this.finishReason = choice.finish_reason;
    if (typeof delta.content === 'string') this.content.add(delta.content);
    this.refusal.add(delta.refusal);
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    this.reasoning.add(reasoning);
    const calls =
      delta.tool_calls ?? (delta.function_call ? [{ index: 0, function: delta.function_call }] : []);
    // Without an index (some compatible servers), each entry with an id is a call of its own.
    for (const call of calls) this.#tool(call).add(call);
    return Boolean(delta.content) || Boolean(delta.refusal) || Boolean(reasoning) || calls.length > 0;
  }

  #tool(call: ToolCall): ToolCallParts {
    const last = Math.max(-1, ...this.tools.keys());
    const index = call.index ?? (call.id === undefined ? Math.max(0, last) : last + 1);
    const parts = this.tools.get(index) ?? new ToolCallParts();
    this.tools.set(index, parts);
    return parts;
  }

  get message(): ChatMessage {
    const calls = [...this.tools].sort(([a], [b]) => a - b);
    return {
      role: this.role ?? 'assistant',
      content: this.content.value,
      refusal: this.refusal.value,
      reasoning_content: this.reasoning.value,
      tool_calls: calls.map(([, call]) => ({
        id: call.id,
        function: { name: call.name.value, arguments: call.arguments.value },
      })),
    };
  }
}

/** Puts the chunks of a streamed completion together, for every choice, tool calls by their index. */
export class ChunkAssembler {
  #head: ChatCompletion = {};
  #usage: ChatUsage | null = null;
  readonly #choices = new Map<number, ChoiceParts>();

  /** @returns whether the chunk carries a token: text, a refusal, reasoning or part of a tool call */
  add(chunk: ChatCompletion): boolean {
    const { id, model, service_tier, system_fingerprint } = chunk;
    this.#head = {
      id: this.#head.id ?? id,
      model: this.#head.model || model,
      service_tier: service_tier ?? this.#head.service_tier,
      system_fingerprint: system_fingerprint ?? this.#head.system_fingerprint,
    };
    if (chunk.usage) this.#usage = chunk.usage;
    let token = false;
    for (const choice of chunk.choices ?? []) {
      const index = choice.index ?? 0;
      const parts = this.#choices.get(index) ?? new ChoiceParts();
      this.#choices.set(index, parts);
      if (parts.add(choice)) token = true;
    }
    return token;
  }

  get completion(): ChatCompletion {
    const choices = [...this.#choices].sort(([a], [b]) => a - b);
    return {
      ...this.#head,
      usage: this.#usage,
      choices: choices.map(([index, parts]) => ({
        index,
        finish_reason: parts.finishReason,
        message: parts.message,
      })),
    };
  }
}
