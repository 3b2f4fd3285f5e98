import { describe, expect, it } from 'vitest';
import type { VerdictState } from '../../../preload/contract';
import { noHistory } from './history';
import type { ContainerFacts, Observation } from './observation';
import { ago, exited, probe, seen, up, was } from './sample';
import { judgeService } from './verdict';

const exits = (...secondsAgo: number[]) => ({
  ...noHistory,
  exits: secondsAgo.map((seconds) => ({ at: ago(seconds), exitCode: 1 })),
});
const young = (seconds: number, over: Partial<ContainerFacts> = {}) => ({
  ...up,
  startedAt: ago(seconds),
  ...over,
});

describe('a verdict', () => {
  it.each<[string, Partial<Observation>, VerdictState, RegExp]>([
    ['no container', { container: null }, 'absent', /no container yet/],
    ['a job that never ran', { container: null, unit: 'job' }, 'absent', /has not run yet/],
    ['created', { container: { ...up, state: 'created', startedAt: null } }, 'stopped', /never started/],
    [
      'could not start',
      { container: { ...up, state: 'created', error: 'port taken' } },
      'failed',
      /port taken/,
    ],
    [
      'stopped by hand',
      { container: exited(1), history: { ...noHistory, stopRequested: true } },
      'stopped',
      /was stopped \(exit code 1\)/,
    ],
    ['ended by a signal', { container: exited(143) }, 'stopped', /exit code 143/],
    ['ended by itself', { container: exited(1) }, 'failed', /by itself with exit code 1/],
    [
      'gave up restarting',
      { container: exited(2, { restartCount: 5 }) },
      'failed',
      /exit code 2 after 5 restarts/,
    ],
    ['paused', { container: { ...up, state: 'paused' } }, 'stopped', /paused/],
    [
      'restarting once',
      { container: { ...up, state: 'restarting', exitCode: 7, restartCount: 1 } },
      'starting',
      /exit code 7; the engine starts it again/,
    ],
    ['a job done', { unit: 'job', container: exited(0) }, 'completed', /exit code 0/],
    ['a job failed', { unit: 'job', container: exited(4) }, 'failed', /exit code 4/],
    ['a job at work', { unit: 'job' }, 'running', /job is running/],
    ['nothing to probe', { probing: 'none' }, 'running', /nothing is defined/],
    ['no way to probe', { probing: 'no-way' }, 'running', /no way to probe it from here/],
    [
      'own check passes',
      { probing: 'none', container: { ...up, health: 'healthy' } },
      'healthy',
      /own health check passes/,
    ],
    [
      'own check fails',
      { probing: 'none', container: { ...up, health: 'unhealthy', healthOutput: 'curl: not found' } },
      'unhealthy',
      /curl: not found/,
    ],
    ['silent and young', { container: young(5), probes: [probe('refused', 1)] }, 'starting', /so far/],
    ['silent and old', { probes: [probe('refused', 1)] }, 'unhealthy', /not answered well since it started/],
    ['lying while it warms up', { container: young(3), probes: [probe('lying', 1)] }, 'starting', /so far/],
    ['lying after that', { container: young(12), probes: [probe('lying', 1)] }, 'lying', /is lying/],
    ['foreign at once', { container: young(1), probes: [probe('foreign', 0)] }, 'foreign', /is foreign/],
    [
      'lying right after being well',
      { container: young(5), probes: [probe('lying', 0), probe('healthy', 1)] },
      'lying',
      /is lying/,
    ],
    ['well', { probes: [probe('healthy', 1)] }, 'healthy', /is healthy/],
    [
      'well, own check red',
      { container: { ...up, health: 'unhealthy' }, probes: [probe('healthy', 1)] },
      'healthy',
      /own health check fails/,
    ],
    [
      'one silence after being well',
      { probes: [probe('timeout', 1), probe('healthy', 6)] },
      'healthy',
      /a second in a row would count/,
    ],
    [
      'two silences',
      { probes: [probe('timeout', 1), probe('timeout', 6), probe('healthy', 11)] },
      'unhealthy',
      /is timeout/,
    ],
    [
      'a refusal after being well',
      { probes: [probe('refused', 1), probe('healthy', 6)] },
      'unhealthy',
      /is refused/,
    ],
    [
      'a probe of the run before',
      { container: young(3), probes: [probe('healthy', 9)] },
      'starting',
      /not answered yet/,
    ],
    [
      'three ends in a minute',
      { container: young(1), history: exits(40, 20, 3) },
      'crash-looping',
      /exit code 1, 3 restarts in 37 s; the engine starts it again/,
    ],
    ['two ends in a minute', { container: young(1), history: exits(40, 3) }, 'starting', /not answered yet/],
    [
      'restarting again and again',
      { container: { ...up, state: 'restarting', exitCode: 3, restartCount: 4 } },
      'crash-looping',
      /exit code 3, 4 restarts/,
    ],
    [
      'between two crashes',
      { container: young(2), previous: was('crash-looping', 90) },
      'crash-looping',
      /keeps crashing/,
    ],
    [
      'steady after a crash loop',
      {
        container: young(31),
        probes: [probe('healthy', 1)],
        previous: was('crash-looping', 90),
        history: exits(50, 45, 40),
      },
      'healthy',
      /is healthy/,
    ],
    [
      'killed for memory',
      { container: exited(137, { oomKilled: true }) },
      'oom-killed',
      /memory limit of 128 MiB; it stays down/,
    ],
    [
      'killed and started again',
      { container: young(5), history: { ...noHistory, oomAt: ago(6) }, probes: [probe('healthy', 1)] },
      'oom-killed',
      /runs again/,
    ],
    [
      'well for long after a kill',
      { container: young(61), history: { ...noHistory, oomAt: ago(62) }, probes: [probe('healthy', 1)] },
      'healthy',
      /is healthy/,
    ],
    [
      'well for a while after a kill',
      {
        container: young(40),
        history: { ...noHistory, oomAt: ago(41) },
        probes: [probe('healthy', 1), probe('healthy', 35)],
      },
      'healthy',
      /is healthy/,
    ],
    [
      'memory before crashes',
      {
        container: { ...up, state: 'restarting', restartCount: 9 },
        history: { ...exits(9, 6, 3), oomAt: ago(3) },
      },
      'oom-killed',
      /starts it again/,
    ],
  ])('%s', (_, over, state, reason) => {
    const verdict = judgeService(seen(over));
    expect(verdict).toMatchObject({ state });
    expect(verdict.reason).toMatch(reason);
  });

  it('keeps its age while the state lasts, and starts it anew with the state or the container', () => {
    const well = { probes: [probe('healthy', 1)] };
    expect(judgeService(seen({ ...well, previous: was('healthy', 500) })).since).toBe(ago(500));
    expect(judgeService(seen({ ...well, previous: was('unhealthy', 500) })).since).toBe(ago(1));
    expect(judgeService(seen({ ...well, container: young(100), previous: was('healthy', 500) })).since).toBe(
      ago(1),
    );
    expect(
      judgeService(seen({ ...well, container: young(2), previous: was('crash-looping', 500) })).since,
    ).toBe(ago(500));
  });

  it('keeps what was last known readable, however long the engine is lost', () => {
    const lost = { engineLostSince: ago(9) };
    const first = judgeService(seen({ ...lost, previous: was('healthy', 500) }));
    expect(first).toMatchObject({ state: 'unknown', since: ago(9), observedAt: ago(1), source: 'none' });
    expect(first.reason).toBe('the engine does not answer; last seen healthy: was healthy');
    expect(first.lastSeen).toEqual({ state: 'healthy', reason: 'was healthy' });
    expect(judgeService(seen({ ...lost, previous: first }))).toEqual(first);
    expect(judgeService(seen({ previous: first, probes: [probe('healthy', 1)] })).lastSeen).toBeUndefined();
  });
});
