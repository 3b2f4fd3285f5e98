import { describe, expect, it } from 'vitest';
import type { VerdictState } from '../../../preload/contract';
import { probeSpecSchema } from '../stacks/extension';
import { createBoard, targetsOf } from './board';
import type { DefinedService } from './definition';
import type { SeenContainer } from './observer';
import { replicaKey, replicasByService, worstOf } from './replicas';
import { ago, containerSample as container, NOW, probe, was } from './sample';

const namesOf = (found: SeenContainer[] = []) => found.map(({ detail }) => detail.name);

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
    const shown = replicasByService(seen, () => 1);
    expect([...shown].map(([service, found]) => [service, ...namesOf(found)])).toEqual([['web', name]]);
    expect(namesOf(replicasByService([...seen].reverse(), () => 1).get('web'))).toEqual([name]);
  });
});

describe('replicas', () => {
  const three = [1, 2, 3].map((number) => container(`web-${number}`, 'running', number));

  it('are all that live, and what is there of those that should', () => {
    const [one, two] = [container('web-1', 'running', 1), container('web-2', 'exited', 2)];
    const leftover = container('web-7', 'exited', 0);
    expect(namesOf(replicasByService(three, () => 1).get('web'))).toEqual(['web-3', 'web-2', 'web-1']);
    expect(namesOf(replicasByService([leftover, two, one], () => 2).get('web'))).toEqual(['web-1', 'web-2']);
  });

  it('are remembered by their number', () => {
    expect(three.map((seen) => replicaKey('web', seen))).toEqual(['web', 'web#2', 'web#3']);
  });

  it.each<[VerdictState[], number, number | null, VerdictState | undefined, string]>([
    [[], 1, null, undefined, ''],
    [['healthy'], 1, null, 'healthy', 'was healthy'],
    [['healthy', 'healthy'], 2, null, 'healthy', 'has 2 of 2 replicas healthy: was healthy'],
    [
      ['healthy', 'unhealthy', 'unhealthy'],
      3,
      null,
      'unhealthy',
      'has 2 of 3 replicas unhealthy: was unhealthy',
    ],
    [
      ['lying', 'oom-killed', 'healthy'],
      1,
      null,
      'oom-killed',
      'has 1 of 3 replicas oom-killed: was oom-killed',
    ],
    [['healthy', 'stopped'], 2, null, 'stopped', 'has 1 of 2 replicas stopped: was stopped'],
    [['healthy', 'healthy'], 3, ago(5), 'degraded', 'has 1 of 3 replicas without a container'],
    [['healthy', 'starting'], 3, ago(5), 'starting', 'has 1 of 3 replicas starting: was starting'],
    [['healthy', 'failed'], 3, ago(5), 'failed', 'has 1 of 3 replicas failed: was failed'],
    [['unknown', 'unknown'], 2, null, 'unknown', 'has 2 of 2 replicas unknown: was unknown'],
  ])('%j of %d, short since %j, are %s', (states, count, shortSince, state, reason) => {
    const judged = states.map((each, index) => ({
      seen: container(`web-${index + 1}`, 'running', index),
      verdict: was(each, 60),
    }));
    const worst = worstOf(judged, { count, shortSince });
    expect(worst?.verdict.state).toBe(state);
    expect(worst?.verdict.reason ?? '').toBe(reason);
    if (state === 'degraded') expect(worst?.verdict.since).toBe(shortSince);
  });

  describe('on the board', () => {
    const web: DefinedService = {
      ...{ id: 'web', title: 'Web', tier: 't', tierOrder: 0, side: 'back', unit: 'service', image: 'web:1' },
      ...{ probe: probeSpecSchema.parse({ kind: 'http', port: 80 }), graceMs: 0, dependsOn: [], replicas: 3 },
    };
    const definition = { project: 'p', title: 'p', services: new Map([['web', web]]) };
    const started = three.map(({ detail, history }) => ({
      detail: { ...detail, startedAt: ago(3600) },
      history,
    }));
    const rowsOf = (containers: SeenContainer[], now = NOW) => ({
      ...{ now, definition, containers, engineLostSince: null, usageOf: () => null },
      prober: {
        results: (key: string) => [probe(key === 'web#2' ? 'unhealthy' : 'healthy', 1)],
        hasNoWay: () => false,
      },
    });

    it('each have their own probe, and the worst is shown with its own history', () => {
      expect(
        targetsOf(definition, started)
          .map((target) => target.service)
          .sort(),
      ).toEqual(['web', 'web#2', 'web#3']);
      const board = createBoard();
      const oneOfThree: unknown = expect.stringMatching(/^has 1 of 3 replicas unhealthy: is unhealthy/);
      expect(board.rows(rowsOf(started))).toMatchObject([
        {
          containerName: 'web-2',
          verdict: { state: 'unhealthy', reason: oneOfThree },
        },
      ]);
      expect(board.probedAs('web')).toBe('web#2');
    });

    it('are short since the first look that missed one', () => {
      const board = createBoard();
      const healthy = started.filter(({ detail }) => detail.name !== 'web-2');
      board.rows(rowsOf(healthy));
      const [row] = board.rows(rowsOf(healthy, NOW + 5000));
      expect(row?.verdict).toMatchObject({ state: 'degraded', since: NOW });
    });
  });
});
