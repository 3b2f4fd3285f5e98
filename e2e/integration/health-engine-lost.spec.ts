import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnEngine, startOwnEngine } from '../support/engine';
import { type Bench, openHealthBench, untilState, well } from '../support/health-bench';
import { until } from '../support/until';

const MISSED_ENGINE_MS = 5000;

describe('an engine that dies', () => {
  let engine: OwnEngine;
  let bench: Bench;
  beforeAll(async () => {
    engine = await startOwnEngine();
    bench = await openHealthBench({ good: { health: well } }, engine.endpoint);
    await bench.start('good', { health: well });
  });
  afterAll(async () => {
    await bench?.dispose();
    await engine?.stop();
  });

  it('is noticed within five seconds, shown, and recovered from', async () => {
    const before = await untilState(bench, 'good', 'healthy');
    const killedAt = Date.now();
    await engine.kill();
    const lost = await untilState(bench, 'good', 'unknown', MISSED_ENGINE_MS);
    expect(Date.now() - killedAt).toBeLessThan(MISSED_ENGINE_MS);
    expect(lost.verdict.reason).toMatch(/the engine does not answer; last seen healthy: answers 200/);
    expect(lost.containerId).toBe(before.containerId);
    await until('it is told', () => bench.attention().some((item) => item.id === 'engine'));
    await engine.start();
    await until(
      'the engine is seen again',
      () => bench.row('good')?.verdict.state !== 'unknown',
      MISSED_ENGINE_MS,
    );
    await bench.session.engine.startContainer(before.containerId ?? '');
    const back = await untilState(bench, 'good', 'healthy');
    expect(back.verdict.since).toBeGreaterThan(killedAt);
    expect(bench.attention().some((item) => item.id === 'engine')).toBe(false);
  });
});
