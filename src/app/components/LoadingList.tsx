import { useEffect } from 'react';
import { bytes, count, duration } from '../../base/format.ts';
import { FileName } from '../../widgets/FileName.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import type { LoadItem } from '../store.ts';

/** So long the list stays when there is nothing to say but that all went well. */
const QUIET_MS = 2500;

const whole = (n: number) => n.toLocaleString('en-US');
const plural = (n: number, word: string) => `${whole(n)} ${word}${n === 1 ? '' : 's'}`;

/** One line a file: what is read, what was read, what could not be. */
export function LoadingList() {
  const loads = useAppState((s) => s.loads);
  return (
    <section className="loadst" aria-label="Files being opened">
      <ul className="cell" data-testid="loads">
        {loads.map((item) => (
          <Line key={item.id} item={item} />
        ))}
      </ul>
      <p className="sr-only" role="status">
        {summary(loads)}
      </p>
    </section>
  );
}

/** The same list, floating over an open notebook while something is loading or worth saying. */
export function FloatingLoads() {
  const app = useApp();
  const loads = useAppState((s) => s.loads);
  const quiet = loads.every((l) => l.status === 'done' && loadNote(l) === undefined);
  useEffect(() => {
    if (!quiet) return;
    const timer = setTimeout(() => app.dismissLoads(), QUIET_MS);
    return () => clearTimeout(timer);
  }, [quiet, app]);
  return (
    <div className="loads-float" data-testid="loads-float">
      <header>
        {summary(loads)}
        <span className="sp" />
        <button type="button" className="ib" aria-label="Close" onClick={() => app.dismissLoads()}>
          <Icon name="x" />
        </button>
      </header>
      <LoadingList />
    </div>
  );
}

function summary(loads: readonly LoadItem[]): string {
  const open = loads.filter((l) => l.status === 'waiting' || l.status === 'reading').length;
  const refused = loads.filter((l) => l.status === 'refused').length;
  if (open > 0) return `Opening ${plural(open, 'file')}`;
  const done = plural(loads.filter((l) => l.status === 'done').length, 'file');
  return refused > 0 ? `${done} opened, ${refused} refused` : `${done} opened`;
}

const contents = ({ spans, logs }: { spans: number; logs: number }) =>
  spans === 0 && logs > 0 ? plural(logs, 'log record') : plural(spans, 'span');

/** What is to be said of a file beyond its spans. */
export function loadNote(item: LoadItem): string | undefined {
  if (item.status !== 'done') return item.message;
  const { spans, logs, rejects, duplicates, message } = item;
  const notes = [
    message,
    rejects > 0 ? `${plural(rejects, 'line')} skipped, ${plural(spans, 'span')} read` : undefined,
    duplicates > 0 ? `${whole(duplicates)} of ${plural(spans, 'span')} loaded already` : undefined,
  ].filter((note) => note !== undefined);
  if (notes.length > 0) return notes.join(' · ');
  return spans + logs === 0 ? 'No spans in this file' : undefined;
}

function Line({ item }: { item: LoadItem }) {
  const app = useApp();
  const note = loadNote(item);
  const open = item.status === 'waiting' || item.status === 'reading';
  const icon =
    item.status === 'refused'
      ? (['err', 'e'] as const)
      : item.status === 'cancelled'
        ? (['stop', ''] as const)
        : item.status !== 'done'
          ? (['file', ''] as const)
          : note !== undefined
            ? (['warn', 'w'] as const)
            : (['check', 'ok'] as const);
  const share = item.status === 'done' ? 1 : item.bytes === 0 ? 0 : item.readBytes / item.bytes;
  return (
    <li data-testid="load" data-status={item.status} data-file={item.name}>
      <Icon name={icon[0]} className={icon[1]} />
      <b>
        <FileName name={item.name} />
      </b>
      {note !== undefined ? (
        <span className="lt">{note}</span>
      ) : item.status === 'cancelled' ? (
        <span className="lt">Cancelled. Nothing of it was kept.</span>
      ) : (
        <>
          <span className="lb">
            <i style={{ width: `${(Math.min(1, share) * 100).toFixed(1)}%` }} />
          </span>
          <span className="n">
            {item.status === 'done'
              ? contents(item)
              : item.status === 'waiting'
                ? bytes(item.bytes)
                : `${bytes(item.readBytes)} of ${bytes(item.bytes)}`}
          </span>
          <span className="n rate">
            {item.status === 'done'
              ? duration(item.ms)
              : item.status === 'waiting'
                ? 'waiting'
                : `${count(item.spansPerSecond)} spans/s`}
          </span>
        </>
      )}
      {open ? (
        <button type="button" className="btn xs danger" onClick={() => app.cancelLoad(item.id)}>
          <Icon name="stop" />
          Cancel
        </button>
      ) : item.status === 'done' && item.rejects > 0 ? (
        <button type="button" className="btn xs" onClick={() => app.showRejects(item.sourceFile)}>
          Show lines
        </button>
      ) : item.status === 'done' ? (
        <span />
      ) : (
        <button
          type="button"
          className="ib"
          aria-label={`Dismiss ${item.name}`}
          onClick={() => app.dismissLoad(item.id)}
        >
          <Icon name="x" />
        </button>
      )}
    </li>
  );
}
