import { z } from 'zod';
import type { PickedFile } from './fileAccess.ts';

/** sample-data/index.json; what it holds beyond this is of no concern here. */
const manifest = z.object({
  services: z.array(z.object({ parquet: z.array(z.object({ name: z.string() })) })),
});

async function get(url: URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  return response;
}

/** The sample's Parquet files, from beside the page. @throws Error if one is missing */
export async function fetchSample(): Promise<PickedFile[]> {
  const folder = new URL('./sample-data/', document.baseURI);
  const index = manifest.parse(await (await get(new URL('index.json', folder))).json());
  const names = index.services.flatMap((s) => s.parquet.map((f) => f.name));
  return Promise.all(
    names.map(async (name) => {
      const bytes = await (await get(new URL(name, folder))).arrayBuffer();
      return { file: new File([bytes], name), name };
    }),
  );
}
