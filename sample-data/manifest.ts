/** `index.json`: what lies beside it. The app loads every `parquet` file of it for `?sample`. */
export interface Index {
  readonly synthetic: true;
  readonly services: {
    readonly service: string;
    readonly traces: number;
    readonly spans: number;
    readonly logs: number;
    /** The spans, and the log records in a second file. */
    readonly parquet: readonly ListedFile[];
    /** The same spans and log records in one file. */
    readonly ndjson: readonly ListedFile[];
  }[];
}
export interface ListedFile {
  /** In the same folder. */
  readonly name: string;
  readonly bytes: number;
}
