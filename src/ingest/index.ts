export { ARROW_SCHEMAS } from './arrow/tables.ts';
export { arrowSchema } from './arrow/types.ts';
export { UnreadableFileError } from './detect.ts';
export {
  createIngest,
  type Ingest,
  type IngestOptions,
  type IngestProgress,
  type IngestSummary,
} from './pipeline.ts';
export type { Runner } from './runner.ts';
