/** The zone in which times are shown: UTC, or the one that the computer is in. */
const KEY = 'spanbook.time-zone';

/** IANA name of the computer's zone. */
export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

export function readTimeZone(): string {
  try {
    const kept = localStorage.getItem(KEY) ?? 'UTC';
    // Throws on a name that this browser does not know.
    new Intl.DateTimeFormat('en', { timeZone: kept });
    return kept;
  } catch {
    return 'UTC';
  }
}

export function keepTimeZone(zone: string): void {
  try {
    localStorage.setItem(KEY, zone);
  } catch {
    // Storage is forbidden: the choice lasts until the page is closed.
  }
}
