/** Rows of `messages` as a conversation: tool calls stand in the message that makes them, with their results. No DOM. */
import { field } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON text; '' if none was recorded. */
  readonly arguments: string;
  /** `undefined`: no result is recorded. */
  readonly result: string | undefined;
}
export interface Message {
  readonly key: string;
  readonly direction: 'input' | 'output';
  readonly role: string;
  readonly text: string;
  readonly calls: readonly ToolCall[];
}

interface Row {
  readonly direction: string;
  readonly position: number;
  readonly role: string;
  readonly text: string;
  readonly callId: string;
  readonly tool: string;
  readonly arguments: string;
}

function rowsOf(table: ResultTable): Row[] {
  return Array.from({ length: table.numRows }, (_, row) => {
    const text = (...names: string[]) => {
      for (const name of names) {
        const value = field(table, row, name);
        if (typeof value === 'string') return value;
      }
      return '';
    };
    return {
      direction: text('direction'),
      position: Number(field(table, row, 'position') ?? row),
      role: text('role') || 'unknown',
      text: text('text', 'content'),
      callId: text('tool_call_id'),
      tool: text('tool_name'),
      arguments: text('tool_arguments'),
    };
  });
}

const isResult = (row: Row) => row.role === 'tool' || row.role === 'function';
const isCall = (row: Row) =>
  !isResult(row) && (row.arguments !== '' || (row.callId !== '' && row.tool !== ''));

/**
 * Input before output, by position. A result is shown with its call (by tool_call_id, each result once); one without
 * a call keeps its own place. Calls that follow a message of the same role belong to it.
 */
export function conversation(table: ResultTable): Message[] {
  const rows = rowsOf(table).sort(
    (a, b) => Number(a.direction === 'output') - Number(b.direction === 'output') || a.position - b.position,
  );
  const results = new Map<string, Row>();
  for (const row of rows)
    if (isResult(row) && row.callId !== '' && !results.has(row.callId)) results.set(row.callId, row);
  const paired = new Set<Row>();
  for (const row of rows) {
    const result = isCall(row) ? results.get(row.callId) : undefined;
    if (result !== undefined) paired.add(result);
  }
  const out: (Message & { calls: ToolCall[] })[] = [];
  const answered = new Set<Row>();
  rows.forEach((row, index) => {
    if (paired.has(row)) return;
    const direction = row.direction === 'output' ? 'output' : 'input';
    if (isCall(row)) {
      const result = results.get(row.callId);
      const own = result === undefined || answered.has(result) ? undefined : result;
      if (own !== undefined) answered.add(own);
      const call = { id: row.callId, name: row.tool || 'tool', arguments: row.arguments, result: own?.text };
      const last = out.at(-1);
      const joins =
        last !== undefined && last.role === row.role && last.direction === direction && row.text === '';
      if (joins) last.calls.push(call);
      else
        out.push({ key: `${direction} ${index}`, direction, role: row.role, text: row.text, calls: [call] });
      return;
    }
    const role = isResult(row) && row.tool !== '' ? `tool · ${row.tool}` : row.role;
    out.push({ key: `${direction} ${index}`, direction, role, text: row.text, calls: [] });
  });
  return out;
}

/** The whole conversation as plain text, for copying. */
export function conversationText(messages: readonly Message[]): string {
  return messages
    .map(({ role, text, calls }) =>
      [
        `## ${role}`,
        text,
        ...calls.map((c) => `${c.name}(${c.arguments})${c.result === undefined ? '' : `\n→ ${c.result}`}`),
      ]
        .filter((part) => part !== '')
        .join('\n\n'),
    )
    .join('\n\n');
}
