import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProbeSpec, probeSpecSchema } from '../stacks/extension';
import { type Answer, judge } from './judge';

const spec = (over: Partial<ProbeSpec> = {}): ProbeSpec => ({
  ...probeSpecSchema.parse({ kind: 'http', port: 8001 }),
  ...over,
});
const strict = spec({
  identity: [{ path: 'service', in: ['hub'] }],
  degraded: [{ path: 'status', in: ['degraded'] }],
  healthy: [{ path: 'components.database', in: ['up', true] }],
});
const http = (status: number, body: unknown): Answer => ({
  kind: 'http',
  status,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('an answer is judged', () => {
  it.each<[string, Answer, ProbeSpec, string, string]>([
    [
      '2xx with all rules met',
      http(200, { service: 'hub', components: { database: 'up' } }),
      strict,
      'healthy',
      'answers 200 and reports components.database: up',
    ],
    [
      '2xx that says otherwise',
      http(200, { service: 'hub', components: { database: 'down' } }),
      strict,
      'lying',
      'answers 200 but reports components.database: down',
    ],
    [
      '2xx without the field',
      http(200, { service: 'hub' }),
      strict,
      'lying',
      'answers 200 but reports no components.database',
    ],
    [
      'degraded before healthy',
      http(200, { service: 'hub', status: 'degraded' }),
      strict,
      'degraded',
      'answers 200 and reports status: degraded',
    ],
    [
      'another identity',
      http(200, { service: 'dokploy' }),
      strict,
      'foreign',
      'answers 200 with service: dokploy, expected hub: another program',
    ],
    [
      'another identity with an error',
      http(500, { service: 'dokploy' }),
      strict,
      'foreign',
      'answers 500 with service: dokploy, expected hub: another program',
    ],
    [
      'no JSON where JSON is due',
      http(200, '<html>'),
      strict,
      'lying',
      'answers 200 but the body is no JSON: "<html>"',
    ],
    ['an empty body where JSON is due', http(204, ''), strict, 'lying', 'answers 204 but the body is empty'],
    [
      'an inherited name is no field',
      http(200, { service: 'hub' }),
      spec({ healthy: [{ path: 'constructor', in: ['x'] }] }),
      'lying',
      'answers 200 but reports no constructor',
    ],
    ['the right text', http(200, 'OK\n'), spec({ text: 'OK' }), 'healthy', 'answers 200'],
    [
      'the wrong text',
      http(200, 'Bad gateway'),
      spec({ text: 'OK' }),
      'lying',
      'answers 200 with "Bad gateway" instead of "OK"',
    ],
    ['no rules', http(200, 'anything'), spec(), 'healthy', 'answers 200'],
    ['a redirect', http(301, ''), strict, 'listening', 'answers 301, a redirect that proves only the socket'],
    ['a refusal', http(401, ''), strict, 'listening', 'answers 401, a refusal that proves only the socket'],
    [
      'a refused method',
      http(405, ''),
      strict,
      'listening',
      'answers 405, a refused method that proves only the socket',
    ],
    ['an unknown host', http(400, 'Invalid host header'), strict, 'unhealthy', 'answers 400'],
    [
      'an error that names its cause',
      http(503, { service: 'hub', components: { database: false } }),
      strict,
      'unhealthy',
      'answers 503 and reports components.database: false',
    ],
    ['not modified', http(304, ''), strict, 'unhealthy', 'answers 304'],
    [
      'a bare connection',
      { kind: 'open' },
      spec({ kind: 'tcp' }),
      'listening',
      'accepts connections on port 8001',
    ],
    [
      'another protocol',
      { kind: 'other-protocol', expected: 'Redis', excerpt: 'HTTP/1.1 400' },
      spec({ kind: 'redis' }),
      'foreign',
      'answers on port 8001, but not as Redis',
    ],
    ['silence', { kind: 'timeout', afterMs: 2500 }, spec(), 'timeout', 'gave no answer within 2.5 s'],
  ])('%s', (_, answer, rules, ...[outcome, reason]) => {
    expect(judge(answer, rules)).toEqual({ outcome, reason });
  });

  it('never calls an error well, whatever the body says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(['healthy', 'degraded']).not.toContain(judge(http(status, body), strict).outcome);
      }),
    );
  });

  it('takes any body without failing, and in one line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        const { reason } = judge(http(200, body), strict);
        expect(reason.length).toBeLessThan(200);
      }),
    );
  });
});
