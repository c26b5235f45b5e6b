import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';
import { keyLabel } from '../keys.ts';
import { LoadingList } from './LoadingList.tsx';
import { SdkSnippet } from './SdkSnippet.tsx';

/** Left and right edge in percent, colour: a trace as the timeline draws it. */
const BARS = [
  ['0', '0', 'chain'],
  ['4%', '72%', 'retriever'],
  ['8%', '84%', 'embedding'],
  ['30%', '6%', 'llm'],
  ['46%', '34%', 'tool'],
] as const;

/** What is shown while there is no data. */
export function FirstOpen() {
  const app = useApp();
  const loading = useAppState((s) => s.loads.length > 0);
  return (
    <div className="first" data-testid="first-open">
      <section className="drop" aria-labelledby="drop-title">
        <div className="drop-art" aria-hidden="true">
          {BARS.map(([left, right, kind], index) => (
            <i key={kind} style={{ left, right, top: index * 12, background: `var(--kind-${kind})` }} />
          ))}
        </div>
        <h1 id="drop-title">Drop trace files here</h1>
        <p>NDJSON, Parquet or OTLP/JSON, also gzipped. A folder works too.</p>
        <div className="acts3">
          <button type="button" className="btn primary lg" onClick={() => app.pickFiles()}>
            <Icon name="file" />
            Open files <kbd>{keyLabel('Mod+O')}</kbd>
          </button>
          <button type="button" className="btn lg" onClick={() => app.pickFolder()}>
            <Icon name="folder" />
            Open folder
          </button>
          <button type="button" className="btn lg" onClick={() => app.pickSample()}>
            <Icon name="table" />
            Load sample data
          </button>
        </div>
        <p className="priv">
          <Icon name="lock" />
          Files are read in this tab. Nothing is uploaded.
        </p>
      </section>
      {loading && <LoadingList />}
      <SdkSnippet />
      <ol className="next">
        <li>
          <b>1</b>
          <span>
            <strong>Run your app.</strong> Each call becomes a line in the file: tokens, latency, messages,
            errors.
          </span>
        </li>
        <li>
          <b>2</b>
          <span>
            <strong>Drop the file.</strong> The overview fills in; cost is computed from a price table.
          </span>
        </li>
        <li>
          <b>3</b>
          <span>
            <strong>Ask in SQL.</strong> Every panel opens as the query behind it.
          </span>
        </li>
      </ol>
      <p className="also">
        Also reads OTLP/JSON from any OpenTelemetry exporter, one document or one request a line.
      </p>
    </div>
  );
}
