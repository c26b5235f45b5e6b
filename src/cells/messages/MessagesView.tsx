import { useMemo, useState } from 'react';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Icon } from '../../widgets/Icon.tsx';
import { Segmented } from '../../widgets/Segmented.tsx';
import { sharedState } from '../../widgets/sharedState.ts';
import type { ViewProps } from '../view.ts';
import { conversation, conversationText, type Message, type ToolCall } from './conversation.ts';
import { safeHtml } from './markdown.ts';
import './messages.css';

type Mode = 'chat' | 'source';
const shown = sharedState<{ readonly mode: Mode }>({ mode: 'chat' });

/** Lines and characters beyond which a text is folded. */
const LONG = 900;
const SYSTEM_LONG = 160;

/** `view=messages`: the conversation of a span; texts as Markdown or as they are. */
export function MessagesView({ cellName, result }: ViewProps) {
  const messages = useMemo(() => conversation(result.table), [result.table]);
  const { mode } = shown.use(cellName);
  if (messages.length === 0)
    return <p className="note-line">0 messages. This span carries none, or no span is selected.</p>;
  return (
    <div className="messages">
      {messages.map((message) => (
        <MessageItem key={message.key} message={message} mode={mode} />
      ))}
    </div>
  );
}

/** Texts as Markdown or as they are, and a copy of all of them. */
export function MessagesHead({ cellName, result }: ViewProps) {
  const { mode } = shown.use(cellName);
  if (result.rowCount === 0) return null;
  return (
    <>
      <Segmented
        label="Show texts as"
        value={mode}
        onChange={(value) => shown.set(cellName, { mode: value })}
        segments={[
          { value: 'chat', label: 'Chat' },
          { value: 'source', label: 'Source' },
        ]}
      />
      <CopyButton text={() => conversationText(conversation(result.table))} label="Copy messages" />
    </>
  );
}

const CLASSES: Readonly<Record<string, string>> = {
  system: 'sys',
  developer: 'sys',
  user: 'usr',
  assistant: 'ast',
};

function MessageItem({ message, mode }: { readonly message: Message; readonly mode: Mode }) {
  const { role, text, calls, direction } = message;
  const kind = CLASSES[role] ?? 'oth';
  const facts = [
    text === '' ? '' : `${text.length.toLocaleString('en-US')} characters`,
    calls.length === 0 ? '' : `${calls.length} tool ${calls.length === 1 ? 'call' : 'calls'}`,
    direction === 'output' ? 'output' : '',
  ];
  return (
    <article className={`msg ${kind}`}>
      <header>
        <b>{role}</b>
        {text === '' ? null : <CopyButton text={text} label={`Copy ${role} message`} className="small" />}
        <span className="meta">{facts.filter(Boolean).join(' · ')}</span>
      </header>
      {text === '' ? null : <Body text={text} mode={mode} limit={kind === 'sys' ? SYSTEM_LONG : LONG} />}
      {calls.map((call, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ids may be missing or repeated
        <Call key={i} call={call} />
      ))}
    </article>
  );
}

function Body({ text, mode, limit }: { readonly text: string; readonly mode: Mode; readonly limit: number }) {
  const [open, setOpen] = useState(false);
  const long = text.length > limit || text.split('\n').length > limit / 40 + 8;
  const html = useMemo(() => (mode === 'chat' ? safeHtml(text) : ''), [mode, text]);
  return (
    <div className={long && !open ? 'body folded' : 'body'}>
      {mode === 'chat' ? (
        // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised by safeHtml
        <div className="md-text" dangerouslySetInnerHTML={{ __html: html }} />
      ) : (
        <pre>{text}</pre>
      )}
      {long ? (
        <button type="button" className="more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Fold' : 'Show all'}
        </button>
      ) : null}
    </div>
  );
}

function pretty(json: string, open: boolean): string {
  try {
    return JSON.stringify(JSON.parse(json), null, open ? 2 : undefined);
  } catch {
    return json;
  }
}

function Call({ call }: { readonly call: ToolCall }) {
  const [open, setOpen] = useState(false);
  return (
    <div className={open ? 'tc open' : 'tc'}>
      <button type="button" className="tc-h" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="code" />
        <code>{call.name}</code>
        <span className="sp" />
        <span className="meta">{call.id}</span>
        <Icon name={open ? 'down' : 'right'} className="sm" />
      </button>
      {call.arguments === '' ? null : <pre className="args">{pretty(call.arguments, open)}</pre>}
      {call.result === undefined ? null : <pre className="res">{pretty(call.result, open)}</pre>}
    </div>
  );
}
