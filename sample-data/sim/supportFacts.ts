import type { Random } from './random.ts';
import { CARRIERS, CITIES, DAYS, HUBS, ITEMS } from './supportTexts.ts';

/** What a session is about; fills the `{name}` in the texts. */
export type Facts = Readonly<Record<(typeof NAMES)[number], string>>;
const NAMES = [
  'order',
  'tracking',
  'city',
  'hub',
  'carrier',
  'item',
  'day',
  'days',
  'amount',
  'claim',
  'house',
  'parcels',
  'weight',
  'photo',
  'parcel',
] as const;

export function facts(random: Random): Facts {
  const number = random.int(10000, 98999);
  return {
    order: `A-${number}`,
    tracking: `NWP-${random.int(1000000, 9999999)}`,
    city: random.pick(CITIES),
    hub: random.pick(HUBS),
    carrier: random.pick(CARRIERS),
    item: random.pick(ITEMS),
    day: random.pick(DAYS),
    days: String(random.int(2, 9)),
    amount: `${random.int(9, 240)}.${random.pick(['00', '50', '90', '95'])} EUR`,
    claim: `C-${random.int(1000, 9999)}`,
    house: `${random.int(1, 140)}${random.pick(['', '', 'a', 'b'])}`,
    parcels: String(random.int(2, 40)),
    weight: String(random.int(1, 28)),
    photo: String(random.int(1000, 9999)),
    parcel: `A-${number}`,
  };
}

export function fill(template: string, f: Facts): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const found = NAMES.find((n) => n === name);
    if (found === undefined) throw new Error(`no fact "${name}" for: ${template}`);
    return f[found];
  });
}
