import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../cli/build.ts';

let root = '';
const reasons: string[] = [];
const build = () => ensureBuilt(root, { onBuild: (reason) => reasons.push(reason) });
const built = () => {
  const assets = join(root, 'dist/assets');
  return readdirSync(assets)
    .map((name) => readFileSync(join(assets, name), 'utf8'))
    .join('');
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'spanbook-build-'));
  reasons.length = 0;
  mkdirSync(join(root, 'src'));
  writeFileSync(join(root, 'index.html'), '<script type="module" src="/src/main.js"></script>');
  writeFileSync(join(root, 'src/main.js'), 'console.log("one", process.env.NODE_ENV)');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('ensureBuilt', () => {
  it('builds for production what was never built, once', async () => {
    expect(await build()).toBe(join(root, 'dist'));
    expect(built()).toContain('one');
    expect(built()).toContain('production');
    await build();
    expect(reasons).toEqual(['there is no dist/ yet']);
  });

  it('builds again when a source has changed, appeared or gone', async () => {
    await build();
    writeFileSync(join(root, 'src/main.js'), 'import "./other.js"; console.log("two")');
    writeFileSync(join(root, 'src/other.js'), 'console.log("three")');
    await build();
    expect(built()).toContain('two');
    expect(built()).toContain('three');
    expect(built()).not.toContain('one');
    writeFileSync(join(root, 'src/main.js'), 'console.log("two")');
    rmSync(join(root, 'src/other.js'));
    await build();
    expect(built()).not.toContain('three');
    expect(reasons).toHaveLength(3);
  });

  it('says what the build says when it fails, and keeps the last good one', async () => {
    await build();
    writeFileSync(join(root, 'src/main.js'), 'import "./missing.js"');
    await expect(build()).rejects.toThrow(/missing\.js/);
    expect(built()).toContain('one');
    expect(readdirSync(join(root, 'node_modules/.cache/spanbook'))).toEqual([]);
  });

  it('survives two builds at once', async () => {
    await Promise.all([build(), ensureBuilt(root)]);
    expect(built()).toContain('one');
  });

  it('serves what came with an installed package, which has no sources', async () => {
    await build();
    rmSync(join(root, 'src'), { recursive: true });
    expect(await build()).toBe(join(root, 'dist'));
    expect(existsSync(join(root, 'dist/index.html'))).toBe(true);
    rmSync(join(root, 'dist'), { recursive: true });
    await expect(build()).rejects.toThrow(/No built app/);
  });
});
