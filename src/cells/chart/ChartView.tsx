import { lazy, Suspense, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { valueAxis } from '../../base/axis.ts';
import { single } from '../../base/format.ts';
import { fromWall, span, timeTicks, toWall } from '../../base/time.ts';
import { emptyHint } from '../../widgets/emptyHint.ts';
import type { ViewProps } from '../view.ts';
import './chart.css';
import { type ChartData, chartData, largestValue, timeDomain } from './data.ts';
import { HorizontalBars } from './HorizontalBars.tsx';
import { Legend } from './Legend.tsx';
import { type Mark, marksOf } from './marks.ts';
import { Overlay } from './Overlay.tsx';
import { MARGIN, type MarkKind } from './plotArea.ts';

/** Plot is large, and the first paint needs none of it. */
const PlotFigure = lazy(async () => ({ default: (await import('./PlotFigure.tsx')).PlotFigure }));

const HEIGHT = 290;
/** Of half a tick's label, what the margin does not hold, px. */
const EDGE = 10;

/** `view=bar|line|area x= y= color= marks=`. Dragging over a time axis sets the filter's range. */
export function ChartView({ mark, ...props }: ViewProps & { readonly mark: MarkKind }) {
  const { result, options, context } = props;
  const { modelColor, range, timeZone } = context;
  const data = useMemo(
    () => chartData(result.table, options, { bucketMs: range.bucketMs, model: modelColor }),
    [result.table, options, range.bucketMs, modelColor],
  );
  const [host, width] = useWidth();
  const body =
    data === undefined ? (
      <p className="note-line">
        A chart needs an x column and a number: options x= and y=. Columns:{' '}
        {result.table.columns.map((c) => c.name).join(', ')}
      </p>
    ) : data.horizontal ? (
      <HorizontalBars data={data} />
    ) : (
      <Figure
        {...props}
        data={data}
        mark={mark}
        width={width}
        from={toWall(range.from, timeZone)}
        to={toWall(range.to, timeZone)}
      />
    );
  return (
    <div className="chart" ref={host}>
      {body}
      {data === undefined || data.series.length < 2 ? null : <Legend data={data} context={context} />}
      {data !== undefined && data.places.length === 0 ? (
        <p className="note-line over">{emptyHint(context.filters)}</p>
      ) : null}
    </div>
  );
}

interface FigureProps extends ViewProps {
  readonly data: ChartData;
  readonly mark: MarkKind;
  readonly width: number;
  /** The filter's range, wall time. */
  readonly from: number;
  readonly to: number;
}

function Figure({ data, mark, width, from, to, options, context, cellName }: FigureProps) {
  const stacked = mark === 'bar' || (mark === 'area' && data.additive);
  const height =
    typeof options.height === 'string' && Number(options.height) > 80 ? Number(options.height) : HEIGHT;
  const axis = useMemo(() => valueAxis(data.y, largestValue(data, stacked)), [data, stacked]);
  const domain = useMemo(() => timeDomain(data, { from, to }), [data, from, to]);
  const inner = Math.max(60, width - MARGIN.left - MARGIN.right);
  const ticks = useMemo(() => {
    const all = timeTicks(domain[0], domain[1], Math.max(2, Math.floor(inner / 72)));
    // A label at the very end would leave the cell.
    const room = ((domain[1] - domain[0]) / inner) * EDGE;
    return all.filter((t) => t.at <= domain[1] - room);
  }, [domain, inner]);
  const marksCell = typeof options.marks === 'string' ? context.cell(options.marks) : undefined;
  const marks = useMemo<Mark[]>(() => {
    if (data.kind !== 'time' || data.places.length === 0 || marksCell === undefined) return [];
    const state = marksCell;
    const shown = state.status === 'done' ? state.result : 'previous' in state ? state.previous : undefined;
    return shown === undefined ? [] : marksOf(shown.table, domain[0], domain[1]);
  }, [marksCell, domain, data]);
  if (width === 0) return <div style={{ height }} />;
  const label = `${cellName}: ${data.y} by ${data.x}${data.color === '' ? '' : `, by ${data.color}`}`;
  return (
    <div className="plot" style={{ height }}>
      <Suspense>
        <PlotFigure {...{ data, mark, stacked, axis, domain, ticks, width, height, label }} />
      </Suspense>
      <Overlay
        data={data}
        domain={domain}
        marks={marks}
        width={inner}
        height={height - MARGIN.top - MARGIN.bottom}
        title={(i) => {
          const place = data.places[i];
          if (place === undefined) return '';
          return data.kind === 'time' ? span(place.at, place.at + data.bucketMs) : place.label;
        }}
        format={(value) => single(data.y, value)}
        onBrush={
          data.kind !== 'time'
            ? undefined
            : (a, b) => {
                const iso = (wall: number) => new Date(fromWall(wall, context.timeZone)).toISOString();
                context.setFilters({ range: { from: iso(a), to: iso(b) } });
              }
        }
      />
    </div>
  );
}

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
