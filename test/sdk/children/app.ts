// A process that writes a span and then ends in the way that its arguments say. Driven by exit.test.ts.
import { init, log, span, startSpan } from '@spanbook/sdk';

const [file, way] = process.argv.slice(2);
init({ service: 'child', file: file ?? '', flushIntervalMs: 60_000 });
span('done', () => undefined);
startSpan('open');
log('INFO', 'said');

const stay = () => setInterval(() => undefined, 1000);
const ready = () => process.stdout.write('ready\n');

switch (way) {
  case 'return':
    break;
  case 'exit':
    setTimeout(() => process.exit(3), 50);
    break;
  case 'loaded exit':
    // What the SDK loads in the background, too.
    void import('hyparquet-writer').then(() => setTimeout(() => process.exit(3), 50));
    break;
  case 'exit at once':
    process.exit(3);
    break;
  case 'throw':
    setTimeout(() => {
      throw new Error('uncaught');
    }, 50);
    break;
  case 'reject':
    setTimeout(() => void Promise.reject(new Error('unhandled')), 50);
    break;
  case 'signal':
    stay();
    void import('hyparquet-writer').then(() => setTimeout(ready, 50));
    break;
  case 'graceful':
    stay();
    process.once('SIGTERM', () => {
      span('cleaning up', () => undefined);
      setTimeout(() => process.exit(7), 20);
    });
    setTimeout(ready, 50);
    break;
  case 'survives':
    process.on('uncaughtException', () => {
      span('survived', () => undefined);
      ready();
    });
    stay();
    setTimeout(() => {
      throw new Error('caught after all');
    }, 50);
    break;
  case 'busy':
    setInterval(() => {
      for (let i = 0; i < 200; i++)
        span(`work ${i}`, { attributes: { text: 'ä'.repeat(200) } }, () => undefined);
    }, 1);
    setTimeout(ready, 200);
    break;
  default:
    throw new Error(`unknown way ${way}`);
}
