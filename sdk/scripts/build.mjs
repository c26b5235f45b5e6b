// dist/esm and dist/cjs from the same sources, by tsc alone. A file's module format follows the nearest
// package.json, so the CommonJS build compiles a copy of the sources beside one that says "commonjs": only
// then does tsc leave `import()` alone, which the ESM-only Parquet writer needs.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'));
const tsc = (project) =>
  execFileSync(process.execPath, [join(typescript, 'bin', 'tsc'), '-p', project], {
    cwd: root,
    stdio: 'inherit',
  });

rmSync(join(root, 'dist'), { recursive: true, force: true });
tsc(root);
const copy = join(root, 'dist', '.cjs');
for (const folder of ['src', 'schema']) cpSync(join(root, folder), join(copy, folder), { recursive: true });
writeFileSync(join(copy, 'package.json'), '{ "type": "commonjs" }\n');
const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
config.compilerOptions.outDir = '../cjs';
// Syntax is rewritten here: import statements become require calls.
config.compilerOptions.verbatimModuleSyntax = false;
writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
tsc(copy);
rmSync(copy, { recursive: true });
mkdirSync(join(root, 'dist', 'cjs'), { recursive: true });
writeFileSync(join(root, 'dist', 'cjs', 'package.json'), '{ "type": "commonjs" }\n');
