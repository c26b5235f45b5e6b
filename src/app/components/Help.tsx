import { useEffect, useRef } from 'react';
import { Icon } from '../../widgets/Icon.tsx';
import { useApp } from '../context.ts';
import { keyLabel, SHORTCUTS } from '../keys.ts';

export function Help() {
  const app = useApp();
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => close.current?.focus(), []);
  return (
    <div className="scrim" onPointerDown={(e) => e.target === e.currentTarget && app.show(undefined)}>
      <div className="dialog help" role="dialog" aria-modal="true" aria-labelledby="help-title">
        <header>
          <h2 id="help-title">Shortcuts</h2>
          <span className="sp" />
          <button
            type="button"
            ref={close}
            className="ib"
            aria-label="Close"
            onClick={() => app.show(undefined)}
          >
            <Icon name="x" />
          </button>
        </header>
        <div className="cols">
          {SHORTCUTS.map(([group, keys]) => (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {keys.map(([key, what]) => (
                  <div key={key} style={{ display: 'contents' }}>
                    <dt>
                      {key.split(' ').map((one) => (
                        <span key={one}>
                          {keyLabel(one)
                            .split(' ')
                            .map((part) => (
                              <kbd key={part}>{part}</kbd>
                            ))}
                        </span>
                      ))}
                    </dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <p className="hint" style={{ paddingTop: 12 }}>
          In the page's console: <code>spanbook.open(files)</code>, <code>spanbook.query(sql)</code>.
        </p>
      </div>
    </div>
  );
}
