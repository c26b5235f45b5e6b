interface SomeFilters {
  readonly range?: unknown;
  readonly services?: readonly string[];
  readonly models?: readonly string[];
  readonly status?: string;
  readonly text?: string;
}

/** What to say where a result has no rows: which filters could have excluded them. */
export function emptyHint(filters: SomeFilters): string {
  const set = [
    filters.range === undefined ? undefined : 'time range',
    filters.services === undefined ? undefined : `service ${filters.services.join(', ')}`,
    filters.models === undefined ? undefined : `model ${filters.models.join(', ')}`,
    filters.status === undefined ? undefined : `status ${filters.status}`,
    filters.text === undefined || filters.text === '' ? undefined : `text “${filters.text}”`,
  ].filter((f) => f !== undefined);
  return set.length === 0 ? '0 rows' : `0 rows. Filters that apply: ${set.join(' · ')}`;
}
