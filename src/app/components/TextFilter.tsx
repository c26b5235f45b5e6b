import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../widgets/Icon.tsx';

/** Time without a key press after which the text filters. */
const PAUSE_MS = 300;

export function TextFilter(props: { value: string; onChange(text: string): void }) {
  const { value, onChange } = props;
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const report = useRef(onChange);
  report.current = onChange;
  useEffect(() => {
    // Changed elsewhere (another notebook, a view): not what this field sent itself.
    if (value !== sent.current) {
      sent.current = value;
      setText(value);
    }
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      report.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <label className={`fld txt${value === '' ? '' : ' on'}`}>
      <Icon name="search" />
      <input
        id="text-filter"
        placeholder="Text in any span"
        aria-label="Text in any span"
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          if (text !== '') setText('');
          else event.currentTarget.blur();
        }}
      />
      {text === '' ? (
        <kbd>/</kbd>
      ) : (
        <button type="button" className="ib" aria-label="Clear the text" onClick={() => setText('')}>
          <Icon name="x" />
        </button>
      )}
    </label>
  );
}
