import { useMemo } from 'react';
import { span, toWall } from '../../base/time.ts';
import type { ViewProps } from '../view.ts';
import { type Point, type Tile, tilesOf } from './tiles.ts';
import './tiles.css';

/** `view=tiles`: figures with their change against the period before, and a sparkline. */
export function TilesView({ result, options, context }: ViewProps) {
  const { range, timeZone } = context;
  const tiles = useMemo(
    () =>
      tilesOf(result.table, result.before, options, {
        from: toWall(range.from, timeZone),
        to: toWall(range.to, timeZone),
        bucketMs: range.bucketMs,
      }),
    [result, options, range.from, range.to, range.bucketMs, timeZone],
  );
  const length = range.to - range.from;
  const [from, to] = [range.from - length, range.from].map((t) => toWall(t, timeZone));
  const before = `the period before, ${span(from ?? 0, to ?? 0)} ${timeZone}`;
  return (
    <dl className="tiles" style={{ '--tiles': tiles.length } as React.CSSProperties}>
      {tiles.map((tile) => (
        <div key={tile.name} className="tile" data-metric={tile.name}>
          <dt className="tl">{tile.label}</dt>
          <dd>
            <div className="tv">
              {tile.figure.text}
              {tile.figure.unit === '' ? null : <small>{` ${tile.figure.unit}`}</small>}
            </div>
            <div className="ts">
              {tile.delta === undefined ? (
                result.before !== undefined && (
                  <span className="dl neutral" title={`nothing to compare with in ${before}`}>
                    –
                  </span>
                )
              ) : (
                <span className={`dl ${tile.delta.tone}`} title={`${tile.before ?? '–'} in ${before}`}>
                  {tile.delta.text}
                </span>
              )}
              {tile.sub.length > 0 && (
                <span className="sub">
                  {tile.sub.map(({ text, meaning }) => (
                    <span key={text} title={meaning}>
                      {text}
                    </span>
                  ))}
                </span>
              )}
            </div>
            <Spark tile={tile} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const HEIGHT = 28;

function Spark({ tile }: { readonly tile: Tile }) {
  const most = Math.max(0, ...tile.spark.flat().map((p) => p.y));
  const point = ({ x, y }: Point) =>
    `${(x * 100).toFixed(2)} ${(HEIGHT - 2 - (most === 0 ? 0 : (y / most) * (HEIGHT - 6))).toFixed(2)}`;
  const line = tile.spark.map((piece) => {
    const [only] = piece;
    // A single bucket is a dash, so that it can be seen.
    if (piece.length === 1 && only !== undefined)
      return `M${point({ ...only, x: only.x - 0.006 })}L${point({ ...only, x: only.x + 0.006 })}`;
    return `M${piece.map(point).join('L')}`;
  });
  const area = tile.spark
    .filter((piece) => piece.length > 1)
    .map((piece) => {
      const [first, last] = [piece[0]?.x ?? 0, piece.at(-1)?.x ?? 0];
      return `M${(first * 100).toFixed(2)} ${HEIGHT}L${piece.map(point).join('L')}L${(last * 100).toFixed(2)} ${HEIGHT}Z`;
    });
  return (
    <svg
      className={`spark ${tile.tone}`}
      viewBox={`0 0 100 ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path className="a" d={area.join('')} />
      <path className="l" d={line.join('')} />
    </svg>
  );
}
