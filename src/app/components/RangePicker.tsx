import { type FormEvent, useState } from 'react';
import type { Filters } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { Segmented } from '../../widgets/Segmented.tsx';
import { customRange, LAST, lastLabel, parseTimeInput, rangeLabel, timeInput } from '../filters.ts';
import { localZone } from '../timeZone.ts';
import { usePopover } from './usePopover.ts';

export function RangePicker(props: {
  range: Filters['range'];
  /** What is selected now, epoch ms; the custom fields start from it. */
  current: { readonly from: number; readonly to: number };
  zone: string;
  onChange(range: Filters['range']): void;
  onZone(zone: string): void;
}) {
  const local = localZone();
  const zones = [...new Set(['UTC', props.zone, local])];
  const { host, open, setOpen } = usePopover<HTMLDivElement>();
  const choose = (range: Filters['range']) => {
    props.onChange(range);
    setOpen(false);
  };
  const last = props.range !== undefined && 'last' in props.range ? props.range.last : undefined;
  return (
    <div className="pop-host" ref={host}>
      <button
        type="button"
        className="fld time"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={`Time range: ${rangeLabel(props.range, props.zone)}, ${props.zone}`}
        onClick={() => setOpen(!open)}
      >
        <Icon name="clock" />
        <b>{rangeLabel(props.range, props.zone)}</b>
        <small>{props.zone}</small>
        <Icon name="down" />
      </button>
      {open && (
        <div className="pop range" role="dialog" aria-label="Time range">
          {LAST.map((option) => (
            <button
              key={option}
              type="button"
              className={`opt${last === option ? ' cur' : ''}`}
              aria-pressed={last === option}
              onClick={() => choose({ last: option })}
            >
              {lastLabel(option)}
              <span className="sp" />
              {last === option && <Icon name="check" />}
            </button>
          ))}
          <button
            type="button"
            className={`opt${props.range === undefined ? ' cur' : ''}`}
            aria-pressed={props.range === undefined}
            onClick={() => choose(undefined)}
          >
            All time
            <span className="sp" />
            {props.range === undefined && <Icon name="check" />}
          </button>
          <div className="rule" />
          <Custom key={props.zone} current={props.current} zone={props.zone} onChange={choose} />
          {zones.length > 1 && (
            <>
              <div className="rule" />
              <div className="zones">
                <span className="hint">times in</span>
                <Segmented
                  label="Time zone"
                  value={props.zone}
                  segments={zones.map((zone) => ({ value: zone, label: zone }))}
                  onChange={props.onZone}
                />
              </div>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Custom(props: {
  current: { readonly from: number; readonly to: number };
  zone: string;
  onChange(range: Filters['range']): void;
}) {
  const [from, setFrom] = useState(timeInput(props.current.from, props.zone));
  const [to, setTo] = useState(timeInput(props.current.to, props.zone));
  const [start, end] = [parseTimeInput(from, props.zone), parseTimeInput(to, props.zone)];
  const problem =
    start === undefined || end === undefined
      ? 'Write 2026-11-23 14:00'
      : start >= end
        ? 'From must be before to'
        : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined && start !== undefined && end !== undefined)
      props.onChange(customRange(start, end));
  };
  return (
    <form className="custom" onSubmit={submit}>
      <label htmlFor="range-from">from</label>
      <input
        id="range-from"
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        spellCheck={false}
      />
      <label htmlFor="range-to">to</label>
      <input id="range-to" value={to} onChange={(event) => setTo(event.target.value)} spellCheck={false} />
      <div className="acts">
        <span className="hint">{problem ?? props.zone}</span>
        <button type="submit" className="btn xs" disabled={problem !== undefined}>
          Apply
        </button>
      </div>
    </form>
  );
}
