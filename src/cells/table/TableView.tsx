import { useMemo, useState } from 'react';
import { fixed, toNumber } from '../../base/number.ts';
import { sortedRows } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';
import { emptyHint } from '../../widgets/emptyHint.ts';
import { Grid } from '../../widgets/grid/Grid.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import type { ViewProps } from '../view.ts';
import { planTable, type TablePlan } from './plan.ts';
import { TableCell } from './TableCell.tsx';
import '../../widgets/table.css';

/** More rows than this are a grid's work. */
const MOST_ROWS = 200;

/** `view=table`: figures with their unit in the head, bars in cells, a total row. A head click sorts. */
export function TableView(props: ViewProps) {
  const { result, options, context, cellName } = props;
  const { table } = result;
  const plan = useMemo(() => planTable(table, options, context.timeZone), [table, options, context.timeZone]);
  const [sort, setSort] = useState<{ column: number; descending: boolean }>();
  const rows = useMemo(
    () => (sort === undefined ? plan.rows : sortedRows(table, plan.rows, sort.column, sort.descending)),
    [plan, sort, table],
  );
  if (result.rowCount > MOST_ROWS)
    return (
      <Grid
        table={table}
        rowCount={result.rowCount}
        pages={cellName === '' ? undefined : (request, signal) => context.page(cellName, request, signal)}
        label={cellName}
      />
    );
  const click = (column: number, right: boolean) =>
    setSort((old) => {
      if (old?.column !== column) return { column, descending: right };
      return old.descending === right ? { column, descending: !right } : undefined;
    });
  return (
    <div className="tw-x">
      <table className="t">
        <thead>
          <tr>
            {plan.columns.flatMap((c) => {
              const sorted = sort?.column === c.index ? sort : undefined;
              const head = (
                <th
                  key={c.index}
                  className={`${c.right ? 'r' : ''}${c.optional ? ' opt' : ''}`}
                  aria-sort={
                    sorted === undefined ? undefined : sorted.descending ? 'descending' : 'ascending'
                  }
                >
                  <button type="button" title={c.name} onClick={() => click(c.index, c.right)}>
                    {c.unit === '' ? c.label : `${c.label}, ${c.unit}`}
                    {sorted === undefined ? null : (
                      <Icon name="sort" className={sorted.descending ? 'xs' : 'xs up'} />
                    )}
                  </button>
                </th>
              );
              return isBar(plan, c.index) ? [head, <th key="bar" className="bar" />] : [head];
            })}
            {plan.stack === undefined ? null : <th className="bar">{plan.stack.label}</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row}>
              {plan.columns.flatMap((c) => {
                const cell = <TableCell key={c.index} table={table} row={row} column={c} context={context} />;
                return isBar(plan, c.index)
                  ? [cell, <Bar key="bar" {...props} plan={plan} row={row} />]
                  : [cell];
              })}
              {plan.stack === undefined ? null : <Stack {...props} plan={plan} row={row} />}
            </tr>
          ))}
        </tbody>
        {plan.totals.length === 0 || rows.length === 0 ? null : (
          <tfoot>
            {plan.totals.map((row) => (
              <tr key={row}>
                {plan.columns.flatMap((c, place) => {
                  if (c.kind === 'times' || c.kind === 'histogram')
                    return <TableCell key={c.index} table={table} row={row} column={c} context={context} />;
                  const value = table.value(row, c.index);
                  const text = value === null ? (place === 0 ? 'total' : '') : c.format(value);
                  const cell = (
                    <td key={c.index} className={`${c.right ? 'r n' : ''}${c.optional ? ' opt' : ''}`}>
                      {c.kind === 'number' && value === null ? '–' : text}
                    </td>
                  );
                  return isBar(plan, c.index)
                    ? [
                        cell,
                        <td key="bar" className="bar">
                          <Unpriced text={unpricedText(plan, row, table)} />
                        </td>,
                      ]
                    : [cell];
                })}
                {plan.stack === undefined ? null : <td className="bar" />}
              </tr>
            ))}
          </tfoot>
        )}
      </table>
      {rows.length === 0 ? <p className="note-line">{emptyHint(context.filters)}</p> : null}
    </div>
  );
}

const isBar = (plan: TablePlan, index: number) => plan.bar?.index === index;

type RowProps = ViewProps & { readonly plan: TablePlan; readonly row: number };

function Bar({ plan, row, result, context }: RowProps) {
  const { table } = result;
  const value = toNumber(table.value(row, plan.bar?.index ?? 0)) ?? 0;
  const share = plan.bar === undefined || plan.bar.most === 0 ? 0 : Math.max(0, value) / plan.bar.most;
  const model = table.columns.findIndex((c) => c.name === 'model');
  const name = model < 0 ? null : table.value(row, model);
  const color = typeof name === 'string' ? context.modelColor(name) : 'var(--volume)';
  const unpriced = unpricedText(plan, row, table);
  return (
    <td className="bar">
      {value > 0 ? (
        <i title={unpriced} style={{ width: `max(1px, ${(share * 100).toFixed(2)}%)`, background: color }} />
      ) : (
        <Unpriced text={unpriced} />
      )}
    </td>
  );
}

/** `239 unpriced`: calls whose cost is not in the sum. */
function unpricedText(plan: TablePlan, row: number, table: ResultTable): string | undefined {
  const index = plan.bar?.unpriced ?? -1;
  const calls = index < 0 ? 0 : (toNumber(table.value(row, index)) ?? 0);
  return calls > 0 ? `${fixed(Math.round(calls), 0)} unpriced` : undefined;
}

function Unpriced({ text }: { readonly text: string | undefined }) {
  return text === undefined ? null : (
    <span className="unp" title="Calls with usage, but without a price for their model: not in the cost.">
      {text}
    </span>
  );
}

function Stack({ plan, row, result }: RowProps) {
  const { parts, most } = plan.stack ?? { parts: [], most: 0 };
  return (
    <td className="bar stack">
      {parts.map((part) => {
        const value = Math.max(0, toNumber(result.table.value(row, part.index)) ?? 0);
        const width = most === 0 ? 0 : (value / most) * 100;
        return value === 0 ? null : (
          <i
            key={part.index}
            title={`${part.label} ${value.toLocaleString('en-US')}`}
            style={{ width: `${width.toFixed(2)}%`, background: part.color }}
          />
        );
      })}
    </td>
  );
}

/** Key of the stacked bars, for the cell's head. */
export function TableHead({ result, options, context }: ViewProps) {
  const plan = useMemo(
    () => planTable(result.table, options, context.timeZone),
    [result.table, options, context.timeZone],
  );
  if (plan.stack === undefined) return null;
  return (
    <span className="key">
      {plan.stack.parts.map((part) => (
        <span key={part.index}>
          <i style={{ background: part.color }} />
          {part.label}
        </span>
      ))}
    </span>
  );
}
