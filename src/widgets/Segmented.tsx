import { type KeyboardEvent, useRef } from 'react';
import './controls.css';

export interface Segment<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Small figure behind the label. */
  readonly count?: string;
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly segments: readonly Segment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

/** A radio group drawn as one button row; arrow keys move and choose. */
export function Segmented<T extends string>({ label, segments, value, onChange }: SegmentedProps<T>) {
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = segments.findIndex((s) => s.value === value);
    const next = (at + step + segments.length) % segments.length;
    const segment = segments[next];
    if (segment === undefined) return;
    onChange(segment.value);
    group.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div className="seg" role="radiogroup" aria-label={label} ref={group} onKeyDown={move}>
      {segments.map((s) => (
        // biome-ignore lint/a11y/useSemanticElements: native radios cannot be laid out as one row of buttons
        <button
          key={s.value}
          type="button"
          role="radio"
          aria-checked={s.value === value}
          tabIndex={s.value === value ? 0 : -1}
          onClick={() => onChange(s.value)}
        >
          {s.label}
          {s.count === undefined ? null : <b>{s.count}</b>}
        </button>
      ))}
    </div>
  );
}
