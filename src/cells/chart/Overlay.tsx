import { type PointerEvent, useState } from 'react';
import { clock } from '../../base/time.ts';
import type { ChartData } from './data.ts';
import type { Mark } from './marks.ts';
import { MARGIN } from './plotArea.ts';

interface OverlayProps {
  readonly data: ChartData;
  readonly domain: readonly [number, number];
  readonly marks: readonly Mark[];
  /** Of the plot without its margins, px. */
  readonly width: number;
  readonly height: number;
  readonly title: (place: number) => string;
  readonly format: (value: number) => string;
  readonly onBrush?: (from: number, to: number) => void;
}

/** Below this a drag is a click. */
const DRAG = 4;

/** What the pointer sees: a line and the figures of the place below it, a brush on a time axis, and the marks. */
export function Overlay({ data, domain, marks, width, height, title, format, onBrush }: OverlayProps) {
  const [place, setPlace] = useState<number>();
  const [brush, setBrush] = useState<{ readonly start: number; readonly end: number }>();
  const isTime = data.kind === 'time';
  const pixel = (at: number) => ((at - domain[0]) / (domain[1] - domain[0])) * width;
  const time = (px: number) => domain[0] + (px / width) * (domain[1] - domain[0]);
  const center = (index: number) =>
    isTime
      ? pixel((data.places[index]?.at ?? 0) + data.bucketMs / 2)
      : ((index + 0.5) / data.places.length) * width;
  const placeAt = (px: number): number | undefined => {
    if (!isTime)
      return Math.max(0, Math.min(data.places.length - 1, Math.floor((px / width) * data.places.length)));
    const at = time(px);
    const index = data.places.findIndex((p) => at >= p.at && at < p.at + data.bucketMs);
    return index < 0 ? undefined : index;
  };
  const x = (e: PointerEvent<HTMLDivElement>) =>
    Math.max(0, Math.min(width, e.clientX - e.currentTarget.getBoundingClientRect().left));
  const snapped = (a: number, b: number): [number, number] => {
    const origin = data.places[0]?.at ?? 0;
    const step = data.bucketMs;
    const from = origin + Math.floor((time(Math.min(a, b)) - origin) / step) * step;
    const to = origin + Math.ceil((time(Math.max(a, b)) - origin) / step) * step;
    return [Math.max(domain[0], from), Math.min(domain[1], to)];
  };
  const finish = () => {
    if (brush !== undefined && onBrush !== undefined && Math.abs(brush.end - brush.start) >= DRAG) {
      const [from, to] = snapped(brush.start, brush.end);
      if (to > from) onBrush(from, to);
    }
    setBrush(undefined);
  };
  return (
    <div
      className={onBrush === undefined ? 'over-plot' : 'over-plot brushes'}
      style={{ left: MARGIN.left, top: MARGIN.top, width, height }}
      onPointerMove={(e) => {
        const px = x(e);
        setPlace(placeAt(px));
        if (brush !== undefined) setBrush({ ...brush, end: px });
      }}
      onPointerLeave={() => setPlace(undefined)}
      onPointerDown={(e) => {
        if (onBrush === undefined || e.button !== 0) return;
        e.currentTarget.setPointerCapture(e.pointerId);
        setBrush({ start: x(e), end: x(e) });
      }}
      onPointerUp={finish}
      onPointerCancel={() => setBrush(undefined)}
    >
      <MarkLines marks={marks} pixel={pixel} width={width} />
      {brush === undefined || Math.abs(brush.end - brush.start) < DRAG ? null : (
        <span
          className="brushed"
          style={{ left: Math.min(brush.start, brush.end), width: Math.abs(brush.end - brush.start) }}
        />
      )}
      {place === undefined ? null : (
        <>
          <span className="hoverline" style={{ left: center(place) }} />
          <Tip
            data={data}
            place={place}
            at={center(place)}
            width={width}
            title={title(place)}
            format={format}
          />
        </>
      )}
    </div>
  );
}

interface TipProps {
  readonly data: ChartData;
  readonly place: number;
  readonly at: number;
  readonly width: number;
  readonly title: string;
  readonly format: (value: number) => string;
}

function Tip({ data, place, at, width, title, format }: TipProps) {
  const values = data.places[place]?.values ?? [];
  const parts = data.series.map((s, i) => ({ ...s, value: values[i] })).filter((p) => p.value !== undefined);
  const total = parts.reduce((sum, p) => sum + (p.value ?? 0), 0);
  const side = at > width / 2 ? { right: width - at + 14 } : { left: at + 14 };
  return (
    <div className="tip" style={side}>
      <div className="tip-h">
        {title}
        {data.additive || parts.length === 1 ? <b>{format(total)}</b> : null}
      </div>
      {data.series.length < 2
        ? null
        : parts.map((p) => (
            <div key={p.name}>
              <i style={{ background: p.color }} />
              {p.label}
              <b>{format(p.value ?? 0)}</b>
            </div>
          ))}
    </div>
  );
}

/** Lines of texts above the plot. */
const ROWS = 3;

/**
 * Text to the left of its line, in the first row where it runs into no other; where there is none, it is shown on hover
 * only.
 */
function MarkLines({
  marks,
  pixel,
  width,
}: {
  readonly marks: readonly Mark[];
  readonly pixel: (at: number) => number;
  readonly width: number;
}) {
  const free = new Array<number>(ROWS).fill(0);
  return marks.map((mark) => {
    const at = pixel(mark.at);
    const text = `${clock(mark.at)} ${mark.text}`;
    const need = text.length * 5.8 + 14;
    const leftRow = free.findIndex((from) => at - need >= from);
    const rightRow = leftRow >= 0 || at + need > width ? -1 : free.findIndex((from) => at >= from);
    const row = Math.max(leftRow, rightRow);
    const right = leftRow < 0;
    if (row >= 0) free[row] = right ? at + need : at + 4;
    return (
      <span className="anno" key={`${mark.at} ${mark.text}`} style={{ left: at }} title={text}>
        {row < 0 ? null : (
          <span className={right ? 'rt' : ''} style={{ top: row * 15 - 5 }}>
            {text}
          </span>
        )}
      </span>
    );
  });
}
