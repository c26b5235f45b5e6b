import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, insertTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import {
  EditorView,
  highlightActiveLineGutter,
  placeholder as hint,
  keymap,
  lineNumbers,
  tooltips,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { keywordSource, schemaSource } from './completion.ts';
import { duckdb } from './dialect.ts';
import { functionCalls } from './functionCalls.ts';
import type { SqlSchema } from './schema.ts';
import './sqlEditor.css';
import { textChange } from './textChange.ts';
import { look } from './theme.ts';

export type { SqlColumn, SqlFunction, SqlSchema, SqlTable } from './schema.ts';

export interface SqlEditorProps {
  readonly value: string;
  readonly onChange: (sql: string) => void;
  /** Mod-Enter. */
  readonly onRun: () => void;
  /** Shift-Enter; as `onRun` if absent. */
  readonly onRunAndAdvance?: () => void;
  /** Escape, when no popup takes it. */
  readonly onEscape?: () => void;
  /** Mod-. */
  readonly onFix?: () => void;
  readonly schema: SqlSchema;
  /** Offsets in `value` (UTF-16). */
  readonly error?: { readonly from: number; readonly to: number; readonly message: string };
  readonly ariaLabel: string;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
  readonly readOnly?: boolean;
}

function diagnostics(doc: string, error: SqlEditorProps['error']): Diagnostic[] {
  if (error === undefined || doc.length === 0) return [];
  // A mark needs a character to stand under.
  const from = Math.min(Math.max(0, error.from), doc.length - 1);
  const to = Math.min(Math.max(error.to, from + 1), doc.length);
  return [{ from, to, severity: 'error', message: error.message }];
}

/** A SQL editor for DuckDB's dialect, completing tables, columns and functions of `schema`. */
export function SqlEditor(props: SqlEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  const completion = useRef(new Compartment());
  const editable = useRef(new Compartment());
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return;
    const first = latest.current;
    const run = (how: (p: SqlEditorProps) => (() => void) | undefined) => (editor: EditorView) => {
      const action = how(latest.current);
      if (action === undefined) return false;
      closeCompletion(editor);
      action();
      return true;
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.value,
        extensions: [
          Prec.highest(
            keymap.of([
              { key: 'Mod-Enter', run: run((p) => p.onRun), preventDefault: true },
              { key: 'Shift-Enter', run: run((p) => p.onRunAndAdvance ?? p.onRun), preventDefault: true },
              { key: 'Mod-.', run: run((p) => p.onFix) },
            ]),
          ),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            { key: 'Tab', run: acceptCompletion },
            { key: 'Tab', run: insertTab, shift: indentLess },
            ...historyKeymap,
            ...searchKeymap,
            ...defaultKeymap,
            { key: 'Escape', run: run((p) => p.onEscape) },
          ]),
          lineNumbers(),
          highlightActiveLineGutter(),
          history(),
          bracketMatching(),
          closeBrackets(),
          highlightSelectionMatches(),
          indentUnit.of('  '),
          EditorState.tabSize.of(2),
          duckdb.extension,
          completion.current.of(completing(first.schema)),
          editable.current.of(EditorState.readOnly.of(first.readOnly ?? false)),
          tooltips({ position: 'fixed' }),
          first.placeholder === undefined ? [] : hint(first.placeholder),
          EditorView.contentAttributes.of({ 'aria-label': first.ariaLabel, spellcheck: 'false' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
          functionCalls,
          look,
        ],
      }),
    });
    view.current = editor;
    return () => {
      editor.destroy();
      view.current = undefined;
    };
  }, []);

  const { value, schema, error, readOnly = false, autoFocus = false } = props;
  useEffect(() => {
    if (autoFocus) view.current?.focus();
  }, [autoFocus]);
  useEffect(() => {
    const editor = view.current;
    const changes = editor === undefined ? undefined : textChange(editor.state.doc.toString(), value);
    if (changes !== undefined) editor?.dispatch({ changes });
  }, [value]);
  useEffect(() => {
    view.current?.dispatch({ effects: completion.current.reconfigure(completing(schema)) });
  }, [schema]);
  useEffect(() => {
    view.current?.dispatch({ effects: editable.current.reconfigure(EditorState.readOnly.of(readOnly)) });
  }, [readOnly]);
  useEffect(() => {
    const editor = view.current;
    if (editor !== undefined)
      editor.dispatch(setDiagnostics(editor.state, diagnostics(editor.state.doc.toString(), error)));
  }, [error]);

  return <div className="sql-editor" ref={host} />;
}

function completing(schema: SqlSchema) {
  return autocompletion({
    override: [schemaSource(schema), keywordSource],
    icons: true,
    tooltipClass: () => 'sql-complete',
    maxRenderedOptions: 60,
  });
}
