import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const resolve = {
  alias: [
    { find: '@spanbook/sdk/schema', replacement: here('./sdk/schema/index.ts') },
    { find: /^@spanbook\/sdk$/, replacement: here('./sdk/src/index.ts') },
    { find: /^@spanbook\/sdk\/(.*)$/, replacement: here('./sdk/src/$1.ts') },
  ],
};

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: ['test/e2e/**'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        resolve,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/setup.ts'],
          testTimeout: 180_000,
          // As long as a wait in the browser.
          expect: { poll: { interval: 50, timeout: 60_000 } },
          hookTimeout: 180_000,
          fileParallelism: false,
          // After the unit tests: a browser and an engine need both cores.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
