import { isNumberType, isTimeType } from '../../base/table.ts';
import type { ResultTable } from '../../engine/engine.ts';
import * as edit from '../../notebook/edit.ts';
import type { Cell, Options } from '../../notebook/types.ts';
import type { Session } from '../session.ts';
import { chosenFields, MARKS, type Mark, markOf } from '../views.ts';

type Change = Readonly<Record<string, string | true | undefined>>;

/** Options of a cell's fence, as the pickers write them. */
export function setOptions(session: Session, cell: Cell, change: Change): void {
  session.document.apply((doc) => edit.setOptions(doc, cell.id, change));
}

const isType = (wanted: 'number' | 'any') => (type: string) => wanted === 'any' || isNumberType(type);
const typeMark = (type: string) => (isNumberType(type) ? '#' : isTimeType(type) ? '◷' : 'Aa');

/** Mark, x, y and colour of a chart; each writes the option of its name. */
export function Picks(props: {
  session: Session;
  cell: Cell;
  table: ResultTable;
  options: Options;
  /** Beside the chart, or in one line. */
  layout: 'column' | 'row';
}) {
  const { session, cell, table, options } = props;
  const mark = markOf(table, options);
  const fields = chosenFields(table, options);
  const set = (change: Change) => setOptions(session, cell, change);
  const setMark = (next: Mark) => {
    const view = next === 'hbar' ? 'bar' : next;
    // Lying bars are bars whose number is x and whose text is y.
    const [text, number] = mark === 'hbar' ? [fields.y, fields.x] : [fields.x, fields.y];
    if (next === 'hbar') set({ view, x: number, y: text });
    else if (mark === 'hbar') set({ view, x: text, y: number });
    else set({ view });
  };
  const charted = ['bar', 'hbar', 'line', 'area', 'donut'].includes(mark);
  const [xType, yType] = mark === 'hbar' ? (['number', 'any'] as const) : (['any', 'number'] as const);
  return (
    <div className={`picks ${props.layout}`}>
      <label>
        <span>Mark</span>
        <select
          value={mark}
          onChange={(e) => {
            const next = MARKS.find((m) => m.value === e.target.value);
            if (next !== undefined) setMark(next.value);
          }}
        >
          {MARKS.map((m) => (
            <option key={m.value} value={m.value}>
              {m.label}
            </option>
          ))}
        </select>
      </label>
      {charted && (
        <>
          <Field
            label="X"
            table={table}
            value={fields.x}
            accepts={isType(xType)}
            onChange={(x) => set({ x })}
          />
          <Field
            label="Y"
            table={table}
            value={fields.y}
            accepts={isType(yType)}
            onChange={(y) => set({ y })}
          />
          {mark !== 'donut' && (
            <Field
              label="Colour"
              table={table}
              value={fields.color}
              accepts={(type) => !isNumberType(type) && !isTimeType(type)}
              none
              onChange={(color) => set({ color })}
            />
          )}
        </>
      )}
    </div>
  );
}

function Field(props: {
  label: string;
  table: ResultTable;
  value: string | undefined;
  accepts(type: string): boolean;
  /** May be none. */
  none?: boolean;
  onChange(column: string | undefined): void;
}) {
  const { value } = props;
  const columns = props.table.columns.filter((c) => props.accepts(c.type) && c.name !== 'is_total');
  const known = value === undefined || columns.some((c) => c.name === value);
  return (
    <label>
      <span>{props.label}</span>
      <select value={value ?? ''} onChange={(e) => props.onChange(e.target.value || undefined)}>
        {(props.none === true || value === undefined) && <option value="">none</option>}
        {!known && <option value={value}>{value}</option>}
        {columns.map((c) => (
          <option key={c.name} value={c.name}>
            {typeMark(c.type)} {c.name}
          </option>
        ))}
      </select>
    </label>
  );
}
