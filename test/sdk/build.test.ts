import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readLines, temporaryFolder } from './helpers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sdk = join(root, 'sdk');

/** What npm would publish, unpacked into a project of its own with the declared dependencies and no others. */
function install(): string {
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: sdk });
  const project = temporaryFolder();
  const packed = execFileSync(
    'npm',
    ['pack', '--silent', '--ignore-scripts', '--pack-destination', project],
    {
      cwd: sdk,
    },
  );
  const target = join(project, 'node_modules', '@spanbook', 'sdk');
  mkdirSync(target, { recursive: true });
  const tarball = join(project, String(packed).trim().split('\n').at(-1) ?? '');
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components=1']);
  const manifest = JSON.parse(readFileSync(join(sdk, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of [...Object.keys(manifest.dependencies), '@types/node']) {
    const link = join(project, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  return project;
}

const APP = `
async function main() {
  for (const file of ['out.ndjson', 'out.parquet']) {
    init({ service: 'app', file });
    await trace('request', { metadata: { user_id: 'u1' } }, async () => {
      const found: number = await span('search', { kind: 'RETRIEVER' }, async () => 3);
      addEvent('found', { found });
    });
    await shutdown();
  }
  const exporter: InstanceType<typeof NdjsonSpanExporter> = new NdjsonSpanExporter({ file: 'alone.ndjson' });
  await exporter.shutdown();
  SpanRecord.parse(JSON.parse(readFileSync('out.ndjson', 'utf8').split('\\n')[0] ?? ''));
}
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
`;
const IMPORTS = `
import { readFileSync } from 'node:fs';
import { addEvent, init, shutdown, span, trace } from '@spanbook/sdk';
import { NdjsonSpanExporter } from '@spanbook/sdk/exporters/ndjson';
import { SpanRecord } from '@spanbook/sdk/schema';
`;

it('installs, type-checks and runs as an ES module and as CommonJS', { timeout: 120_000 }, () => {
  const project = install();
  const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  for (const extension of ['mts', 'cts']) {
    writeFileSync(join(project, `app.${extension}`), IMPORTS + APP);
    const options = [
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--strict',
      '--types',
      'node',
      '--skipLibCheck',
    ];
    execFileSync(process.execPath, [typescript, ...options, `app.${extension}`], { cwd: project });
    const out = join(project, extension);
    mkdirSync(out);
    const script = join(project, `app.${extension.replace('ts', 'js')}`);
    execFileSync(process.execPath, [script], { cwd: out });
    const { span } = readLines(join(out, 'out.ndjson'));
    expect(span('search').parent_span_id).toBe(span('request').span_id);
    expect(readFileSync(join(out, 'out.parquet')).subarray(-4).toString()).toBe('PAR1');
  }
});
