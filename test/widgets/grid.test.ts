import { describe, expect, it } from 'vitest';
import { cellText, detailText } from '../../src/widgets/grid/cellText.ts';
import { tableText } from '../../src/widgets/grid/copy.ts';
import { placeAfter } from '../../src/widgets/grid/keys.ts';
import { MAX_HEIGHT, PagedRows, scrollTo, windowOf } from '../../src/widgets/grid/rows.ts';
import { tableOf } from '../cells/support.ts';

describe('which rows are in sight', () => {
  it('draws a few around them', () => {
    expect(windowOf(2600, 260, 1000, 26, 5)).toMatchObject({ first: 95, count: 21, top: 2470 });
    expect(windowOf(0, 260, 3, 26)).toMatchObject({ first: 0, count: 3, top: 0, contentHeight: 78 });
    expect(windowOf(0, 260, 0, 26)).toMatchObject({ count: 0 });
  });

  it('reaches the last of any number of rows below the height that browsers can lay out', () => {
    const rows = 50_000_000;
    const end = windowOf(MAX_HEIGHT, 400, rows, 26, 0);
    expect(end.contentHeight).toBe(MAX_HEIGHT);
    expect(end.first + end.count).toBe(rows);
    // The last row ends where the content does.
    expect(end.top + (rows - end.first) * 26).toBeCloseTo(MAX_HEIGHT, 3);
  });

  it('scrolls as little as shows a row', () => {
    expect(scrollTo(5, 0, 260, 1000, 26)).toBeUndefined();
    expect(scrollTo(10, 0, 260, 1000, 26)).toBe(26);
    expect(scrollTo(0, 500, 260, 1000, 26)).toBe(0);
    const rows = 50_000_000;
    const to = scrollTo(rows - 1, 0, 400, rows, 26) ?? 0;
    const shown = windowOf(to, 400, rows, 26, 0);
    expect(shown.first + shown.count).toBe(rows);
  });
});

describe('pages', () => {
  const page = (offset: number, limit: number) => ({
    table: tableOf(
      { i: 'BIGINT' },
      Array.from({ length: limit }, (_, k) => [BigInt(offset + k)]),
    ),
    rowCount: 10_000,
  });
  const settled = () => new Promise((done) => setTimeout(done, 5));

  it('come once each, in the order asked for', async () => {
    const asked: unknown[] = [];
    const rows = new PagedRows(
      async (request) => {
        asked.push(request);
        return page(request.offset, request.limit);
      },
      { column: 'i', descending: true },
      () => undefined,
    );
    rows.want(990, 20);
    rows.want(990, 20);
    await settled();
    expect(asked).toEqual([
      { offset: 500, limit: 500, orderBy: { column: 'i', descending: true } },
      { offset: 1000, limit: 500, orderBy: { column: 'i', descending: true } },
    ]);
    const found = rows.at(1003);
    expect(found?.table.value(found.row, 0)).toBe(1003n);
    expect(rows.at(5)).toBeUndefined();
  });

  it('are given up when scrolled past, and dropped when closed', async () => {
    const signals: AbortSignal[] = [];
    let changes = 0;
    const rows = new PagedRows(
      (request, signal) => {
        signals.push(signal);
        return new Promise((done) => setTimeout(() => done(page(request.offset, request.limit)), 1));
      },
      undefined,
      () => changes++,
    );
    rows.want(0, 10);
    await Promise.resolve();
    rows.want(5000, 10);
    await Promise.resolve();
    expect(signals.map((s) => s.aborted)).toEqual([true, false]);
    rows.close();
    await settled();
    expect(changes).toBe(0);
    expect(rows.at(5000)).toBeUndefined();
  });

  it('are asked for again after a failure', async () => {
    let calls = 0;
    const errors: unknown[] = [];
    const rows = new PagedRows(
      async (request) => {
        calls++;
        if (calls === 1) throw new Error('engine gone');
        return page(request.offset, request.limit);
      },
      undefined,
      (error) => errors.push(error),
    );
    rows.want(0, 10);
    await settled();
    expect(errors).toEqual([new Error('engine gone')]);
    rows.want(0, 10);
    await settled();
    expect(rows.at(0)).toBeDefined();
    expect(errors).toHaveLength(2);
    expect(errors[1]).toBeUndefined();
  });
});

