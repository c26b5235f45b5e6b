import { Icon } from '../../widgets/Icon.tsx';
import { useApp, useAppState } from '../context.ts';

const names = (list: readonly string[]) =>
  list.length <= 4 ? list.join(', ') : `${list.slice(0, 3).join(', ')} and ${list.length - 3} more`;

/** Bars below the top bar: the engine stopped, files to open again, anything that went wrong outside a cell. */
export function Notices() {
  const app = useApp();
  const engine = useAppState((s) => s.engine);
  const reopen = useAppState((s) => s.reopen);
  const alert = useAppState((s) => s.alert);
  return (
    <div className="notices">
      {engine.status === 'restarting' && (
        <div className="notice w" role="alert" data-testid="engine-notice">
          <span className="spin" aria-hidden="true" />
          <span>
            The engine stopped; starting again and loading the files again. The notebook is untouched.
          </span>
          <span className="hint">{engine.reason}</span>
        </div>
      )}
      {engine.status === 'failed' && (
        <div className="notice e" role="alert" data-testid="engine-notice">
          <Icon name="err" />
          <span>The engine could not be started: {engine.reason}</span>
          <button type="button" className="btn xs" onClick={() => app.restartEngine()}>
            Start again
          </button>
        </div>
      )}
      {reopen !== undefined && (
        <div className="notice" role="status" data-testid="reopen">
          <Icon name="file" />
          <span>
            {reopen.ask.length > 0 && (
              <>
                Open before: <code>{names(reopen.ask)}</code>.{' '}
              </>
            )}
            {reopen.drop.length > 0 && (
              <>
                Drop again: <code>{names(reopen.drop)}</code>.
              </>
            )}
          </span>
          {reopen.ask.length > 0 && (
            <button type="button" className="btn xs primary" onClick={() => app.reopen()}>
              Open again
            </button>
          )}
          <span className="sp" />
          <button
            type="button"
            className="ib"
            aria-label="Forget these files"
            onClick={() => app.forgetReopen()}
          >
            <Icon name="x" />
          </button>
        </div>
      )}
      {alert !== undefined && (
        <div className="notice e" role="alert" data-testid="alert">
          <Icon name="err" />
          <span>{alert}</span>
          <span className="sp" />
          <button type="button" className="ib" aria-label="Dismiss" onClick={() => app.alert(undefined)}>
            <Icon name="x" />
          </button>
        </div>
      )}
    </div>
  );
}
