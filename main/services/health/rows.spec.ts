import { describe, expect, it } from 'vitest';
import type { ContainerDetail } from '../hosts/engine';
import { noHistory } from './history';
import { containersByService, factsOf } from './rows';
import { seen as observed } from './sample';
import { judgeService } from './verdict';

function container(name: string, state: string, createdAt: number) {
  const detail: ContainerDetail = {
    id: `${name} ${createdAt}`,
    name,
    state,
    createdAt,
    image: 'web:1',
    imageId: 'sha256:1',
    status: '',
    labels: { 'com.docker.compose.service': 'web' },
    ports: [],
    addresses: {},
    mounts: [],
    running: state === 'running',
    exitCode: 0,
    oomKilled: false,
    restarting: false,
    restartCount: 0,
    startedAt: null,
    finishedAt: null,
    error: '',
    pid: 0,
    tty: false,
    health: null,
    raw: {},
  };
  return { detail, history: noHistory };
}

describe('the container that stands for a service', () => {
  it.each([
    ['the running one', [container('web-1', 'exited', 2), container('web-2', 'running', 1)], 'web-2'],
    ['the newest', [container('web-2', 'exited', 2), container('web-1', 'exited', 1)], 'web-2'],
    [
      'the old one while its successor is made',
      [container('web-1', 'running', 1), container('web-1.bizosaas-new', 'created', 2)],
      'web-1',
    ],
    [
      'the successor before it starts',
      [container('web-1.bizosaas-old', 'running', 1), container('web-1', 'created', 2)],
      'web-1',
    ],
    ['what an interrupted apply left', [container('web-1.bizosaas-old', 'exited', 1)], 'web-1.bizosaas-old'],
  ])('is %s', (_, seen, name) => {
    const shown = containersByService(seen);
    expect([...shown].map(([service, { detail }]) => [service, detail.name])).toEqual([['web', name]]);
    expect(containersByService([...seen].reverse()).get('web')?.detail.name).toBe(name);
  });
});

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
