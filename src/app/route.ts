/** What the address says after `#`: a notebook, or a trace with the span that is selected. */
export type Route =
  | { readonly page: 'notebook'; readonly id: string }
  | { readonly page: 'trace'; readonly traceId: string; readonly spanId?: string };

export const HOME: Route = { page: 'notebook', id: 'overview' };

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parseRoute(hash: string): Route {
  const [page, first, second] = hash.replace(/^#\/?/, '').split('/').map(decode);
  if (page === 'trace' && first)
    return second ? { page, traceId: first, spanId: second } : { page, traceId: first };
  if (page === 'notebook' && first) return { page, id: first };
  return HOME;
}

export function formatRoute(route: Route): string {
  if (route.page === 'notebook')
    return route.id === 'overview' ? '#/' : `#/notebook/${encodeURIComponent(route.id)}`;
  const span = route.spanId === undefined ? '' : `/${encodeURIComponent(route.spanId)}`;
  return `#/trace/${encodeURIComponent(route.traceId)}${span}`;
}
