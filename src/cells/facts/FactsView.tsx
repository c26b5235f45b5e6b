import { single, UNKNOWN } from '../../base/format.ts';
import { columnLabel } from '../../base/labels.ts';
import { isNumeric, toNumber } from '../../base/number.ts';
import { field, isNumberType, isTimeType } from '../../base/table.ts';
import { dayTime, isUtcColumn, toWall } from '../../base/time.ts';
import { valueText } from '../../base/valueText.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Status } from '../../widgets/chips.tsx';
import { emptyHint } from '../../widgets/emptyHint.ts';
import type { ViewProps } from '../view.ts';
import './facts.css';

/** Said in the line before the facts, not among them. */
const LEAD = ['name', 'status', 'error_count', 'trace_id'];
/** Said with the cost: it is at least that. */
const UNPRICED = 'unpriced_count';

/** `view=facts`: the first row as labelled facts in one line; name, status and trace id lead it. */
export function FactsView({ result, context }: ViewProps) {
  const { table } = result;
  if (table.numRows === 0) return <p className="note-line">{emptyHint(context.filters)}</p>;
  const text = (name: string) => {
    const value = field(table, 0, name);
    return typeof value === 'string' ? value : undefined;
  };
  const [name, status, traceId] = [text('name'), text('status'), text('trace_id')];
  const shown = table.columns
    .map((c, index) => ({ ...c, index }))
    .filter((c) => !LEAD.includes(c.name) && c.name !== UNPRICED);
  const unpriced = toNumber(field(table, 0, UNPRICED)) ?? 0;
  return (
    <div className="factsline">
      {name === undefined ? null : <h1 title={name}>{name}</h1>}
      {status === undefined ? null : (
        <Status status={status} failed={toNumber(field(table, 0, 'error_count')) ?? 0} />
      )}
      {traceId === undefined ? null : (
        <>
          <code className="hash" title={traceId}>
            {traceId.length > 20 ? `${traceId.slice(0, 8)}…${traceId.slice(-6)}` : traceId}
          </code>
          <CopyButton text={traceId} label="Copy trace id" className="small" />
        </>
      )}
      <span className="sp" />
      <dl className="facts">
        {shown.map((c) => {
          const fact = factOf(c.name, c.type, table.value(0, c.index), context.timeZone);
          return (
            <div key={c.index} data-fact={c.name}>
              <dt>{fact.label}</dt>
              <dd title={c.name === 'cost_usd' && unpriced > 0 ? `${unpriced} calls unpriced` : undefined}>
                {c.name === 'cost_usd' && unpriced > 0 && fact.text !== UNKNOWN ? '≥ ' : ''}
                {fact.text}
                {fact.unit === '' ? null : <small> {fact.unit}</small>}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}

interface Fact {
  readonly label: string;
  readonly text: string;
  readonly unit: string;
}

export function factOf(name: string, type: string, value: unknown, zone: string): Fact {
  const label = columnLabel(name);
  if (value === null || value === undefined) return { label, text: UNKNOWN, unit: '' };
  if (isTimeType(type) && typeof value === 'number') {
    const wall = isUtcColumn(name) ? toWall(value, zone) : value;
    return { label: `${label}, ${zone}`, text: dayTime(wall, 'ms'), unit: '' };
  }
  if (isNumberType(type) && isNumeric(value)) {
    const [, number = '', unit = ''] = /^(.*?\d.*?)(?: (\D+))?$/.exec(single(name, value)) ?? [];
    return { label, text: number, unit };
  }
  return { label, text: valueText(value, type), unit: '' };
}
