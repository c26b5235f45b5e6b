import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { columnIndex } from '../../base/table.ts';
import { valueText } from '../../base/valueText.ts';
import type { Variable } from '../../engine/engine.ts';
import { variablesIn } from '../../notebook/catalog.ts';
import { sqlCellNamed } from '../../notebook/cells.ts';
import * as edit from '../../notebook/edit.ts';
import { type InputSpec, inputSpec } from '../../notebook/inputs.ts';
import type { InputCell } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { useCellKeys } from '../cellKeys.ts';
import { useApp, useAppState } from '../context.ts';
import { type Session, useCellState, useDoc } from '../session.ts';
import { CellMenu } from './CellMenu.tsx';
import { CellName } from './CellName.tsx';
import { CellSection } from './CellSection.tsx';
import { MultiSelect } from './MultiSelect.tsx';

/** Time without a change after which cells run again, ms. */
const PAUSE_MS = 300;

/** A field that sets a variable; its YAML opens in place. */
export function InputCellView({ session, cell }: { session: Session; cell: InputCell }) {
  const app = useApp();
  const host = useRef<HTMLElement>(null);
  const doc = useDoc(session);
  const [open, setOpen] = useState(false);
  const wanted = useAppState((s) => s.focusCell === cell.id);
  useEffect(() => {
    if (!wanted || host.current === null) return;
    host.current.scrollIntoView({ block: 'nearest' });
    host.current.focus();
    setOpen(true);
    app.focused();
  }, [wanted, app]);
  const { spec } = useMemo(() => inputSpec(cell.body), [cell.body]);
  const problem = useStore(session.runtime.store, (s) => s.problems[cell.id]);
  const readers = useMemo(
    () =>
      doc.cells.filter((c) => c.kind === 'sql' && variablesIn(c.sql).includes(cell.name.toLowerCase()))
        .length,
    [doc, cell.name],
  );
  const keys = useCellKeys(session, cell, host, (key) => {
    if (key !== 'q') return false;
    setOpen(!open);
    return true;
  });
  const notes = [...cell.notes, ...(problem === undefined ? [] : [problem])];
  return (
    <CellSection host={host} cell={cell} label={`Input ${cell.name}`} className="cell inc" onKeyDown={keys}>
      <header className="cell-h">
        <span className={`state ${notes.length > 0 ? 'error' : 'done'}`} />
        <span className="kindtag">Input</span>
        <CellName session={session} cell={cell} title={spec.label ?? cell.name} />
        {problem === undefined && <Control session={session} cell={cell} spec={spec} />}
        <span className="sp" />
        <span className="meta">
          {readers === 0
            ? 'no cell reads it'
            : `${readers} ${readers === 1 ? 'cell reads' : 'cells read'} it`}
        </span>
        <button
          type="button"
          className="tgl"
          aria-expanded={open}
          title="Show and edit what this input is (Q)"
          onClick={() => setOpen(!open)}
        >
          <Icon name="code" />
          <span>YAML</span>
        </button>
        <CellMenu session={session} cell={cell} />
      </header>
      {notes.map((note) => (
        <p key={note} className="note-line" role="note">
          {note}
        </p>
      ))}
      {open && <Body session={session} cell={cell} />}
    </CellSection>
  );
}

function Body({ session, cell }: { session: Session; cell: InputCell }) {
  const [text, setText] = useState(cell.body);
  const keep = () => session.document.apply((d) => edit.setBody(d, cell.id, text));
  return (
    <div className="cell-sql md-e">
      <textarea
        aria-label={`YAML of ${cell.name}`}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) keep();
        }}
      />
      <div className="ed-bar">
        <button type="button" className="btn xs" onClick={keep}>
          Apply
        </button>
        <span className="hint">
          <code>type</code> text, number, range, checkbox, select or multiselect · <code>options</code> or{' '}
          <code>from</code> a cell · <code>default</code> · SQL reads{' '}
          <code>getvariable('{cell.name || 'name'}')</code>
        </span>
      </div>
    </div>
  );
}

type Scalar = string | number | bigint | boolean;

