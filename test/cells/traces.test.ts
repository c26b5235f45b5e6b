import { describe, expect, it } from 'vitest';
import { parseTraceId, traceColumns } from '../../src/cells/traces/columns.ts';
import { localPage } from '../../src/cells/traces/useTracePage.ts';
import { tableOf } from './support.ts';

const ID = '5f1c09ae7d3b42c8a1e6f07b94d2c318';
const table = tableOf(
  {
    trace_id: 'VARCHAR',
    status: 'VARCHAR',
    name: 'VARCHAR',
    input: 'VARCHAR',
    error_count: 'BIGINT',
    duration_ms: 'DOUBLE',
  },
  [
    ['a', 'OK', 'n', 'x', 0n, 3],
    ['b', 'ERROR', 'n', 'x', 1n, 9],
    ['c', 'OK', 'n', 'x', 0n, null],
    ['d', 'OK', 'n', 'x', 0n, 5],
  ],
);
const ids = (rows: readonly number[]) => rows.map((r) => table.value(r, 0));

describe('the list of traces', () => {
  it('filters, sorts and cuts', () => {
    const all = { status: 'all', orderBy: undefined, offset: 0, limit: 2 } as const;
    expect(localPage(table, all)).toEqual({ rows: [0, 1], rowCount: 4 });
    expect(localPage(table, { ...all, offset: 2 }).rows).toEqual([2, 3]);
    const slow = localPage(table, {
      ...all,
      status: 'OK',
      orderBy: { column: 'duration_ms', descending: true },
      limit: 9,
    });
    expect(ids(slow.rows)).toEqual(['d', 'a', 'c']);
    expect(slow.rowCount).toBe(3);
    expect(localPage(table, { ...all, status: 'UNSET' })).toEqual({ rows: [], rowCount: 0 });
  });

  it('folds columns that others tell', () =>
    expect(traceColumns(table).map((c) => c.name)).toEqual(['trace_id', 'status', 'input', 'duration_ms']));

  it.each([
    [ID, ID],
    [`  "${ID}" `, ID],
    [`https://example.com/trace/${ID.toUpperCase()}?x=1`, ID],
    ['trace-from-elsewhere', 'trace-from-elsewhere'],
    ['5f1c09ae-7d3b-42c8-a1e6-f07b94d2c318', '5f1c09ae-7d3b-42c8-a1e6-f07b94d2c318'],
    ['id=5f1c09ae-7d3b-42c8-a1e6-f07b94d2c318', '5f1c09ae-7d3b-42c8-a1e6-f07b94d2c318'],
    ['', undefined],
    ['two words', undefined],
  ])('reads a pasted id: %s', (text, id) => expect(parseTraceId(text)).toBe(id));
});
