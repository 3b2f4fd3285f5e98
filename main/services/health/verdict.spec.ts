import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeResult, Verdict, VerdictState } from '../../../preload/contract';
import { noHistory } from './history';
import type { ContainerFacts, Observation } from './observation';
import { judgeService } from './verdict';

const NOW = 1_000_000_000;
const ago = (seconds: number) => NOW - seconds * 1000;

const up: ContainerFacts = {
  id: 'c',
  state: 'running',
  exitCode: 0,
  oomKilled: false,
  restartCount: 0,
  startedAt: ago(3600),
  finishedAt: null,
  error: '',
  health: null,
  healthOutput: '',
  memoryLimitBytes: 128 * 1024 * 1024,
};
const exited = (exitCode: number, over: Partial<ContainerFacts> = {}): ContainerFacts => ({
  ...up,
  state: 'exited',
  exitCode,
  finishedAt: ago(5),
  ...over,
});
const probe = (outcome: ProbeResult['outcome'], seconds: number, reason = `is ${outcome}`): ProbeResult => ({
  ...{
    at: ago(seconds),
    outcome,
    status: outcome === 'refused' || outcome === 'timeout' ? null : 200,
    latencyMs: 1,
  },
  ...{ excerpt: '', reason, target: '' },
});
const was = (state: VerdictState, seconds: number): Verdict => ({
  ...{
    state,
    since: ago(seconds),
    observedAt: ago(1),
    source: 'probe',
    reason: `was ${state}`,
    evidence: null,
  },
});
const seen = (over: Partial<Observation> = {}): Observation => ({
  ...{ now: NOW, unit: 'service', graceMs: 30_000, probing: 'defined', container: up, history: noHistory },
  ...{ probes: [], engineLostSince: null, previous: null },
  ...over,
});
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
      /memory limit of 128 MB; it stays down/,
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
    expect(verdict).toMatchObject({ state, reason: expect.stringMatching(reason) });
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
    expect(judgeService(seen({ ...lost, previous: first }))).toEqual(first);
  });
});

const anOutcome = fc.constantFrom<ProbeResult['outcome'][]>(
  'healthy',
  'degraded',
  'listening',
  'lying',
  'foreign',
  'unhealthy',
  'refused',
  'timeout',
);
const someSeconds = fc.integer({ min: 0, max: 200 });
const facts: fc.Arbitrary<ContainerFacts> = fc.record({
  id: fc.constant('c'),
  state: fc.constantFrom('created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'),
  exitCode: fc.constantFrom(0, 1, 137, 143),
  oomKilled: fc.boolean(),
  restartCount: fc.integer({ min: 0, max: 9 }),
  startedAt: fc.option(someSeconds.map(ago)),
  finishedAt: fc.option(someSeconds.map(ago)),
  error: fc.constantFrom('', 'no such device'),
  health: fc.constantFrom(null, 'starting', 'healthy', 'unhealthy'),
  healthOutput: fc.constant(''),
  memoryLimitBytes: fc.option(fc.integer({ min: 1, max: 2 ** 40 })),
});
const anObservation: fc.Arbitrary<Observation> = fc.record({
  now: fc.constant(NOW),
  unit: fc.constantFrom('service', 'companion', 'job'),
  graceMs: fc.constant(30_000),
  probing: fc.constantFrom('defined', 'none', 'no-way'),
  container: fc.option(facts),
  history: fc.record({
    exits: fc.array(fc.record({ at: someSeconds.map(ago), exitCode: fc.integer() }), { maxLength: 5 }),
    oomAt: fc.option(someSeconds.map(ago)),
    stopRequested: fc.boolean(),
    restartCount: fc.constant(0),
  }),
  probes: fc
    .array(fc.tuple(anOutcome, someSeconds), { maxLength: 5 })
    .map((list) => list.sort((a, b) => a[1] - b[1]).map(([outcome, seconds]) => probe(outcome, seconds))),
  engineLostSince: fc.option(someSeconds.map(ago), { freq: 5 }),
  previous: fc.option(
    fc
      .tuple(
        fc.constantFrom<VerdictState[]>('healthy', 'unknown', 'crash-looping', 'stopped', 'starting'),
        someSeconds,
      )
      .map(([state, seconds]) => was(state, seconds)),
  ),
});

const NEEDS_A_RUN = new Set<VerdictState>([
  'running',
  'listening',
  'healthy',
  'degraded',
  'unhealthy',
  'lying',
  'foreign',
]);

describe('whatever was observed', () => {
  it('the verdict never contradicts the engine', () => {
    fc.assert(
      fc.property(anObservation, (observation) => {
        const { state, since, reason } = judgeService(observation);
        const engineState = observation.container?.state;
        expect(since).toBeLessThanOrEqual(NOW);
        expect(reason).not.toBe('');
        expect(state === 'unknown').toBe(observation.engineLostSince !== null);
        if (state === 'unknown') return;
        expect(state === 'absent').toBe(observation.container === null);
        if (NEEDS_A_RUN.has(state)) expect(engineState).toBe('running');
        if (state === 'starting' || state === 'crash-looping')
          expect(['running', 'restarting']).toContain(engineState);
        if (state === 'stopped' || state === 'failed' || state === 'completed')
          expect(engineState).not.toBe('running');
        if (state === 'completed') expect(observation.container?.exitCode).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('a second look at the same moment says the same', () => {
    fc.assert(
      fc.property(anObservation, (observation) => {
        const first = judgeService(observation);
        const again = judgeService({ ...observation, previous: first });
        expect([again.state, again.since]).toEqual([first.state, first.since]);
      }),
      { numRuns: 1000 },
    );
  });
});
