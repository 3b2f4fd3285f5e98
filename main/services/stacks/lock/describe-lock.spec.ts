import { describe, expect, it } from 'vitest';
import { isStale, onEngineClock } from './describe-lock';

describe('lock age', () => {
  it('is stale after thirty seconds without a beat', () => {
    expect(isStale(30_000, 0)).toBe(false);
    expect(isStale(30_001, 0)).toBe(true);
  });

  it.each([
    ['equal clocks', { since: 10_500, created: 10_000, beatAt: 20_000 }, 20_000],
    ['an owner one hour ahead', { since: 3_610_000, created: 10_000, beatAt: 3_620_000 }, 20_000],
    ['an owner one hour behind', { since: 10_000, created: 3_610_000, beatAt: 20_000 }, 3_620_000],
  ])('is told on the engine clock: %s', (_, times, expected) => {
    expect(onEngineClock(times)).toBe(expected);
  });
});
