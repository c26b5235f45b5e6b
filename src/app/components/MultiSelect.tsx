import { useState } from 'react';
import { count } from '../../base/format.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { usePopover } from './usePopover.ts';

/** `service all ⌄`: several may be chosen; nothing chosen means all. */
export function MultiSelect(props: {
  label: string;
  options: readonly { readonly value: string; readonly count?: number }[];
  value: readonly string[];
  onChange(value: readonly string[]): void;
  /** Only one at a time. */
  single?: boolean;
}) {
  const { host, open, setOpen } = usePopover<HTMLDivElement>();
  const [search, setSearch] = useState('');
  const { value } = props;
  const shown = props.options.filter((o) => o.value.toLowerCase().includes(search.toLowerCase()));
  const text = value.length === 0 ? 'all' : value.length === 1 ? value[0] : `${value.length} chosen`;
  const toggle = (option: string) => {
    if (value.includes(option)) props.onChange(value.filter((v) => v !== option));
    else props.onChange(props.single ? [option] : [...value, option]);
  };
  return (
    <div className="pop-host" ref={host}>
      <button
        type="button"
        className={`fld${value.length > 0 ? ' on' : ''}`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`Filter by ${props.label}: ${text}`}
        onClick={() => setOpen(!open)}
      >
        {props.label} <b>{text}</b>
        <Icon name="down" />
      </button>
      {open && (
        <div className="pop">
          {props.options.length > 8 && (
            <input
              className="opt"
              placeholder={`Find a ${props.label}`}
              aria-label={`Find a ${props.label}`}
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
          )}
          <div className="list" role="listbox" aria-label={props.label} aria-multiselectable={!props.single}>
            {shown.map((option) => (
              <button
                key={option.value}
                type="button"
                role="option"
                aria-selected={value.includes(option.value)}
                className="opt"
                onClick={() => toggle(option.value)}
              >
                <span className="box">{value.includes(option.value) && <Icon name="check" />}</span>
                {option.value}
                {option.count !== undefined && <span className="n">{count(option.count)}</span>}
              </button>
            ))}
            {shown.length === 0 && <p className="side-empty">None in this data.</p>}
          </div>
          {value.length > 0 && (
            <>
              <div className="rule" />
              <button type="button" className="opt" onClick={() => props.onChange([])}>
                Show all
              </button>
            </>
          )}
        </div>
      )}
    </div>
  );
}
