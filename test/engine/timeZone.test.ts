import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connection, Engine } from '../../src/engine/engine.ts';
import { zoneOffsets } from '../../src/engine/timeZone.ts';
import { random } from '../notebook/random.ts';
import { all, load, span, start, T0 } from './support.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const [FROM, TO] = [Date.UTC(2023, 0, 1), Date.UTC(2026, 10, 24)];

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  // Puts its clocks back for Ramadan.
  'Africa/Casablanca',
  // Changes at midnight: a day without a first hour.
  'Africa/Cairo',
];

/** What a clock in the zone shows, by Intl. */
function shown(zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  return (at) => format.format(at);
}

let engine: Engine;
let connection: Connection;
beforeAll(async () => {
  ({ engine, connection } = await start());
  await load(engine, 'a', {
    spans: [
      ...[FROM, Date.UTC(2024, 5, 1), Date.UTC(2025, 2, 1), TO].map((at, i) =>
        span({ trace_id: 't', span_id: `${i + 1}`, at: at - T0 }),
      ),
      span({ trace_id: 'stray', span_id: '1', at: Date.UTC(2100, 5, 1) - T0 }),
    ],
  });
});
afterAll(() => engine.close());

const local = async (times: readonly number[]) =>
  (
    await all(
      connection,
      `SELECT strftime(local(make_timestamp(t)), '%Y-%m-%d %H:%M:%S') FROM (SELECT unnest([${times.map((t) => t * 1000)}]::BIGINT[]) AS t)`,
    )
  ).map(([text]) => text);

describe.each(ZONES)('local(ts) in %s, beside a span of the year 2100', (zone) => {
  beforeAll(() => engine.setTimeZone(zone));
  const clock = shown(zone);

  it('shows what Intl does, at any time and about every change', async () => {
    const next = random(7);
    const { changes } = zoneOffsets(zone, FROM, TO);
    if (zone === 'Europe/Berlin') expect(changes).toHaveLength(8);
    const times = [
      ...Array.from({ length: 500 }, () => FROM + Math.floor((next() * (TO - FROM)) / 1000) * 1000),
      ...changes.flatMap(({ at }) => [-HOUR, -1000, 0, 1000, HOUR].map((d) => at + d)),
    ];
    expect(await local(times)).toEqual(times.map(clock));
  });

  it('days begin at its midnight', async () => {
    const times = Array.from({ length: 400 }, (_, i) => Date.UTC(2025, 0, 1) + i * 5 * HOUR + i * 60_000);
    await connection.setVariable('bucket', { intervalMs: DAY });
    const buckets = await all(
      connection,
      `SELECT strftime(time_bucket(getvariable('bucket'), local(make_timestamp(t))), '%Y-%m-%d %H:%M')
       FROM (SELECT unnest([${times.map((t) => t * 1000)}]::BIGINT[]) AS t)`,
    );
    expect(buckets.map(([text]) => text)).toEqual(times.map((t) => `${clock(t).slice(0, 10)} 00:00`));
  });
});
