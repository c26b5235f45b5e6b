import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Serves the sample's manifest and Parquet files under ./sample-data/, and copies them into dist/. */
function sampleData(): Plugin {
  const folder = here('./sample-data/');
  const files = () =>
    existsSync(folder)
      ? readdirSync(folder).filter((name) => name === 'index.json' || name.endsWith('.parquet'))
      : [];
  return {
    name: 'sample-data',
    configureServer(server) {
      server.middlewares.use('/sample-data', (request, response, next) => {
        const name = decodeURIComponent((request.url ?? '').replace(/^\/|\?.*$/g, ''));
        if (!files().includes(name)) return next();
        response.setHeader(
          'content-type',
          name.endsWith('.json') ? 'application/json' : 'application/octet-stream',
        );
        createReadStream(folder + name).pipe(response);
      });
    },
    generateBundle() {
      for (const name of files())
        this.emitFile({
          type: 'asset',
          fileName: `sample-data/${name}`,
          source: readFileSync(folder + name),
        });
    },
  };
}

/** The dev server injects inline scripts, which the page's policy forbids; the built page keeps it. */
function noPolicyInDev(): Plugin {
  return {
    name: 'no-policy-in-dev',
    apply: 'serve',
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*\/>/, ''),
  };
}

export default defineConfig({
  plugins: [react(), sampleData(), noPolicyInDev()],
  base: './',
  resolve: {
    alias: [
      { find: '@spanbook/sdk/schema', replacement: here('./sdk/schema/index.ts') },
      { find: /^@spanbook\/sdk$/, replacement: here('./sdk/src/index.ts') },
    ],
  },
  worker: { format: 'es' },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
});
