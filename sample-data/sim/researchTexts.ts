import type { Random } from './random.ts';

const SUBJECTS = [
  'parcel lockers in Nordic cities',
  'cargo bikes for the last mile',
  'CO2 reporting duties of carriers',
  'night delivery in pedestrian zones',
  'the market for returns consolidation',
  'battery transport rules (UN 3481)',
  'customs pre-declaration under ICS2',
  'driver shortages in Central Europe',
  'automated sorting of small parcels',
  'reusable packaging pilots',
  'electric vans below 3.5 t',
  'cold chain for meal kits',
];
const GOALS = [
  'Summarise the state of {s} for the board, one page.',
  'Compare three providers for {s} by cost and reach.',
  'What changed in {s} since spring? List sources.',
  'Find the main risks of {s} and how others handle them.',
  'Estimate what {s} would cost us in 2027.',
  'Which regulations apply to {s}?',
];
const ANGLES = [
  'cost per stop',
  'regulation',
  'pilots and results',
  'providers',
  'customer acceptance',
  'emissions',
  'labour',
  'forecasts to 2030',
];
const VERBS = ['grew by', 'fell by', 'is estimated at', 'was reported as', 'is capped at', 'rose to'];
const UNITS = ['% in a year', '% of stops', 'EUR a parcel', 'million parcels', 'sites', 'days'];
const OUTLETS = [
  'transport-review.example',
  'city-logistics.example',
  'parcel-monitor.example',
  'eu-freight.example',
  'warehouse-weekly.example',
];

export interface Task {
  readonly subject: string;
  readonly goal: string;
}
export function task(random: Random): Task {
  const subject = random.pick(SUBJECTS);
  return { subject, goal: random.pick(GOALS).replace('{s}', subject) };
}
/** `count` different angles of a subject. */
export function angles(random: Random, count: number): string[] {
  const left = [...ANGLES];
  return Array.from({ length: count }, () => left.splice(random.int(0, left.length - 1), 1)[0] ?? 'overview');
}
export function claim(random: Random, subject: string, angle: string): string {
  return `${angle} of ${subject} ${random.pick(VERBS)} ${random.int(2, 96)} ${random.pick(UNITS)}`;
}
export interface Hit {
  readonly url: string;
  readonly title: string;
  readonly snippet: string;
}
export function hits(random: Random, subject: string, angle: string): Hit[] {
  return Array.from({ length: random.int(2, 3) }, () => ({
    url: `https://${random.pick(OUTLETS)}/${random.hex(6)}`,
    title: `${subject}: ${angle}`,
    snippet: `${claim(random, subject, angle)}.`,
  }));
}
