/** The `spanbook` command. docs/cli.md describes it. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ROOT } from './build.ts';
import { runServe, type ServeCommand } from './serve.ts';
import type { SummaryCommand } from './summaryCommand.ts';

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return Number(text);
}

/** `90s`, `30m`, `24h`, `7d`, in ms. */
function parseDuration(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
  const ms = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''];
  if (ms === undefined) throw new InvalidArgumentError('A duration is a number and s, m, h or d: 24h.');
  return Number(amount) * ms;
}

function version(): string {
  const text = readFileSync(`${ROOT}/package.json`, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

const program = new Command('spanbook')
  .description('Traces of LLM apps: a workbench in the browser, and figures in the terminal')
  .version(version());

program
  .command('serve')
  .description('open the workbench on 127.0.0.1; builds it first if needed')
  .addOption(
    new Option(
      '-p, --port <port>',
      'this port or an error; 0 for any free one (default: 4170 or one of the next)',
    )
      .env('PORT')
      .argParser(parsePort),
  )
  .option('--open', 'open the browser (default: when run in a terminal)')
  .option('--no-open', 'do not open the browser')
  .action((options: ServeCommand) => runServe(options));

program
  .command('summary')
  .description('requests, tokens, cost, latency and error rate of trace files, by model')
  .argument('<file...>', 'NDJSON, Parquet or OTLP/JSON files, or folders of such')
  .option('--since <duration>', 'only the last part, up to the newest span: 30m, 24h, 7d', parseDuration)
  .option('--json', 'print JSON')
  .action(async (paths: string[], options: SummaryCommand) => {
    // Only here: the server needs no database.
    const { printSummary } = await import('./summaryCommand.ts');
    await printSummary(paths, options);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(`spanbook: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
