import { useMemo } from 'react';
import { columnFormat, figure } from '../../base/format.ts';
import { columnHead, columnLabel } from '../../base/labels.ts';
import { fixed } from '../../base/number.ts';
import { ModelChip } from '../../widgets/chips.tsx';
import { emptyHint } from '../../widgets/emptyHint.ts';
import '../../widgets/table.css';
import type { ViewProps } from '../view.ts';
import './donut.css';
import { arc, donutRoles, slices } from './donut.ts';

/** `view=donut x=model y=tokens`: shares of a sum, with their figures beside. */
export function DonutView({ result, options, context, cellName }: ViewProps) {
  const { table } = result;
  const roles = donutRoles(table, options);
  const { x = '', y = '' } = roles ?? {};
  const data = useMemo(() => slices(table, x, y), [table, x, y]);
  if (roles === undefined || data.slices.length === 0)
    return <p className="note-line">{emptyHint(context.filters)}</p>;
  const isModel = /model/.test(x);
  const color = (name: string, order: number) =>
    name === 'other' ? 'var(--text-3)' : isModel ? context.modelColor(name) : `var(--c${(order % 8) + 1})`;
  const total = figure(y, data.total);
  const { format } = columnFormat(
    y,
    data.slices.map((s) => s.value),
  );
  let at = 0;
  return (
    <div className="donut">
      <svg
        viewBox="-50 -50 100 100"
        role="img"
        aria-label={`${cellName}: share of ${columnLabel(y)} by ${columnLabel(x)}`}
      >
        {data.slices.map((slice, i) => {
          const from = at;
          at += slice.share;
          return (
            <path key={slice.name} d={arc(from, at, 31, 49)} fill={color(slice.name, i)}>
              <title>{`${slice.name} ${format(slice.value)} · ${fixed(slice.share * 100, 1)} %`}</title>
            </path>
          );
        })}
        <text y="1" className="total">
          {total.text}
          {total.unit === '' ? '' : ` ${total.unit}`}
        </text>
        <text y="12" className="what">
          {columnLabel(y)}
        </text>
      </svg>
      <table className="t">
        <thead>
          <tr>
            <th>{columnLabel(x)}</th>
            <th className="r">{columnHead(y)}</th>
            <th className="r">share</th>
          </tr>
        </thead>
        <tbody>
          {data.slices.map((slice, i) => (
            <tr key={slice.name}>
              <td>
                <ModelChip model={slice.name} color={color(slice.name, i)} />
              </td>
              <td className="r n">{format(slice.value)}</td>
              <td className="r n">{fixed(slice.share * 100, 1)} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
