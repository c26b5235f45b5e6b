import { useEffect, useState } from 'react';
import { copyText } from './clipboard.ts';
import { Icon } from './Icon.tsx';

interface CopyButtonProps {
  /** A function if the text is dear to make. */
  readonly text: string | (() => string);
  /** What is copied: "Copy trace id". */
  readonly label: string;
  readonly className?: string;
}

export function CopyButton({ text, label, className = '' }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1500);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = () => {
    copyText(typeof text === 'function' ? text() : text).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };
  const said = { idle: label, copied: 'Copied', failed: 'The browser refused to copy' }[state];
  return (
    <button type="button" className={`ib ${className}`} aria-label={said} title={said} onClick={copy}>
      <Icon name={state === 'copied' ? 'check' : state === 'failed' ? 'warn' : 'copy'} />
    </button>
  );
}