describe('cells', () => {
  const shown = (name: string, type: string, ...values: unknown[]) =>
    values.map(cellText(name, type, values));
  it('show numbers in the unit of their column, exact where they are', () => {
    expect(shown('input_tokens', 'HUGEINT', 9007199254740993n)).toEqual(['9,007,199,254,740,993']);
    expect(shown('price', 'DECIMAL(18,3)', '12345678901234.125')).toEqual(['12,345,678,901,234.125']);
    expect(shown('cost_usd', 'DOUBLE', 0.6497, 1.5)).toEqual(['0.6497', '1.5000']);
    expect(shown('cost_usd', 'DOUBLE', 0.000049)).toEqual(['0.000049']);
    expect(shown('p95_ms', 'DOUBLE', 5348.4, 12)).toEqual(['5,348', '12']);
    expect(shown('share', 'DOUBLE', 0.287)).toEqual(['28.7 %']);
    expect(shown('user_id', 'BIGINT', 12345n)).toEqual(['12345']);
    expect(shown('x', 'DOUBLE', 1, 2.5)).toEqual(['1.0', '2.5']);
    expect(shown('x', 'DOUBLE', Number.NaN)).toEqual(['NaN']);
  });
  it('keep texts on one line', () => expect(shown('t', 'VARCHAR', 'a\n b')).toEqual(['a ⏎ b']));
  it('open JSON in the detail, also in text', () => {
    expect(detailText('{"a":[1]}', 'VARCHAR')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(detailText('{broken', 'VARCHAR')).toBe('{broken');
    expect(detailText({ a: 1n }, 'STRUCT(a BIGINT)')).toBe('{\n  "a": 1\n}');
    expect(detailText(null, 'VARCHAR')).toBe('NULL');
  });
});

describe('copying', () => {
  const table = tableOf({ name: 'VARCHAR', n: 'BIGINT', price: 'DECIMAL(4,2)', tags: 'VARCHAR[]' }, [
    ['a, "b"', 9007199254740993n, '1.50', ['x']],
    ['', null, null, []],
    ['line\nbreak | pipe', 1n, '0.10', null],
  ]);
  it('writes CSV that tells NULL from an empty text', () =>
    expect(tableText(table, 'csv')).toBe(
      'name,n,price,tags\r\n"a, ""b""",9007199254740993,1.50,"[""x""]"\r\n"",,,[]\r\n"line\nbreak | pipe",1,0.10,\r\n',
    ));
  it('writes JSON with exact numbers', () => {
    const text = tableText(table, 'json');
    expect(text).toContain('"n": 9007199254740993, "price": 1.50, "tags": ["x"]');
    expect(JSON.parse(text)).toHaveLength(3);
    expect(JSON.parse(text)[1]).toEqual({ name: '', n: null, price: null, tags: [] });
  });
  it('writes a Markdown table', () =>
    expect(tableText(table, 'markdown').split('\n').slice(0, 5)).toEqual([
      '| name | n | price | tags |',
      '| --- | ---: | ---: | --- |',
      '| a, "b" | 9007199254740993 | 1.50 | ["x"] |',
      '|  |  |  | [] |',
      '| line<br>break \\| pipe | 1 | 0.10 |  |',
    ]));
});

describe('keys', () => {
  const size = { rows: 100, columns: 5 };
  const from = { row: 10, column: 2 };
  it.each([
    ['ArrowDown', false, { row: 11, column: 2 }],
    ['ArrowLeft', false, { row: 10, column: 1 }],
    ['PageDown', false, { row: 25, column: 2 }],
    ['Home', false, { row: 10, column: 0 }],
    ['End', false, { row: 10, column: 4 }],
    ['Home', true, { row: 0, column: 2 }],
    ['End', true, { row: 99, column: 2 }],
    ['ArrowDown', true, undefined],
    ['x', false, undefined],
  ])('%s, with Mod: %s', (key, mod, to) => expect(placeAfter(key, mod, from, 15, size)).toEqual(to));
});
