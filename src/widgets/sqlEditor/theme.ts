import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags as t } from '@lezer/highlight';

const highlight = HighlightStyle.define([
  { tag: [t.keyword, t.operatorKeyword, t.modifier], color: 'var(--code-keyword)' },
  { tag: [t.function(t.variableName), t.standard(t.name)], color: 'var(--code-function)' },
  { tag: [t.string, t.special(t.string)], color: 'var(--code-string)' },
  { tag: [t.number, t.bool, t.null], color: 'var(--code-number)' },
  { tag: [t.typeName], color: 'var(--code-function)' },
  { tag: [t.comment], color: 'var(--code-comment)' },
]);

/** All values are tokens: the scheme switches without the editor knowing. What the page must lay out is in sqlEditor.css. */
const theme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'transparent', font: 'var(--t-code)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: 'var(--t-code)', overflow: 'auto' },
  '.cm-content': { padding: 'var(--s2) 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 var(--s3) 0 2px' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '1.5px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection':
    { backgroundColor: 'var(--accent-soft)' },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--text-3)', fontSize: '11px' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '38px', padding: '0 12px 0 0' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLineGutter': {
    backgroundColor: 'transparent',
    color: 'var(--text)',
    fontWeight: '600',
  },
  '.cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--active)',
    outline: '1px solid var(--line-strong)',
  },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--error-soft)', color: 'var(--error)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warning-soft)' },
  '.cm-call': { color: 'var(--code-function)' },
  '.cm-placeholder': { color: 'var(--text-3)' },
});

export const look = [theme, syntaxHighlighting(highlight)];
