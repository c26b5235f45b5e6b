import { useEffect, useState } from 'react';
import { duration } from '../../base/format.ts';
import type { CellResult, CellState } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';

const whole = (n: number) => n.toLocaleString('en-US');

const figures = ({ ms, rowCount }: CellResult) =>
  `${duration(ms)} · ${whole(rowCount)} ${rowCount === 1 ? 'row' : 'rows'}`;

/** `19 ms · 25 rows`, or what is the matter, in words. */
export function CellMeta(props: { state: CellState; queued: boolean; onCancel(): void }) {
  const { state, queued, onCancel } = props;
  switch (state.status) {
    case 'never':
      return <span className="meta">not run yet</span>;
    case 'running':
      return (
        <RunningFor
          key={state.startedAt}
          before={state.previous === undefined ? 'running' : figures(state.previous)}
          onCancel={onCancel}
        />
      );
    case 'stale':
      if (queued) return <Waiting before={state.previous === undefined ? '' : figures(state.previous)} />;
      return <span className="meta warn">stale</span>;
    case 'error':
      return <span className="meta bad">failed after {duration(state.ms)}</span>;
    case 'cancelled':
      return <span className="meta">cancelled after {duration(state.ms)}</span>;
    case 'done': {
      const { unweighted } = state.result;
      return (
        <>
          {unweighted && (
            <span
              className="meta warn"
              title="Spans of this data stand for more than one. Use sample_weight, as the shipped panels do."
            >
              sampled: unweighted
            </span>
          )}
          <span className="meta" data-testid="meta">
            {figures(state.result)}
          </span>
        </>
      );
    }
  }
}

function Waiting({ before }: { before: string }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, []);
  return <span className="meta">{long ? 'waiting for its turn' : before}</span>;
}

/** A run that is soon over says nothing: nothing jumps. */
const QUIET_MS = 300;

function RunningFor({ before, onCancel }: { before: string; onCancel(): void }) {
  const [begun] = useState(() => performance.now());
  const [now, setNow] = useState(begun);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  const ms = now - begun;
  if (ms < QUIET_MS) return <span className="meta">{before}</span>;
  return (
    <>
      <span className="meta">{(ms / 1000).toFixed(1)} s</span>
      <button type="button" className="btn xs danger" onClick={onCancel}>
        <Icon name="stop" />
        Cancel <kbd>Esc</kbd>
      </button>
    </>
  );
}
