import { describe, expect, it } from 'vitest';
import { noHistory } from './history';
import { factsOf } from './rows';
import { containerSample as container, seen as observed } from './sample';
import { judgeService } from './verdict';

describe('what a container printed', () => {
  const dsn = 'connect postgres://app:hunter2@db/shop: refused';
  const { detail } = container('web-1', 'running', 1);
  const health = { status: 'unhealthy', failingStreak: 3, log: [{ at: 1, exitCode: 1, output: dsn }] };

  it.each([
    ['its health check', { ...detail, startedAt: 1, health }, 'none' as const],
    ['its start', { ...detail, state: 'created', error: dsn }, 'none' as const],
  ])('is shown without its credentials: %s', (_, printed, probing) => {
    const facts = factsOf({ detail: printed, history: noHistory });
    const { reason } = judgeService(observed({ container: facts, probing }));
    expect(reason).toContain('connect postgres://app:');
    expect(reason).not.toContain('hunter2');
  });
});
