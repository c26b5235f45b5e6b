import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { clock, span, timeTicks, toWall, weekday } from '../../base/time.ts';
import { clampRange, moveRange } from '../filters.ts';
import type { Extent } from '../store.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}
interface Drag {
  readonly what: 'new' | 'move' | 'from' | 'to';
  readonly startedAt: number;
  readonly range: Range;
}

/** Room for a label such as `Wed 18`. */
const TICK_PX = 48;

/** The histogram over all the data, with the window of time on it. Times are epoch ms UTC. */
export function Brush(props: {
  extent: Extent;
  /** The filtered range; the whole extent where there is no filter. */
  range: Range;
  zone: string;
  onChange(range: Range): void;
}) {
  const { extent, zone } = props;
  const host = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag>(undefined);
  const [draft, setDraft] = useState<Range>();
  const [ticks, setTicks] = useState(8);
  useEffect(() => {
    if (host.current === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setTicks(Math.max(2, Math.floor(entry.contentRect.width / TICK_PX)));
    });
    observer.observe(host.current);
    return () => observer.disconnect();
  }, []);
  const shown = draft ?? clampRange(props.range.from, props.range.to, extent);
  const length = Math.max(1, extent.to - extent.from);
  const percent = (time: number) => `${(((time - extent.from) / length) * 100).toFixed(3)}%`;
  const most = Math.max(1, ...extent.buckets.map((b) => b.traces));

  const timeAt = (event: PointerEvent) => {
    const box = host.current?.getBoundingClientRect();
    return box === undefined ? extent.from : extent.from + ((event.clientX - box.left) / box.width) * length;
  };
  const snap = (time: number) => Math.round(time / extent.bucketMs) * extent.bucketMs;
  const begin = (what: Drag['what']) => (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    host.current?.setPointerCapture(event.pointerId);
    drag.current = { what, startedAt: timeAt(event), range: shown };
  };
  const follow = (event: PointerEvent) => {
    const now = drag.current;
    if (now === undefined) return;
    const time = timeAt(event);
    if (now.what === 'move')
      setDraft(
        moveRange(now.range, Math.round((time - now.startedAt) / extent.bucketMs) * extent.bucketMs, extent),
      );
    else if (now.what === 'new') setDraft(clampRange(snap(now.startedAt), snap(time), extent));
    else if (now.what === 'from') setDraft(clampRange(snap(time), now.range.to, extent));
    else setDraft(clampRange(now.range.from, snap(time), extent));
  };
  const end = () => {
    drag.current = undefined;
    if (draft !== undefined) props.onChange(draft);
    setDraft(undefined);
  };
  const nudge = (what: 'move' | 'from' | 'to') => (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const step = by * extent.bucketMs;
    if (what === 'move') props.onChange(moveRange(shown, step, extent));
    else if (what === 'from')
      props.onChange(clampRange(Math.min(shown.from + step, shown.to), shown.to, extent));
    else props.onChange(clampRange(shown.from, Math.max(shown.to + step, shown.from), extent));
  };
  const [wallFrom, wallTo] = [toWall(extent.from, zone), toWall(extent.to, zone)];
  const text = `${span(toWall(shown.from, zone), toWall(shown.to, zone))} ${zone}`;

  return (
    <div
      className="brush"
      ref={host}
      data-testid="brush"
      onPointerDown={begin('new')}
      onPointerMove={follow}
      onPointerUp={end}
      onPointerCancel={() => {
        drag.current = undefined;
        setDraft(undefined);
      }}
    >
      <svg role="img" aria-label={`Traces over time, errors in red; selected: ${text}`}>
        {extent.buckets.map((bucket) => {
          const width = `${Math.max(0.15, (extent.bucketMs / length) * 100 * 0.8).toFixed(3)}%`;
          const height = (bucket.traces / most) * 28.5;
          const errors = bucket.errors === 0 ? 0 : Math.max(1.5, (bucket.errors / most) * 28.5);
          const middle = bucket.start + extent.bucketMs / 2;
          return (
            <g key={bucket.start}>
              <rect
                className={middle >= shown.from && middle <= shown.to ? 'in' : 'out'}
                x={percent(bucket.start)}
                y={30 - height}
                width={width}
                height={height}
              />
              {errors > 0 && (
                <rect
                  className="er"
                  x={percent(bucket.start)}
                  y={30 - errors}
                  width={width}
                  height={errors}
                />
              )}
            </g>
          );
        })}
      </svg>
      <div
        className="win"
        role="slider"
        tabIndex={0}
        aria-label="Time range"
        aria-valuemin={extent.from}
        aria-valuemax={extent.to}
        aria-valuenow={shown.from}
        aria-valuetext={text}
        title={text}
        style={{
          left: percent(shown.from),
          width: `${(((shown.to - shown.from) / length) * 100).toFixed(3)}%`,
        }}
        onPointerDown={begin(isWhole(shown, extent) ? 'new' : 'move')}
        onKeyDown={nudge('move')}
      />
      {(['from', 'to'] as const).map((edge) => (
        <div
          key={edge}
          className="hd"
          role="slider"
          tabIndex={0}
          aria-label={edge === 'from' ? 'Start of the range' : 'End of the range'}
          aria-valuemin={extent.from}
          aria-valuemax={extent.to}
          aria-valuenow={shown[edge]}
          aria-valuetext={`${span(toWall(shown[edge], zone), toWall(shown[edge], zone))} ${zone}`}
          style={{ left: percent(shown[edge]) }}
          onPointerDown={begin(edge)}
          onKeyDown={nudge(edge)}
        />
      ))}
      <div className="tk" aria-hidden="true">
        {timeTicks(wallFrom, wallTo, ticks).map((tick) => (
          <span
            key={tick.at}
            style={{ left: `${(((tick.at - wallFrom) / Math.max(1, wallTo - wallFrom)) * 100).toFixed(2)}%` }}
          >
            {tick.day ? `${weekday(tick.at)} ${new Date(tick.at).getUTCDate()}` : tick.label}
          </span>
        ))}
      </div>
      {draft !== undefined && (
        <div className="tip1" style={{ left: percent(shown.from) }}>
          {span(toWall(shown.from, zone), toWall(shown.to, zone))} {zone}
          {shown.to - shown.from < 60_000 ? ` (${clock(shown.from, 'second')})` : ''}
        </div>
      )}
    </div>
  );
}

const isWhole = (range: Range, extent: Range) => range.from <= extent.from && range.to >= extent.to;
