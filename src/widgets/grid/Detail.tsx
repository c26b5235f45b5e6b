import { useEffect, useRef } from 'react';
import { CopyButton } from '../CopyButton.tsx';
import { Icon } from '../Icon.tsx';
import { detailText } from './cellText.ts';
import './grid.css';

interface DetailProps {
  readonly title: string;
  readonly type: string;
  readonly value: unknown;
  /** The box that it covers a part of. */
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
}

/** One value, whole: long texts wrapped, JSON indented. Escape or a click outside closes. */
export function Detail({ title, type, value, anchor, onClose }: DetailProps) {
  const popover = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = popover.current;
    if (element === null) return;
    element.showPopover();
    if (anchor !== null) {
      const box = anchor.getBoundingClientRect();
      const width = Math.min(620, window.innerWidth - 32);
      element.style.width = `${width}px`;
      element.style.left = `${Math.max(16, Math.min(box.left + 60, window.innerWidth - width - 16))}px`;
      const height = element.offsetHeight;
      element.style.top = `${Math.max(16, Math.min(box.top + 34, window.innerHeight - height - 16))}px`;
    }
    element.focus();
  }, [anchor]);
  const text = detailText(value, type);
  return (
    <div
      ref={popover}
      popover="auto"
      className="gv-detail"
      role="dialog"
      aria-label={`Value of ${title}`}
      tabIndex={-1}
      onToggle={(e) => {
        if (e.newState === 'closed') onClose();
      }}
    >
      <header>
        <b>{title}</b>
        <span>{type}</span>
        <span className="sp" />
        <span className="n">{`${text.length.toLocaleString('en-US')} characters`}</span>
        <CopyButton text={text} label="Copy value" className="small" />
        <button
          type="button"
          className="ib small"
          aria-label="Close"
          onClick={() => popover.current?.hidePopover()}
        >
          <Icon name="x" />
        </button>
      </header>
      <pre>{text}</pre>
    </div>
  );
}
