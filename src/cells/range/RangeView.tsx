import { useMemo } from 'react';
import { columnFormat, UNKNOWN, unitOf } from '../../base/format.ts';
import { columnLabel } from '../../base/labels.ts';
import { fixed, toNumber } from '../../base/number.ts';
import { columnIndex, columnValues, field } from '../../base/table.ts';
import { ModelChip } from '../../widgets/chips.tsx';
import { emptyHint } from '../../widgets/emptyHint.ts';
import type { ViewProps } from '../view.ts';
import { type LogAxis, logAxis } from './logAxis.ts';
import './range.css';

/** `view=range y=model low=p50_latency_ms mid=p95_latency_ms high=p99_latency_ms`: ring, dot and tick on one log axis, with their figures. */
export function RangeView({ result, options, context }: ViewProps) {
  const { table } = result;
  const option = (key: string, fallback: string) =>
    typeof options[key] === 'string' ? options[key] : fallback;
  const y = option('y', table.columns[0]?.name ?? '');
  const [low, mid, high] = [
    option('low', 'p50_latency_ms'),
    option('mid', 'p95_latency_ms'),
    option('high', 'p99_latency_ms'),
  ];
  const marks = [low, mid, high];
  const { axis, formats, unit, scale } = useMemo(() => {
    const all = [low, mid, high].flatMap((name) => {
      const index = columnIndex(table, name);
      return index < 0 ? [] : columnValues(table, index);
    });
    // Durations are drawn in seconds, whatever they are stored in.
    const inSeconds = unitOf(low) === 'ms' ? 1 / 1000 : unitOf(low) === 'ns' ? 1 / 1e9 : 1;
    const values = all.map((v) => (toNumber(v) ?? 0) * inSeconds).filter((v) => v > 0);
    const isTime = inSeconds !== 1;
    return {
      axis: logAxis(values, isTime ? 's' : ''),
      scale: inSeconds,
      unit: isTime ? 's' : columnFormat(low, all).unit,
      formats: isTime ? (v: unknown) => seconds(v, inSeconds) : columnFormat(low, all).format,
    };
  }, [table, low, mid, high]);
  const isModel = /model/.test(y);
  const rows = Array.from({ length: table.numRows }, (_, row) => row);
  return (
    <div className="rng">
      <div className="lat-r hd">
        <span>{columnLabel(y)}</span>
        <div className="lp">
          <div className="lk">
            {marks.map((name, i) => (
              <span key={name}>
                <i className={KEYS[i]} />
                {columnLabel(name)}
              </span>
            ))}
          </div>
        </div>
        {marks.map((name) => (
          <span key={name} className="r">
            {columnLabel(name)}
            {unit === '' ? '' : `, ${unit}`}
          </span>
        ))}
      </div>
      {rows.map((row) => {
        const name = String(field(table, row, y) ?? UNKNOWN);
        const color = isModel ? context.modelColor(name) : 'var(--latency)';
        const places = marks.map((m) => {
          const value = toNumber(field(table, row, m));
          return value === undefined || value <= 0 ? undefined : axis.place(value * scale) * 100;
        });
        return (
          <div className="lat-r" key={row} style={{ '--c': color } as React.CSSProperties}>
            <span className="nm">{isModel ? <ModelChip model={name} color={color} /> : name}</span>
            <div className="lp">
              <Gridlines axis={axis} />
              <Marks places={places} />
            </div>
            {marks.map((m) => (
              <span key={m} className="r n">
                {formats(field(table, row, m))}
              </span>
            ))}
          </div>
        );
      })}
      {rows.length === 0 ? (
        <p className="note-line">{emptyHint(context.filters)}</p>
      ) : (
        <div className="lat-r ax">
          <span />
          <div className="lp">
            {axis.ticks
              .filter((t) => t.label !== '')
              .map((t) => (
                <em key={t.value} style={{ left: `${t.place * 100}%` }}>
                  {t.label}
                </em>
              ))}
          </div>
        </div>
      )}
    </div>
  );
}

const KEYS = ['k50', 'k95', 'k99'] as const;

function seconds(value: unknown, scale: number): string {
  const number = toNumber(value);
  return number === undefined ? UNKNOWN : fixed(number * scale, 2);
}

function Gridlines({ axis }: { readonly axis: LogAxis }) {
  return axis.ticks.map((t) => <u key={t.value} style={{ left: `${t.place * 100}%` }} />);
}

function Marks({ places }: { readonly places: readonly (number | undefined)[] }) {
  const known = places.filter((p) => p !== undefined);
  return (
    <>
      {known.length < 2 ? null : (
        <s style={{ left: `${Math.min(...known)}%`, right: `${100 - Math.max(...known)}%` }} />
      )}
      {places.map((place, i) =>
        place === undefined ? null : <i key={KEYS[i]} className={KEYS[i]} style={{ left: `${place}%` }} />,
      )}
    </>
  );
}
