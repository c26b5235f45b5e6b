import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('..', import.meta.url).pathname;

/** folder → what its files may import, beside npm packages: our folders, `self` always. A longer path wins. */
const RULES: Record<string, readonly string[]> = {
  'sdk/schema': [],
  'sdk/src': ['sdk/schema'],
  'src/base': [],
  'src/ingest': ['src/base', 'sdk/schema'],
  'src/engine': ['src/base', 'sdk/schema'],
  'src/notebook': ['src/base', 'src/engine/engine.ts'],
  'src/panels': [],
  'src/widgets': ['src/base'],
  'src/cells': ['src/base', 'src/notebook', 'src/widgets', 'src/engine/engine.ts', 'src/cells/view.ts'],
  'src/app': ['src', 'sdk/schema'],
  cli: ['cli', 'sdk', 'src/base', 'src/ingest', 'src/notebook', 'src/panels', 'src/engine'],
};

/** npm packages that only these folders may import. */
const PACKAGES: Record<string, readonly string[]> = {
  '@duckdb/duckdb-wasm': ['src/engine'],
  '@duckdb/node-api': ['cli'],
  'apache-arrow': ['src/engine', 'src/ingest', 'cli'],
  react: ['src/widgets', 'src/cells', 'src/app'],
  'react-dom': ['src/app'],
  '@codemirror': ['src/widgets'],
  '@observablehq/plot': ['src/widgets', 'src/cells'],
  '@opentelemetry': ['sdk/src'],
  openai: ['sdk/src', 'examples'],
};

/** DOM-free folders: they run in Node too. */
const PORTABLE = ['sdk', 'src/base', 'src/ingest', 'src/notebook', 'src/engine/sql'];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(
      (e) =>
        e.isFile() &&
        /\.(ts|tsx)$/.test(e.name) &&
        !e.parentPath.includes('node_modules') &&
        !/[/\\]dist[/\\]?/.test(`${e.parentPath}/`),
    )
    .map((e) => relative(root, join(e.parentPath, e.name)).split(sep).join('/'));
}

function imports(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found = text.matchAll(
    /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|import\s*\(?\s*['"]([^'"]+)['"]/g,
  );
  return [...found].map((m) => m[1] ?? m[2] ?? '');
}

function resolveImport(file: string, specifier: string): string | undefined {
  if (specifier === '@spanbook/sdk' || specifier.startsWith('@spanbook/sdk/'))
    return specifier === '@spanbook/sdk/schema' ? 'sdk/schema' : 'sdk/src';
  if (!specifier.startsWith('.')) return undefined;
  return normalize(join(dirname(file), specifier))
    .split(sep)
    .join('/')
    .replace(/\?.*$/, '');
}

const inside = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
const roomOf = (file: string) =>
  Object.keys(RULES)
    .filter((r) => inside(file, r))
    .sort((a, b) => b.length - a.length)[0];

function violations(file: string, specifiers: readonly string[]): string[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  const out: string[] = [];
  for (const specifier of specifiers) {
    const target = resolveImport(file, specifier);
    if (target === undefined) {
      const owner = Object.keys(PACKAGES).find((p) => specifier === p || specifier.startsWith(`${p}/`));
      if (owner !== undefined && !PACKAGES[owner]?.some((f) => inside(file, f)))
        out.push(`${file} imports ${specifier}; only ${PACKAGES[owner]?.join(', ')} may`);
      continue;
    }
    const own = room === 'src/cells' ? file.split('/').slice(0, 3).join('/') : room;
    if (inside(target, own)) continue;
    const allowed = RULES[room] ?? [];
    // A cell folder may not reach into another one.
    const cellToCell = room === 'src/cells' && inside(target, 'src/cells') && target !== 'src/cells/view.ts';
    if (cellToCell || !allowed.some((f) => inside(target, f)))
      out.push(`${file} imports ${target}; ${room} may import ${allowed.join(', ') || 'nothing of ours'}`);
  }
  return out;
}

describe('import rules', () => {
  const files = ['sdk/schema', 'sdk/src', 'src', 'cli'].flatMap(sources);

  it('reads the sources', () => expect(files.length).toBeGreaterThan(5));

  it('every room imports only what it may', () => {
    expect(files.flatMap((f) => violations(f, imports(f)))).toEqual([]);
  });

  it('portable rooms use no DOM', () => {
    const dom = /\b(document|window|localStorage|navigator)\s*\./;
    const bad = files
      .filter((f) => PORTABLE.some((p) => inside(f, p)))
      .filter((f) => {
        const code = readFileSync(join(root, f), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
        return dom.test(code);
      });
    expect(bad).toEqual([]);
  });

  it('would see a broken rule', () => {
    expect(violations('src/base/a.ts', ['../engine/engine.ts'])).toHaveLength(1);
    expect(violations('src/cells/table/a.tsx', ['../chart/b.tsx'])).toHaveLength(1);
    expect(violations('src/notebook/a.ts', ['react'])).toHaveLength(1);
    expect(violations('src/notebook/a.ts', ['../engine/duckdbWasm.ts'])).toHaveLength(1);
    expect(violations('src/ingest/a.ts', ['../base/errors.ts', '@spanbook/sdk/schema'])).toEqual([]);
  });
});
