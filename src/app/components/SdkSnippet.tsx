import { useState } from 'react';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { Segmented } from '../../widgets/Segmented.tsx';
import code from '../snippets/code.txt?raw';
import openai from '../snippets/openai.txt?raw';
import otel from '../snippets/otel.txt?raw';

type Tab = 'openai' | 'code' | 'otel';

const SNIPPETS: Record<Tab, { install: string; code: string }> = {
  openai: {
    install: 'npm i @spanbook/sdk',
    code: openai.trim(),
  },
  code: {
    install: 'npm i @spanbook/sdk',
    code: code.trim(),
  },
  otel: {
    install: 'npm i @spanbook/sdk @opentelemetry/sdk-trace-node',
    code: otel.trim(),
  },
};

const TOKEN = /('[^']*')|\b(import|from|const|await|async|new)\b|(\/\/.*)|\b([A-Za-z]\w*)(?=\()/g;

/** Enough colour for our own snippets; no parser. */
function colour(line: string) {
  const out = [];
  let at = 0;
  for (const match of line.matchAll(TOKEN)) {
    if (match.index > at) out.push(line.slice(at, match.index));
    const kind = match[1] ? 'c-str' : match[2] ? 'c-kw' : match[3] ? 'c-cm' : 'c-fn';
    out.push(
      <i key={match.index} className={kind}>
        {match[0]}
      </i>,
    );
    at = match.index + match[0].length;
  }
  out.push(line.slice(at));
  return out;
}

export function SdkSnippet() {
  const [tab, setTab] = useState<Tab>('openai');
  const { install, code: text } = SNIPPETS[tab];
  return (
    <section className="sdk cell" aria-labelledby="sdk-title">
      <header className="cell-h">
        <h2 id="sdk-title">No file yet? Five lines write one.</h2>
        <span className="sp" />
        <Segmented
          label="Kind of app"
          segments={[
            { value: 'openai', label: 'OpenAI' },
            { value: 'code', label: 'Any code' },
            { value: 'otel', label: 'OpenTelemetry' },
          ]}
          value={tab}
          onChange={setTab}
        />
        <CopyButton label="Copy snippet" text={text} />
      </header>
      <div className="inst">
        <code>
          <i>$</i> {install}
        </code>
      </div>
      <pre className="snip">
        <code>
          {text.split('\n').map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a constant text
            <span className="ln" key={index}>
              {colour(line)}
            </span>
          ))}
        </code>
      </pre>
    </section>
  );
}
