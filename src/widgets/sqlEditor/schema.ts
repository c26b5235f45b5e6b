/** What the editor completes. */
export interface SqlSchema {
  readonly tables: readonly SqlTable[];
  readonly functions: readonly SqlFunction[];
}
export interface SqlTable {
  readonly name: string;
  /** One line for the info panel. */
  readonly description?: string;
  readonly columns: readonly SqlColumn[];
}
export interface SqlColumn {
  readonly name: string;
  readonly type: string;
  readonly meaning?: string;
}
export interface SqlFunction {
  readonly name: string;
  /** `quantile_cont(x, pos)` */
  readonly signature?: string;
  readonly description?: string;
}
