/** A summary for people: units beside the figures, unknown is `–`. */
import { columnFormat, figure } from '../src/base/format.ts';
import type { CallMetrics, Summary } from './summary.ts';

export function summaryText(summary: Summary): string {
  const files = summary.files.map(
    ({ path, spans, logs, rejects }) =>
      `${path}: ${amount(spans, 'span')}${logs > 0 ? `, ${amount(logs, 'log record')}` : ''}${rejects > 0 ? `, ${amount(rejects, 'line')} skipped` : ''}`,
  );
  const range =
    summary.from === null || summary.to === null
      ? []
      : [`${amount(summary.traces, 'trace')}, ${minute(summary.from)} to ${minute(summary.to)} UTC`];
  const beyond =
    summary.beyond === 0
      ? []
      : [
          `${amount(summary.beyond, 'span')} far beyond the others, by a clock gone wrong: no range ends there`,
        ];
  return [...files, ...range, ...beyond, '', ...figures(summary), '', ...byModel(summary), ''].join('\n');
}

/** Skipped lines with file, line and reason; empty if there are none. */
export function rejectsText(summary: Summary): string {
  const skipped = summary.files.reduce((sum, file) => sum + file.rejects, 0);
  if (skipped === 0) return '';
  const lines = summary.rejects.map(
    ({ path, line, reason }) => `${path}${line === null ? '' : `:${line}`}: ${reason}`,
  );
  const more = skipped - lines.length;
  return [...lines, ...(more > 0 ? [`… and ${amount(more, 'more line')}`] : [])].join('\n');
}

function figures(summary: Summary): string[] {
  const value = (name: keyof CallMetrics) => {
    const { text, unit } = figure(name, summary[name]);
    return unit === '' ? text : `${text} ${unit}`;
  };
  const gaps = [
    summary.unpriced > 0 ? `${count(summary.unpriced)} unpriced` : '',
    summary.unmetered > 0 ? `${count(summary.unmetered)} unmetered` : '',
  ].filter((text) => text !== '');
  const rows: [string, string, string][] = [
    ['requests', value('requests'), ''],
    [
      'tokens',
      value('tokens'),
      `${value('input_tokens')} in, of which ${value('cache_read_tokens')} cached · ${value('output_tokens')} out`,
    ],
    ['cost', value('cost_usd'), gaps.join(', ')],
    ['latency, average', value('avg_latency_ms'), ''],
    ['latency, p95', value('p95_latency_ms'), ''],
    ['error rate', value('error_rate'), `${count(summary.errors)} of ${count(summary.requests)}`],
  ];
  const [names, values] = [0, 1].map((i) => Math.max(...rows.map((row) => (row[i] ?? '').length)));
  return rows.map(([name, text, note]) =>
    `${name.padEnd(names ?? 0)}  ${text.padStart(values ?? 0)}   ${note}`.trimEnd(),
  );
}

const MODEL_COLUMNS: readonly [keyof CallMetrics, string][] = [
  ['requests', 'requests'],
  ['input_tokens', 'input'],
  ['cache_read_tokens', 'cached'],
  ['output_tokens', 'output'],
  ['cost_usd', 'cost'],
  ['avg_latency_ms', 'average'],
  ['p95_latency_ms', 'p95'],
  ['errors', 'errors'],
];

function byModel(summary: Summary): string[] {
  const rows = [...summary.models, { ...summary, model: 'total' }];
  const columns = MODEL_COLUMNS.map(([name, title]) => {
    const { unit, format } = columnFormat(
      name,
      rows.map((row) => row[name]),
    );
    const texts = rows.map((row) => format(row[name]));
    return [unit === '' ? title : `${title}, ${unit}`, ...texts];
  });
  const models = ['model', ...rows.map((row) => row.model ?? '(no model)')];
  const width = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  return models.map((model, i) =>
    [model.padEnd(width(models)), ...columns.map((texts) => (texts[i] ?? '').padStart(width(texts)))].join(
      '  ',
    ),
  );
}

const count = (value: number) => columnFormat('requests', [value]).format(value);
const amount = (value: number, noun: string) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
const minute = (iso: string) => iso.slice(0, 16).replace('T', ' ');
