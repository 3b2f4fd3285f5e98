import fc from 'fast-check';
import { expect, it } from 'vitest';
import { untilBeat } from './beat';

const PERIOD_MS = 15_000;

it('brings together whatever asks, at a multiple of the period', () => {
  fc.assert(
    fc.property(fc.nat(10 ** 12), fc.integer({ min: 1, max: 10 ** 6 }), (now, period) => {
      const beat = (now + untilBeat(now, period)) / period;
      expect(beat).toBeCloseTo(Math.round(beat), 3);
    }),
  );
});

it('is never longer away than the period and 2 %', () => {
  fc.assert(
    fc.property(fc.nat(10 ** 12), (now) => {
      const ms = untilBeat(now, PERIOD_MS);
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThanOrEqual(PERIOD_MS * 1.02);
    }),
  );
});

it('comes once, however early a timer was', () => {
  expect(untilBeat(PERIOD_MS - 1, PERIOD_MS)).toBe(PERIOD_MS + 1);
  expect(untilBeat(PERIOD_MS + 1, PERIOD_MS)).toBe(PERIOD_MS - 1);
});
