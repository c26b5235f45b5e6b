/** The notebooks that ship with the app, by id (the file's name), in the order of the sidebar. */
const texts = import.meta.glob<string>('../panels/*.md', { query: '?raw', import: 'default', eager: true });

const ORDER = ['overview', 'cost', 'latency', 'errors'];
const rank = (id: string) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);

export const SHIPPED: ReadonlyMap<string, string> = new Map(
  Object.entries(texts)
    .map(([path, text]) => [path.replace(/^.*\/|\.md$/g, ''), text] as const)
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b)),
);
