/**
 * Flushing when the process ends. Only synchronous work survives an `exit`, so a hook writes synchronously.
 * Hooks run newest first: a queue is made after the exporter that it feeds.
 */
type Hook = (reason: 'exit' | 'signal') => void;

const hooks = new Set<Hook>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function run(reason: 'exit' | 'signal'): void {
  for (const hook of [...hooks].reverse()) {
    try {
      hook(reason);
    } catch {
      // The host is ending; an error of ours must not change how.
    }
  }
}

const onExit = () => run('exit');
/** An uncaught error that a handler of the host survives is followed by no `exit`. */
const onUncaught = () => run('signal');

function onSignal(signal: NodeJS.Signals): void {
  run('signal');
  // A listener switches off the signal's default, which is to end the process. With no other listener the
  // default is what the host wants: step aside and raise it again. With one, the host decides.
  if (process.listenerCount(signal) > 1) return;
  process.removeListener(signal, onSignal);
  process.kill(process.pid, signal);
}

/** Runs `hook` when the process exits, is signalled or has an uncaught error; returns what removes it. */
export function onProcessEnd(hook: Hook): () => void {
  if (hooks.size === 0) {
    process.on('exit', onExit);
    process.on('uncaughtExceptionMonitor', onUncaught);
    // First in line: the listeners of the host are still counted, also those that run once.
    for (const signal of SIGNALS) process.prependListener(signal, onSignal);
  }
  hooks.add(hook);
  return () => {
    if (!hooks.delete(hook) || hooks.size > 0) return;
    process.removeListener('exit', onExit);
    process.removeListener('uncaughtExceptionMonitor', onUncaught);
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
  };
}
