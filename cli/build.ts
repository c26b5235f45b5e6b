/** Builds the app when its sources have changed since the last build. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** All that the build reads. A missing one counts as empty. */
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'tsconfig.json',
  'package-lock.json',
  'public',
  'sample-data',
  'sdk/schema',
  'sdk/src',
  'src',
];
/** In dist/: the hash of the sources that it was built from. Not served, since its name starts with a dot. */
const STAMP = '.sources';

export interface BuildOptions {
  /** Called before a build starts, with the reason. */
  onBuild?(reason: string): void;
}

/**
 * The folder of the built app, built first if it is missing or was built from other sources. Two processes may do
 * so at once. In an installed package, which has no sources, it is what came with it.
 * @throws Error with the build's output if it fails
 */
export async function ensureBuilt(root: string = ROOT, options: BuildOptions = {}): Promise<string> {
  const dist = join(root, 'dist');
  const built = existsSync(join(dist, 'index.html'));
  if (!existsSync(join(root, 'src'))) {
    if (!built) throw new Error(`No built app in ${dist}, and no sources to build it from`);
    return dist;
  }
  const hash = hashSources(root);
  if (built && readStamp(dist) === hash) return dist;
  options.onBuild?.(built ? 'the sources have changed' : 'there is no dist/ yet');
  await build(root, dist, hash);
  return dist;
}

/** Hash of the names and contents of all that the build reads: a fresh clone's file times say nothing. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const path of filesBelow(root, source))
      hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function filesBelow(root: string, path: string): string[] {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  try {
    return readdirSync(full, { withFileTypes: true })
      .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
      .map((entry) => `${path}/${entry.name}`)
      .sort()
      .flatMap((entry) => filesBelow(root, entry));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

function readStamp(dist: string): string | undefined {
  const stamp = join(dist, STAMP);
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined;
}

/** Builds beside dist/ and swaps it in whole, so that no one ever sees half a build. */
async function build(root: string, dist: string, hash: string): Promise<void> {
  const cache = join(root, 'node_modules', '.cache', 'spanbook');
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, 'build-'));
  try {
    await runVite(root, join(work, 'new'));
    writeFileSync(join(work, 'new', STAMP), hash);
    if (existsSync(dist)) renameSync(dist, join(work, 'old'));
    renameSync(join(work, 'new'), dist);
  } catch (error) {
    // Another process may have swapped in its build of the same sources in between; it is as good.
    if (readStamp(dist) !== hash) throw error;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** A process of its own, since Vite takes NODE_ENV from it and a caller's may be `test`. */
async function runVite(root: string, outDir: string): Promise<void> {
  const vite = join(dirname(createRequire(import.meta.url).resolve('vite/package.json')), 'bin', 'vite.js');
  const child = spawn(
    process.execPath,
    [vite, 'build', root, '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: root, env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) throw new Error(`The build failed (exit code ${code}):\n${output.trim()}`);
}
