import type { Random } from './random.ts';

/** The simulated week: fixed, so that the files never change by themselves. All times are ms since 1970, UTC. */
export const WEEK_START = Date.UTC(2026, 10, 17);
export const WEEK_END = Date.UTC(2026, 10, 23, 23, 59);

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Story 1: Anthropic's API is overloaded; two of three requests fail with 429 or 503. */
export const INCIDENT = { from: Date.UTC(2026, 10, 23, 14, 10), to: Date.UTC(2026, 10, 23, 15, 35) };

/** Story 2: from this release on the support chatbot begins its system prompt with the time of day. */
export const REGRESSION = {
  service: 'support-chatbot',
  version: '2.14.0',
  from: Date.UTC(2026, 10, 23, 8, 52),
};

/** Share of the busiest hour's traffic, by hour of the day in UTC: office hours in Central Europe. */
const OFFICE = [3, 2, 2, 2, 4, 9, 24, 52, 84, 100, 96, 88, 74, 86, 94, 90, 78, 60, 46, 40, 34, 24, 13, 6];
/** By day of the week from Sunday. */
const WEEKDAY = [76, 100, 96, 93, 97, 90, 80];

/** Between 0 and 1. */
export function officeRhythm(time: number): number {
  const date = new Date(time);
  const hour = date.getUTCHours() + date.getUTCMinutes() / 60;
  const before = OFFICE[Math.floor(hour)] ?? 0;
  const after = OFFICE[(Math.floor(hour) + 1) % 24] ?? 0;
  const share = before + (after - before) * (hour % 1);
  return (share / 100) * ((WEEKDAY[date.getUTCDay()] ?? 0) / 100);
}

/** Times of a Poisson process whose rate is `perHour` at `rhythm` 1 (thinning). */
export function arrivals(random: Random, perHour: number, rhythm: (time: number) => number): number[] {
  const times: number[] = [];
  for (let time = WEEK_START; ; ) {
    time += random.wait(HOUR / perHour);
    if (time >= WEEK_END) return times;
    if (random.chance(rhythm(time))) times.push(time);
  }
}
