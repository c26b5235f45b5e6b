import { describe, expect, it } from 'vitest';
import { conversation, conversationText } from '../../src/cells/messages/conversation.ts';
import { entrySql, recordGroups } from '../../src/cells/record/record.ts';
import { tableOf } from './support.ts';

const COLUMNS = {
  direction: 'VARCHAR',
  position: 'INTEGER',
  role: 'VARCHAR',
  text: 'VARCHAR',
  tool_call_id: 'VARCHAR',
  tool_name: 'VARCHAR',
  tool_arguments: 'VARCHAR',
};

describe('a conversation', () => {
  it('pairs tool calls with their results, in the message that makes them', () => {
    const messages = conversation(
      tableOf(COLUMNS, [
        ['output', 0, 'assistant', 'done', null, null, null],
        ['input', 0, 'user', 'where?', null, null, null],
        ['input', 1, 'assistant', 'I look', null, null, null],
        ['input', 2, 'assistant', null, 'c1', 'lookup', '{"id":1}'],
        ['input', 3, 'assistant', '', 'c2', 'search', '{}'],
        ['input', 4, 'tool', 'not found', 'c2', 'search', null],
        ['input', 5, 'tool', 'shipped', 'c1', 'lookup', null],
      ]),
    );
    expect(messages.map((m) => [m.direction, m.role, m.text, m.calls.length])).toEqual([
      ['input', 'user', 'where?', 0],
      ['input', 'assistant', 'I look', 2],
      ['output', 'assistant', 'done', 0],
    ]);
    expect(messages[1]?.calls.map((c) => [c.name, c.result])).toEqual([
      ['lookup', 'shipped'],
      ['search', 'not found'],
    ]);
    expect(conversationText(messages)).toContain('lookup({"id":1})\n→ shipped');
  });

  it('loses neither a call without a result nor a result without a call', () => {
    const messages = conversation(
      tableOf(COLUMNS, [
        ['input', 0, 'tool', 'orphan', 'x', 'lookup', null],
        ['output', 0, 'assistant', null, 'c9', 'pay', '{"usd":1}'],
      ]),
    );
    expect(messages.map((m) => [m.role, m.text])).toEqual([
      ['tool · lookup', 'orphan'],
      ['assistant', ''],
    ]);
    expect(messages[1]?.calls).toEqual([
      { id: 'c9', name: 'pay', arguments: '{"usd":1}', result: undefined },
    ]);
  });

  it('shows a result once, though two calls share its id', () => {
    const messages = conversation(
      tableOf(COLUMNS, [
        ['input', 0, 'assistant', null, 'c', 'a', '{}'],
        ['input', 1, 'tool', 'r', 'c', 'a', null],
        ['output', 0, 'assistant', null, 'c', 'a', '{}'],
      ]),
    );
    expect(messages.flatMap((m) => m.calls.map((c) => c.result))).toEqual(['r', undefined]);
  });

  it('is empty without rows', () => expect(conversation(tableOf(COLUMNS, []))).toEqual([]));
});

describe('a record', () => {
  const table = tableOf(
    {
      span_id: 'VARCHAR',
      start_time: 'TIMESTAMP',
      error_type: 'VARCHAR',
      start_ns: 'BIGINT',
      attributes: 'MAP(VARCHAR, VARCHAR)',
    },
    [
      [
        'b7',
        1_764_000_000_000,
        null,
        1_764_000_000_123_456_789n,
        new Map([
          ['user.id', 'u_1'],
          ["it's", 'x'],
        ]),
      ],
    ],
  );

  it('opens maps, leaves out NULL, and keeps digits', () => {
    const [plain, attributes] = recordGroups(table, 0, '', 'UTC');
    expect(plain?.entries.map((e) => [e.column, e.text])).toEqual([
      ['span_id', 'b7'],
      ['start_time', '2025-11-24 16:00:00 UTC'],
      ['start_ns', '1764000000123456789'],
    ]);
    expect(attributes?.entries.map((e) => e.key)).toEqual(["it's", 'user.id']);
    expect(attributes?.entries.map(entrySql)).toEqual(["attributes['it''s']", "attributes['user.id']"]);
  });

  it('finds in keys and in values', () => {
    expect(recordGroups(table, 0, 'U_1', 'UTC').flatMap((g) => g.entries.map(entrySql))).toEqual([
      "attributes['user.id']",
    ]);
    expect(recordGroups(table, 0, 'nothing', 'UTC')).toEqual([]);
  });
});
