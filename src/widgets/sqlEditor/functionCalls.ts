import { syntaxTree } from '@codemirror/language';
import { RangeSetBuilder } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

const CALL = /[a-z_]\w*(?=\()/gi;
const mark = Decoration.mark({ class: 'cm-call' });
const NAMES = new Set(['Identifier', 'Statement', 'Parens', 'Script', 'Builtin', 'Keyword', 'Type']);

function calls(view: EditorView): DecorationSet {
  const found = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges)
    for (const match of view.state.sliceDoc(from, to).matchAll(CALL)) {
      const at = from + match.index;
      const node = syntaxTree(view.state).resolveInner(at, 1).name;
      // `IN (…)` has a space; `USING(…)` and `OVER(…)` are keywords all the same.
      if (NAMES.has(node) && node !== 'Keyword') found.add(at, at + match[0].length, mark);
    }
  return found.finish();
}

/** Colours what is called: the grammar knows a name, not that a parenthesis follows. */
export const functionCalls = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = calls(view);
    }
    update(update: ViewUpdate) {
      if (update.docChanged || update.viewportChanged) this.decorations = calls(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
