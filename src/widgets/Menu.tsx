import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import { Icon, type IconName } from './Icon.tsx';
import './menu.css';

export interface MenuItem {
  readonly label: string;
  readonly onSelect: () => void;
  readonly icon?: IconName;
  /** Shortcut or value at the right edge. */
  readonly hint?: string;
  readonly disabled?: boolean;
  readonly danger?: boolean;
  /** Given: the item is one of a choice. */
  readonly checked?: boolean;
}
export type MenuEntry = MenuItem | 'separator';

interface MenuProps {
  /** Name of the button and of the menu. */
  readonly label: string;
  readonly items: readonly MenuEntry[];
  /** What the button shows; three dots by default. */
  readonly children?: ReactNode;
  readonly className?: string;
  readonly disabled?: boolean;
}

const GAP = 4;

/** Under the button, right edges aligned; above it or shifted where there is no room. */
function place(button: HTMLElement, menu: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = at.bottom + GAP + height <= window.innerHeight;
  const left = at.right - width >= GAP ? at.right - width : at.left;
  menu.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
  menu.style.top = `${below ? at.bottom + GAP : Math.max(GAP, at.top - GAP - height)}px`;
}

/** A button with a menu: arrows, Home, End, first letters; Enter or Space chooses; Escape or a click outside closes. */
export function Menu({ label, items, children, className = 'ib', disabled = false }: MenuProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);

  const entries = () => [
    ...(menu.current?.querySelectorAll<HTMLElement>('[role^=menuitem]:not(:disabled)') ?? []),
  ];
  const show = () => {
    if (menu.current === null || button.current === null) return;
    menu.current.showPopover();
    place(button.current, menu.current);
    entries()[0]?.focus();
  };
  const hide = () => {
    menu.current?.hidePopover();
    button.current?.focus();
  };
  const keys = (event: KeyboardEvent) => {
    const list = entries();
    const at = list.indexOf(document.activeElement as HTMLElement);
    const focus = (index: number) => {
      event.preventDefault();
      list[(index + list.length) % list.length]?.focus();
    };
    event.stopPropagation();
    if (event.key === 'ArrowDown') focus(at + 1);
    else if (event.key === 'ArrowUp') focus(at < 0 ? list.length - 1 : at - 1);
    else if (event.key === 'Home') focus(0);
    else if (event.key === 'End') focus(list.length - 1);
    else if (event.key === 'Escape' || event.key === 'Tab') hide();
    else if (event.key.length === 1 && event.key !== ' ') {
      const rest = [...list.slice(at + 1), ...list.slice(0, at + 1)];
      rest.find((e) => e.textContent?.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    }
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        aria-label={children === undefined ? label : undefined}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={id}
        disabled={disabled}
        onClick={() => (open ? hide() : show())}
        onKeyDown={(e) => {
          if (e.key !== 'ArrowDown') return;
          e.preventDefault();
          show();
        }}
      >
        {children ?? <Icon name="dots" />}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className="menu"
        onToggle={(e) => setOpen(e.newState === 'open')}
        onKeyDown={keys}
      >
        {items.map((item, index) =>
          item === 'separator' ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: separators have no other identity
            <hr key={`separator-${index}`} />
          ) : (
            <Entry
              key={item.label}
              item={item}
              choose={() => {
                hide();
                item.onSelect();
              }}
            />
          ),
        )}
      </div>
    </>
  );
}

function Entry({ item, choose }: { item: MenuItem; choose: () => void }) {
  const common = {
    type: 'button' as const,
    tabIndex: -1,
    disabled: item.disabled,
    className: item.danger === true ? 'danger' : undefined,
    onClick: choose,
  };
  const icon = item.checked === true ? 'check' : item.icon;
  const content = (
    <>
      <span className="mi">{icon === undefined ? null : <Icon name={icon} />}</span>
      {item.label}
      {item.hint === undefined ? null : <kbd>{item.hint}</kbd>}
    </>
  );
  return item.checked === undefined ? (
    <button {...common} role="menuitem">
      {content}
    </button>
  ) : (
    <button {...common} role="menuitemradio" aria-checked={item.checked}>
      {content}
    </button>
  );
}
