import { describe, expect, it } from 'vitest';
import { formatTable, judge, median } from './statistics.mjs';

describe('bench statistics', () => {
  it('takes the middle of odd and even rounds', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('passes at the target and fails above it', () => {
    const measure = { name: 'x', anchor: [100, 110, 90], unit: 'ms' as const, target: 0.5 };
    expect(judge({ ...measure, ours: [50, 50, 50] })).toMatchObject({ ratio: 0.5, met: true, noise: 0.1 });
    expect(judge({ ...measure, ours: [51, 51, 51] }).met).toBe(false);
  });

  it('passes at a limit and fails above it, whatever the anchor', () => {
    const measure = { name: 'idle', anchor: [0.1], unit: '% of a core' as const, target: null, limit: 1 };
    expect(judge({ ...measure, ours: [1] })).toMatchObject({ ratio: 10, limit: 1, met: true });
    const missed = judge({ ...measure, ours: [1.1] });
    expect(missed.met).toBe(false);
    expect(formatTable([missed]).split('\n')[1]).toMatch(/<= 1 % of a core\s+± 0 %\s+MISSED/);
  });

  it('prints one row per result', () => {
    const result = judge({ name: 'cold apply', ours: [40], anchor: [100], target: 0.5, unit: 'ms' });
    expect(formatTable([result]).split('\n')[1]).toMatch(
      /cold apply\s+40 ms\s+100 ms\s+0.400\s+<= 0.5\s+± 0 %\s+met/,
    );
  });

  it('only tells a figure without a target', () => {
    const result = judge({ name: 'shell', ours: [200], anchor: [100], target: null, unit: 'ms' });
    expect(result).toMatchObject({ ratio: 2, met: true });
    expect(formatTable([result]).split('\n')[1]).toMatch(/shell\s+200 ms\s+100 ms\s+2.000\s+± 0 %\s+told/);
  });
});
