import { describe, expect, it } from 'vitest';
import { formatRoute, HOME, parseRoute, type Route } from '../../src/app/route.ts';

describe('route', () => {
  const routes: Route[] = [
    HOME,
    { page: 'notebook', id: 'who-pays' },
    { page: 'trace', traceId: '5f1c09ae' },
    { page: 'trace', traceId: 'a/b #%', spanId: 's 1' },
  ];
  it.each(routes)('round-trips %j', (route) => expect(parseRoute(formatRoute(route))).toEqual(route));

  it('is the overview for anything else', () => {
    for (const hash of ['', '#', '#/', '#/nothing/x', '#/trace/', '#/notebook'])
      expect(parseRoute(hash)).toEqual(HOME);
  });

  it('takes an id with a stray percent sign as it is', () => {
    expect(parseRoute('#/trace/100%')).toEqual({ page: 'trace', traceId: '100%' });
  });
});
