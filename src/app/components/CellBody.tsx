import { unreachable } from '../../base/assert.ts';
import type { View } from '../../cells/view.ts';
import type { CellResult, CellState, SqlCell, ViewContext } from '../../notebook/types.ts';
import { Icon } from '../../widgets/Icon.tsx';
import { keyLabel } from '../keys.ts';
import type { Session } from '../session.ts';
import { CellError } from './CellError.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';

interface Props {
  readonly session: Session;
  readonly cell: SqlCell;
  readonly state: CellState;
  /** Runs by itself as soon as it is its turn. */
  readonly queued: boolean;
  readonly result: CellResult | undefined;
  readonly view: View | undefined;
  readonly context: ViewContext;
}

/** The result, and what is to be said of its state. An old result stays, paler, until there is a new one. */
export function CellBody(props: Props) {
  const { state, result } = props;
  const fresh = state.status === 'done';
  return (
    <div className="cell-b">
      {state.status === 'running' && (
        <div className="prog" aria-hidden="true">
          <i />
        </div>
      )}
      <Said {...props} />
      {result !== undefined && (
        <div className={fresh ? 'fresh' : 'old'}>
          <Drawn {...props} result={result} />
        </div>
      )}
    </div>
  );
}

function Drawn({ cell, result, view, context }: Props & { result: CellResult }) {
  if (view === undefined) return null;
  const Body = view.component;
  return (
    <ErrorBoundary what="This result" resetKey={`${result.run} ${view.name}`}>
      <Body cellName={cell.name} options={cell.options} result={result} context={context} />
    </ErrorBoundary>
  );
}

/** As high as what will stand there is likely to be: nothing jumps when it comes. */
function Empty({ view, children }: { view: string | true | undefined; children: string }) {
  return (
    <div className="none0" data-view={view}>
      {children}
    </div>
  );
}

/** `text` is a phrase of the runtime's: `the filters`, or a cell's name in backticks. */
function Because({ text }: { text: string }) {
  if (text.startsWith('the engine')) return `${capital(text)} after this ran.`;
  const verb = /^the (filters|data)$/.test(text) ? 'have' : 'has';
  const name = /^`(.*)`$/.exec(text)?.[1];
  return (
    <>
      {name === undefined ? capital(text) : <code>{name}</code>} {verb} changed since this ran.
    </>
  );
}
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function Said({ session, cell, state, queued, result }: Props) {
  switch (state.status) {
    case 'done':
      return null;
    case 'never':
      return cell.sql.trim() === '' ? null : <Empty view={cell.options.view}>not run yet</Empty>;
    case 'running':
      return result === undefined ? <Empty view={cell.options.view}>running</Empty> : null;
    case 'stale':
      return queued ? null : (
        <div className="stbox">
          <span>
            <Because text={state.because} />
          </span>
          <button type="button" className="btn xs" onClick={() => session.runStale()}>
            <Icon name="play" />
            Run stale <kbd>{keyLabel('Shift+Mod+Enter')}</kbd>
          </button>
        </div>
      );
    case 'cancelled':
      return (
        <div className="stbox">
          <span>You stopped this query.</span>
          <button type="button" className="btn xs" onClick={() => session.run(cell.id)}>
            <Icon name="play" />
            Run again
          </button>
        </div>
      );
    case 'error':
      return <CellError session={session} cell={cell} error={state.error} />;
    default:
      return unreachable(state);
  }
}
