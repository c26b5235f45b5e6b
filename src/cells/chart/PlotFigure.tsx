import * as Plot from '@observablehq/plot';
import { useLayoutEffect, useRef } from 'react';
import type { ValueAxis } from '../../base/axis.ts';
import type { Tick } from '../../base/time.ts';
import { type ChartData, stack } from './data.ts';
import { MARGIN, type MarkKind } from './plotArea.ts';

export interface PlotFigureProps {
  readonly data: ChartData;
  readonly mark: MarkKind;
  readonly stacked: boolean;
  readonly axis: ValueAxis;
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  readonly width: number;
  readonly height: number;
  readonly label: string;
}

/** The drawing: axes and marks. What the pointer does is laid over it. */
export function PlotFigure(props: PlotFigureProps) {
  const { data, mark, stacked, axis, domain, ticks, width, height, label } = props;
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const plot = Plot.plot({
      width,
      height,
      marginLeft: MARGIN.left,
      marginRight: MARGIN.right,
      marginTop: MARGIN.top,
      marginBottom: MARGIN.bottom,
      ariaLabel: label,
      style: { background: 'none', fontFamily: 'var(--mono)', fontSize: '10.5px', color: 'var(--text-3)' },
      x:
        data.kind === 'time'
          ? { type: 'utc', domain: domain.map((t) => new Date(t)), axis: null }
          : { type: 'band', domain: data.places.map((p) => p.label), axis: null, padding: 0.24 },
      y: { type: 'linear', domain: [0, axis.max], axis: null },
      marks: [
        Plot.ruleY(
          axis.ticks.map((t) => t.value),
          {
            stroke: (v: number) => (v === 0 ? 'var(--line-strong)' : 'var(--grid)'),
            shapeRendering: 'crispEdges',
          },
        ),
        Plot.axisY(
          axis.ticks.map((t) => t.value),
          {
            tickSize: 0,
            tickPadding: 8,
            tickFormat: (v: number) => axis.ticks.find((t) => t.value === v)?.label ?? '',
            label: null,
          },
        ),
        xAxis(data, ticks, width),
        ...marksFor(data, mark, stacked),
      ],
    });
    host.current?.replaceChildren(plot);
    return () => plot.remove();
  }, [data, mark, stacked, axis, domain, ticks, width, height, label]);
  return <div ref={host} className="plot-svg" />;
}

function xAxis(data: ChartData, ticks: readonly Tick[], width: number): Plot.Markish {
  if (data.kind === 'time')
    return Plot.axisX(
      ticks.map((t) => new Date(t.at)),
      {
        tickSize: 0,
        tickPadding: 8,
        tickFormat: (d: Date) => ticks.find((t) => t.at === d.getTime())?.label ?? '',
        label: null,
      },
    );
  const room = Math.max(3, Math.floor(width / Math.max(1, data.places.length) / 6.6));
  return Plot.axisX({
    tickSize: 0,
    tickPadding: 8,
    label: null,
    tickFormat: (d: string) => (d.length > room ? `${d.slice(0, room - 1)}…` : d),
  });
}

function marksFor(data: ChartData, mark: MarkKind, stacked: boolean): Plot.Markish[] {
  const { bucketMs, series, places } = data;
  if (mark === 'bar') {
    const bars = stack(data);
    return series.map((s, index) => {
      const own = bars.filter((b) => b.series === index);
      const common = {
        y1: (b: (typeof bars)[number]) => b.from,
        y2: (b: (typeof bars)[number]) => b.to,
        fill: paint(s.color),
        insetTop: 0.5,
        insetBottom: 0,
      };
      return data.kind === 'time'
        ? Plot.rect(own, {
            ...common,
            x1: (b) => new Date((places[b.place]?.at ?? 0) + bucketMs * 0.12),
            x2: (b) => new Date((places[b.place]?.at ?? 0) + bucketMs * 0.88),
          })
        : Plot.barY(own, { ...common, x: (b) => places[b.place]?.label ?? '' });
    });
  }
  const x = (p: { at: number; label: string }) =>
    data.kind === 'time' ? new Date(p.at + bucketMs / 2) : p.label;
  if (mark === 'area' && stacked) {
    // A stack has no holes: an unknown part is nothing there.
    const tops = places.map(() => 0);
    return series.map((s, index) => {
      const points = places.map((p, i) => {
        const from = tops[i] ?? 0;
        tops[i] = from + Math.max(0, p.values[index] ?? 0);
        return { x: x(p), from, to: tops[i] ?? 0 };
      });
      return Plot.areaY(points, { x: 'x', y1: 'from', y2: 'to', fill: paint(s.color), fillOpacity: 0.85 });
    });
  }
  return series.flatMap((s, index) => {
    const points = withGaps(data).map((p) => ({ x: x(p), y: p.values[index] ?? Number.NaN }));
    const lone = points.filter(
      (p, i) =>
        !Number.isNaN(p.y) &&
        Number.isNaN(points[i - 1]?.y ?? Number.NaN) &&
        Number.isNaN(points[i + 1]?.y ?? Number.NaN),
    );
    return [
      ...(mark === 'area'
        ? [Plot.areaY(points, { x: 'x', y: 'y', fill: paint(s.color), fillOpacity: 0.14 })]
        : []),
      Plot.lineY(points, { x: 'x', y: 'y', stroke: paint(s.color), strokeWidth: 1.5 }),
      Plot.dot(lone, { x: 'x', y: 'y', fill: paint(s.color), r: 2 }),
    ];
  });
}

/** With an empty place in each hole of the buckets: a line must not bridge what is unknown; a count is 0 there. */
export function withGaps(
  data: ChartData,
): { at: number; label: string; values: readonly (number | undefined)[] }[] {
  if (data.kind !== 'time') return [...data.places];
  const empty = data.series.map(() => (data.additive ? 0 : undefined));
  return data.places.flatMap((place, i) => {
    const next = data.places[i + 1];
    const shown = data.additive ? { ...place, values: place.values.map((v) => v ?? 0) } : place;
    if (next === undefined || next.at - place.at < data.bucketMs * 1.5) return [shown];
    const gap = (at: number) => ({ at, label: '', values: empty });
    return [shown, gap(place.at + data.bucketMs), gap(next.at - data.bucketMs)];
  });
}

/** Plot tells a colour from a field's name by its look, and does not know `light-dark()`. */
const paint = (color: string) =>
  /^(var|oklch|#|rgb)/.test(color) ? color : `color-mix(in oklab, ${color} 100%, transparent)`;
