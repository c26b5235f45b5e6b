import { memo } from 'react';
import { duration } from '../../base/format.ts';
import { fixed } from '../../base/number.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { kindColor } from './kinds.ts';
import { ancestors, type Node, type TraceTree } from './layout.ts';
import type { TimeWindow } from './window.ts';

interface TimelineRowProps {
  readonly tree: TraceTree;
  readonly index: number;
  readonly top: number;
  readonly window: TimeWindow;
  /** Of the time pane, px. */
  readonly width: number;
  readonly selected: boolean;
  readonly folded: boolean;
  readonly found: boolean;
  readonly onFold: (index: number) => void;
}

/** More levels than this are told by a number. */
const GUIDES = 7;

export const TimelineRow = memo(function TimelineRow(props: TimelineRowProps) {
  const { tree, index, top, window, width, selected, folded, found, onFold } = props;
  const node = tree.nodes[index];
  if (node === undefined) return null;
  const { span } = node;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the tree has the focus, aria-activedescendant tells the row
    <div
      role="treeitem"
      id={rowId(span.id)}
      aria-level={node.depth + 1}
      aria-selected={selected}
      aria-expanded={node.children.length === 0 ? undefined : !folded}
      className={`wr${selected ? ' sel' : ''}${span.failed ? ' er' : ''}${found ? ' hit' : ''}`}
      style={{ transform: `translateY(${top}px)` }}
      data-index={index}
      data-span={span.id}
    >
      <div className="wn">
        <Guides tree={tree} index={index} />
        {node.children.length === 0 ? (
          <span className="fold" />
        ) : (
          <button
            type="button"
            className="fold"
            tabIndex={-1}
            aria-label={folded ? 'Unfold' : 'Fold'}
            onClick={(e) => {
              e.stopPropagation();
              onFold(index);
            }}
          >
            <Icon name={folded ? 'right' : 'down'} />
          </button>
        )}
        <i className="kd" style={{ background: kindColor(span.kind) }} />
        <b title={span.name}>{span.name || '(no name)'}</b>
        {span.failed ? <Icon name="err" className="ei" title="failed" /> : null}
        {folded ? <span className="hid">+{node.size - 1}</span> : null}
        <Flags node={node} />
        <span className="sp" />
        <Cost node={node} />
      </div>
      <Bar node={node} window={window} width={width} />
    </div>
  );
});

export const rowId = (spanId: string) => `span-${spanId}`;

function Guides({ tree, index }: { readonly tree: TraceTree; readonly index: number }) {
  const node = tree.nodes[index];
  if (node === undefined || node.depth === 0) return null;
  const path = ancestors(tree, index).slice(0, GUIDES);
  const more = node.depth - path.length;
  // The root has no line of its own.
  const inner = path.filter((a) => (tree.nodes[a]?.depth ?? 0) > 0).reverse();
  return (
    <>
      {more > 0 ? <span className="hid">{more}›</span> : null}
      {inner.map((a) => (
        <i key={a} className={tree.nodes[a]?.last === true ? 'g' : 'g v'} />
      ))}
      <i className={node.last ? 'g l' : 'g t'} />
    </>
  );
}

function Flags({ node }: { readonly node: Node }) {
  const flags = [
    node.orphan ? ['orphan', 'Its parent span is not in the data.'] : undefined,
    node.cycle ? ['cycle', 'Its parents form a circle; it is cut here.'] : undefined,
    node.skew > 0
      ? ['skew', `Starts ${duration(node.skew)} before its parent: the clocks of two hosts differ.`]
      : undefined,
  ].filter((f) => f !== undefined);
  return flags.map(([name, text]) => (
    <span key={name} className="flag" title={text}>
      {name}
    </span>
  ));
}

function Cost({ node }: { readonly node: Node }) {
  const { span, subtreeCost, children } = node;
  if (children.length > 0 && subtreeCost !== undefined)
    return (
      <span className="n sum" title="sum of the calls in this subtree">
        Σ {fixed(subtreeCost, 6)}
      </span>
    );
  return span.cost === undefined ? null : <span className="n">{fixed(span.cost, 6)}</span>;
}

function Bar({
  node,
  window,
  width,
}: {
  readonly node: Node;
  readonly window: TimeWindow;
  readonly width: number;
}) {
  const { span, end } = node;
  const length = window.to - window.from;
  const x = (at: number) => ((at - window.from) / length) * width;
  const [left, right] = [x(span.start), Math.max(x(end), x(span.start) + 3)];
  const label = node.unfinished ? 'not finished' : duration(span.duration ?? 0);
  const extra = [span.model, span.failed ? span.error || 'error' : ''].filter((t) => t !== '');
  const [from, to] = [Math.max(0, left), Math.min(width, right)];
  const outside = right < 0 || left > width;
  const { side, room } = labelSide(label, extra, from, width - to);
  const style =
    side === 'right'
      ? { left: to, maxWidth: room }
      : side === 'left'
        ? { right: width - from, maxWidth: room }
        : { right: Math.max(0, width - to) };
  return (
    <div className="wt">
      {outside ? (
        <span className={left > width ? 'out gt' : 'out lt'}>
          <Icon name="right" className={left > width ? 'xs' : 'xs flip'} />
        </span>
      ) : (
        <>
          <i
            className={`b${node.depth === 0 ? ' root' : ''}${node.unfinished ? ' open' : ''}`}
            style={{ left, width: right - left, '--k': kindColor(span.kind) } as React.CSSProperties}
          >
            {span.firstToken === undefined || span.firstToken > end - span.start + 0.5 ? null : (
              <u
                style={{ left: `${(span.firstToken / Math.max(end - span.start, 1e-6)) * 100}%` }}
                title={`first token after ${duration(span.firstToken)}`}
              />
            )}
          </i>
          <span className={`bl ${side}`} style={style}>
            <b>{label}</b>
            {side === 'over' ? null : (
              <>
                {span.model === '' ? null : <em>{span.model}</em>}
                {span.failed ? <em className="e">{span.error || 'error'}</em> : null}
              </>
            )}
          </span>
        </>
      )}
    </div>
  );
}

/** Width of a digit of the label, and of a letter of what follows, px. */
const DIGIT = 6.4;
const LETTER = 5.7;
const AROUND = 14;

/** Right of the bar if all of it fits, else where more room is; over the bar where not even the duration fits. */
function labelSide(
  label: string,
  extra: readonly string[],
  leftRoom: number,
  rightRoom: number,
): { side: 'left' | 'right' | 'over'; room: number } {
  const least = label.length * DIGIT + AROUND;
  const need = least + extra.reduce((sum, t) => sum + t.length * LETTER + 8, 0);
  if (rightRoom >= need) return { side: 'right', room: rightRoom };
  if (leftRoom >= need) return { side: 'left', room: leftRoom };
  if (Math.max(leftRoom, rightRoom) < least) return { side: 'over', room: 0 };
  return rightRoom >= leftRoom ? { side: 'right', room: rightRoom } : { side: 'left', room: leftRoom };
}
