/** The contract of a view: how a cell's result is drawn. Each folder here exports one; app/registry.ts lists them. */
import type { ComponentType } from 'react';
import type { ResultTable } from '../engine/engine.ts';
import type { CellResult, Options, ViewContext } from '../notebook/types.ts';

export interface ViewProps {
  readonly cellName: string;
  readonly options: Options;
  readonly result: CellResult;
  readonly context: ViewContext;
}

export interface View {
  /** The value of `view=` in a fence. */
  readonly name: string;
  /** In menus. */
  readonly title: string;
  readonly component: ComponentType<ViewProps>;
  /** Extra controls in the cell's head, left of its meta: legend, status filter, … */
  readonly head?: ComponentType<ViewProps>;
  /** Whether the view can draw such a result; otherwise the cell shows a table. */
  accepts(table: ResultTable, options: Options): boolean;
}