/** Values to choose from: the list in the YAML, or a column of another cell's result. */
function useChoices(session: Session, spec: InputSpec): readonly Scalar[] {
  const doc = useDoc(session);
  const source = spec.from === undefined ? undefined : sqlCellNamed(doc, spec.from);
  const state = useCellState(session, source?.id ?? '');
  useEffect(() => {
    if (source !== undefined && state.status === 'never') session.run(source.id);
  }, [session, source, state.status]);
  return useMemo(() => {
    if (spec.options !== undefined) return spec.options;
    const result = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
    if (result === undefined) return [];
    const column = spec.column === undefined ? 0 : columnIndex(result.table, spec.column);
    if (column < 0) return [];
    const values = Array.from({ length: result.table.numRows }, (_, row) => result.table.value(row, column));
    return [...new Set(values.filter((v): v is Scalar => /^(string|number|bigint|boolean)$/.test(typeof v)))];
  }, [spec, state]);
}

function Control({ session, cell, spec }: { session: Session; cell: InputCell; spec: InputSpec }) {
  // Re-renders when a variable changes; the runtime knows the defaults.
  useStore(session.runtime.store, (s) => s.variables[cell.name]);
  const choices = useChoices(session, spec);
  const value = session.runtime.variable(cell.name);
  const set = (next: Variable) => session.context.setVariable(cell.name, next);
  const label = spec.label ?? cell.name;
  switch (spec.type) {
    case 'checkbox':
      return (
        <input
          type="checkbox"
          aria-label={label}
          checked={value === true}
          onChange={(e) => set(e.target.checked)}
        />
      );
    case 'select': {
      const at = choices.indexOf(value as Scalar);
      return (
        <select
          className="fld"
          aria-label={label}
          value={at}
          onChange={(e) => set(choices[Number(e.target.value)] ?? null)}
        >
          {(at < 0 || spec.from !== undefined) && (
            <option value={-1}>{value === null || at >= 0 ? '– (NULL)' : String(value)}</option>
          )}
          {choices.map((choice, i) => (
            <option key={String(choice)} value={i}>
              {valueText(choice)}
            </option>
          ))}
        </select>
      );
    }
    case 'multiselect':
      return (
        <MultiSelect
          label=""
          options={choices.map((c) => ({ value: String(c) }))}
          value={Array.isArray(value) ? value.map(String) : []}
          onChange={(values) => set(values.length === 0 ? null : values)}
        />
      );
    case 'range':
      return <Range spec={spec} label={label} value={Number(value ?? spec.min ?? 0)} onChange={set} />;
    case 'number':
      return (
        <Typed value={value} onChange={(text) => set(numberOf(text))}>
          {(text, change) => (
            <input
              className="fld num"
              type="number"
              aria-label={label}
              min={spec.min}
              max={spec.max}
              step={spec.step ?? 'any'}
              value={text}
              onChange={(e) => change(e.target.value)}
            />
          )}
        </Typed>
      );
    case 'text':
      return (
        <Typed value={value} onChange={(text) => set(text === '' ? null : text)}>
          {(text, change) => (
            <input
              className="fld wide"
              aria-label={label}
              spellCheck={false}
              value={text}
              onChange={(e) => change(e.target.value)}
            />
          )}
        </Typed>
      );
  }
}

const numberOf = (text: string) => (text.trim() === '' || Number.isNaN(Number(text)) ? null : Number(text));

/** What is typed is shown at once, and sent after a pause. */
function Typed(props: {
  value: Variable;
  onChange(text: string): void;
  children(text: string, change: (text: string) => void): ReactNode;
}) {
  const outside = props.value === null ? '' : String(props.value);
  const [draft, setDraft] = useState<string>();
  const send = useRef(props.onChange);
  send.current = props.onChange;
  useEffect(() => {
    if (draft === undefined) return;
    const timer = setTimeout(() => {
      send.current(draft);
      setDraft(undefined);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return props.children(draft ?? outside, setDraft);
}

function Range(props: { spec: InputSpec; label: string; value: number; onChange(value: number): void }) {
  const { spec, label } = props;
  const [min, max] = [spec.min ?? 0, spec.max ?? 100];
  return (
    <Typed value={props.value} onChange={(text) => props.onChange(Number(text))}>
      {(text, change) => (
        <>
          <input
            type="range"
            aria-label={label}
            min={min}
            max={max}
            step={spec.step ?? (max - min) / 100}
            value={text}
            style={
              { '--p': `${((Number(text) - min) / Math.max(1e-9, max - min)) * 100}%` } as React.CSSProperties
            }
            onChange={(e) => change(e.target.value)}
          />
          <output className="fld num">{text}</output>
        </>
      )}
    </Typed>
  );
}
