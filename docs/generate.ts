/** Writes docs/tables.md and docs/metrics.md from the columns and from metrics.sql: `npx tsx docs/generate.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Column } from '@spanbook/sdk/schema';
import { parseMetrics } from '../src/engine/metrics.ts';
import { VIEW_DOCS } from '../src/engine/viewColumns.ts';

const here = (path: string) => new URL(path, import.meta.url);
const cell = (text: string) => text.replaceAll('|', '\\|');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const columnRow = (c: Column) => [
  `\`${c.name}\``,
  c.type,
  c.unit ?? '',
  c.nullable ? '' : 'never',
  c.meaning,
];

export function tablesDoc(): string {
  const full = VIEW_DOCS.filter((v) => !v.name.startsWith('all_'));
  const twins = VIEW_DOCS.filter((v) => v.name.startsWith('all_'));
  return `# Tables

Generated from the schema by \`npx tsx docs/generate.ts\`; a test fails when it is out of date.

Times are \`TIMESTAMP\` in UTC; \`local(start_time)\` shows them as the clock of the chosen zone does. Attributes are maps:
\`attributes['user.id']\`. A number that nobody reported is NULL, never 0. \`input\` and \`output\` are the first 200
characters; the whole text is in \`messages\`.

The tables are read-only. A cell may create tables and views of its own, which only its notebook sees.

## Filters
The filter bar sets variables of the notebook's session, and the views read them: \`getvariable('filter_from')\` and
\`filter_to\` (TIMESTAMP, from ≤ t < to), \`filter_services\` and \`filter_models\` (VARCHAR[]), \`filter_status\` (\`OK\` or
\`ERROR\`; \`OK\` is everything that is no error), \`filter_text\`. NULL is no filter. Their twins read everything:
${twins.map((v) => `\`${v.name}\``).join(', ')}.

- Time and service choose spans by their own start and service; traces by their start, and by any service in them.
- Model and status choose calls in \`llm_calls\`, and in \`traces\` the traces with such a call (of the service, where
  one is chosen).
- Text chooses spans that hold it in name, error message, values of attributes or messages, in whatever case, and their
  traces.

\`getvariable('bucket')\` is the time bucket that suits the range.

${full.map((v) => `## ${v.name}\n${v.meaning}\n\n${table(['column', 'type', 'unit', 'NULL', 'meaning'], v.columns.map(columnRow))}`).join('\n\n')}
`;
}

export function metricsDoc(): string {
  const queries = parseMetrics(readFileSync(here('../src/panels/metrics.sql'), 'utf8'));
  const sections = queries.map((q) => {
    const rows = q.metrics.map((m) => [`\`${m.name}\``, m.unit, m.meaning, `\`${m.expression}\``]);
    return `## From ${q.relation}\n\n${table(['metric', 'unit', 'meaning', 'SQL'], rows)}`;
  });
  return `# Metrics

Generated from \`src/panels/metrics.sql\` by \`npx tsx docs/generate.ts\`; a test fails when it is out of date. Panels, the
command line and alerts all use these definitions.

- A **request** is a call to a model, failed ones included. Agents and workflows repeat the usage of their calls and are
  not counted. Where no call of a trace reports usage, its innermost aggregate stands in (\`is_fallback\`): sums include
  it, counts, error rates and latencies do not.
- **Cost** comes from the table \`prices\`. A call with usage but no price is *unpriced*, one without usage *unmetered*,
  unless it failed; both are counted beside the cost, and neither is $0. What the trace itself says a call cost stands
  in \`recorded_cost_usd\`, and enters no sum.
- **Latency** is the duration of finished calls; where a clock was put back meanwhile, it is unknown.
- **The period before** is as long as the range and ends where that begins; no span is in both. Figures are compared
  with it where the data reach back over nine tenths of it.
- **Last 24 hours** and the like end just after the newest span, which is inside. Spans of the future (by a clock gone
  wrong: more than two days after all others, and at most a thousandth of them) do not move that end; their number is said.
- **Weights**: \`sample_weight\` says how many spans a kept one stands for. \`wquantile(x, w, p)\` is \`quantile_cont\` while
  all weights are 1, else the quantile of the values each repeated as often as its weight says; \`wavg(x, w)\` is the
  weighted mean of the values that are not NULL.

${sections.join('\n\n')}
`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(here('tables.md'), tablesDoc());
  writeFileSync(here('metrics.md'), metricsDoc());
}
