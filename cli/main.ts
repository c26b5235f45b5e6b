/** The `spanbook` command. docs/cli.md describes it. */
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ROOT } from './build.ts';
import { runServe, type ServeCommand } from './serve.ts';

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new InvalidArgumentError('A port is 0 to 65535.');
  return Number(text);
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

try {
  await program.parseAsync();
} catch (error) {
  console.error(`spanbook: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
