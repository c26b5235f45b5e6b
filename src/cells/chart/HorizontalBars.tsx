import { useMemo } from 'react';
import { valueAxis } from '../../base/axis.ts';
import { single } from '../../base/format.ts';
import { columnHead } from '../../base/labels.ts';
import { type ChartData, largestValue, stack } from './data.ts';

/** Categories down the side, each with its bar and figure. */
export function HorizontalBars({ data }: { readonly data: ChartData }) {
  const { axis, bars } = useMemo(() => {
    const byPlace = new Map<number, ReturnType<typeof stack>>();
    for (const bar of stack(data)) byPlace.set(bar.place, [...(byPlace.get(bar.place) ?? []), bar]);
    return { axis: valueAxis(data.y, largestValue(data, true), 7), bars: byPlace };
  }, [data]);
  const share = (value: number) => `${((value / axis.max) * 100).toFixed(2)}%`;
  const longest = Math.min(24, Math.max(6, ...data.places.map((p) => p.label.length)));
  return (
    <div className="hbars" style={{ '--label': `${longest * 7 + 8}px` } as React.CSSProperties}>
      <div className="hb-t">{columnHead(data.y)}</div>
      {data.places.map((place, p) => {
        const own = bars.get(p) ?? [];
        const total = own.at(-1)?.to ?? 0;
        return (
          <div className="hb" key={place.label}>
            <span className="mono" title={place.label}>
              {place.label}
            </span>
            <div className="hbp">
              {axis.ticks.map((t) => (
                <u key={t.value} style={{ left: share(t.value) }} />
              ))}
              {own.map((bar) => (
                <i
                  key={bar.series}
                  title={`${data.series[bar.series]?.label ?? ''} ${single(data.y, bar.to - bar.from)}`}
                  style={{
                    left: share(bar.from),
                    width: share(bar.to - bar.from),
                    background: data.series[bar.series]?.color,
                  }}
                />
              ))}
              <b style={{ left: share(total) }}>
                {single(data.y, own.length === 0 ? place.values[0] : total)}
              </b>
            </div>
          </div>
        );
      })}
      <div className="hb ax">
        <span />
        <div className="hbp">
          {axis.ticks.map((t) => (
            <em key={t.value} style={{ left: share(t.value) }}>
              {t.label}
            </em>
          ))}
        </div>
      </div>
    </div>
  );
}
