import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProbeResult, VerdictState } from '../../../preload/contract';
import type { ContainerFacts, Observation } from './observation';
import { ago, NOW, probe, was } from './sample';
import { judgeService } from './verdict';

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
