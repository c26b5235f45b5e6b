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
export { PriceBook, type PriceRow } from './prices.ts';
export { inlineRunner, type Runner } from './runner.ts';
