import { describe, expect, it } from 'vitest';
import { newCell } from '../../src/app/newCell.ts';
import type { Session } from '../../src/app/session.ts';
import { chosenFields, markOf } from '../../src/app/views.ts';
import type { NewCell } from '../../src/notebook/edit.ts';
import { parseNotebook } from '../../src/notebook/parse.ts';
import { tableOf } from '../cells/support.ts';

const table = tableOf({ user_id: 'VARCHAR', calls: 'BIGINT', cost_usd: 'DOUBLE' }, [['u', 1n, 0.1]]);

describe('pickers', () => {
  it('show what a chart takes by itself, and what the fence says', () => {
    expect(markOf(table, {})).toBe('bar');
    expect(chosenFields(table, { view: 'bar' })).toEqual({ x: 'user_id', y: 'calls', color: undefined });
    expect(chosenFields(table, { view: 'donut', y: 'cost_usd' })).toMatchObject({
      x: 'user_id',
      y: 'cost_usd',
    });
  });
  it('know bars that lie by a number on x and a text on y', () => {
    const options = { view: 'bar', x: 'cost_usd', y: 'user_id' };
    expect(markOf(table, options)).toBe('hbar');
    expect(chosenFields(table, options)).toMatchObject({ x: 'cost_usd', y: 'user_id' });
  });
});

describe('a new cell', () => {
  const session = (text: string) => {
    const renamed: string[] = [];
    const doc = parseNotebook(text);
    const runtime = {
      rename: (_id: string, name: string) => {
        renamed.push(name);
        return Promise.resolve();
      },
    };
    return { renamed, session: { doc: () => doc, runtime } as unknown as Session };
  };
  const inserted = (of: Session, kind: 'chart' | 'input') => {
    const out: NewCell[] = [];
    newCell(of, kind)?.insert((cell) => out.push(cell));
    return out;
  };
  it('is a chart of the last query; a query without a name gets one', () => {
    const named = session('```sql cost\nSELECT 1 AS a\n```\n\n```sql\n\n```\n');
    expect(inserted(named.session, 'chart')).toEqual([{ kind: 'chart', name: 'cost_chart', from: 'cost' }]);
    const bare = session('```sql\nSELECT 1 AS a\n```\n');
    expect(inserted(bare.session, 'chart')).toEqual([{ kind: 'chart', name: 'query_chart', from: 'query' }]);
    expect(bare.renamed).toEqual(['query']);
    expect(newCell(session('```sql\n\n```\n').session, 'chart')).toBeUndefined();
  });
  it('is an input under a free name', () => {
    const [input] = inserted(session('```input input\n```\n').session, 'input');
    expect(input).toMatchObject({ kind: 'input', name: 'input_2' });
  });
});
