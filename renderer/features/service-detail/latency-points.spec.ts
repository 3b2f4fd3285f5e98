import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '../../../preload/contract';
import { toPoints } from './latency-points';

function probe(at: number, outcome: ProbeResult['outcome'] = 'healthy'): ProbeResult {
  return { at, outcome, status: 200, latencyMs: 7, target: '', excerpt: '', reason: '' };
}

describe('the line of the probes', () => {
  it('runs from the oldest to the newest', () => {
    expect(toPoints([probe(20_000), probe(10_000)])).toEqual([
      { at: 10_000, latencyMs: 7 },
      { at: 20_000, latencyMs: 7 },
    ]);
  });

  it('is broken where nothing answered', () => {
    const outcomes = toPoints([probe(30_000), probe(20_000, 'timeout'), probe(10_000, 'refused'), probe(0)]);
    expect(outcomes.map(({ latencyMs }) => latencyMs)).toEqual([7, null, null, 7]);
  });

  it('is broken where nobody asked, between the two', () => {
    expect(toPoints([probe(100_000), probe(0)])).toEqual([
      { at: 0, latencyMs: 7 },
      { at: 50_000, latencyMs: null },
      { at: 100_000, latencyMs: 7 },
    ]);
  });

  it('of nothing is nothing', () => {
    expect(toPoints([])).toEqual([]);
  });
});
