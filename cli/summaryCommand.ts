import { runSummary } from './summary.ts';
import { rejectsText, summaryText } from './summaryText.ts';

export interface SummaryCommand {
  /** ms */
  readonly since?: number;
  readonly json?: boolean;
}

/** Figures to stdout; skipped lines to stderr. */
export async function printSummary(paths: readonly string[], command: SummaryCommand): Promise<void> {
  const summary = await runSummary(paths, { sinceMs: command.since });
  const skipped = rejectsText(summary);
  if (skipped !== '') console.error(skipped);
  for (const { path, notes } of summary.files) for (const note of notes) console.error(`${path}: ${note}`);
  process.stdout.write(command.json ? `${JSON.stringify(summary, null, 2)}\n` : summaryText(summary));
}
