import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ageTurns,
  durationTurns,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatLatency,
  formatMoment,
  formatPercent,
  formatRate,
  formatStamp,
  formatUptime,
  momentTurns,
  UNKNOWN,
  uptimeTurns,
} from './format';

const MiB = 1024 * 1024;

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [312, '312 B'],
    [1023, '1023 B'],
    [1024, '1.0 KiB'],
    [1536, '1.5 KiB'],
    [214 * MiB, '214 MiB'],
    [1024 * MiB, '1.0 GiB'],
    [1024 * MiB - 1, '1.0 GiB'],
    [10_940_140_696_372, '10 TiB'],
    [-1, UNKNOWN],
    [null, UNKNOWN],
    [Number.NaN, UNKNOWN],
  ])('%s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('always has a unit and at most four digits below the largest unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        expect(formatBytes(bytes)).toMatch(/^(\d\.\d|\d{1,4}) (B|KiB|MiB|GiB|TiB|PiB)$/);
      }),
    );
  });
});

describe('rates and percents', () => {
  it('carry their unit', () => {
    expect(formatRate(1536)).toBe('1.5 KiB/s');
    expect(formatRate(null)).toBe(UNKNOWN);
    expect(formatPercent(0.04)).toBe('0.0 %');
    expect(formatPercent(12.34)).toBe('12.3 %');
    expect(formatPercent(99.96)).toBe('100 %');
    expect(formatPercent(240.4)).toBe('240 %');
    expect(formatPercent(undefined)).toBe(UNKNOWN);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0 s'],
    [999, '0 s'],
    [42_000, '42 s'],
    [60_000, '1 min'],
    [185_000, '3 min 5 s'],
    [2 * 3_600_000 + 600_000, '2 h 10 min'],
    [4 * 86_400_000 + 3 * 3_600_000, '4 d 3 h'],
    [-5, UNKNOWN],
  ])('%s ms', (ms, text) => expect(formatDuration(ms)).toBe(text));
});

describe('formatUptime', () => {
  it.each([
    [59_900, '59 s'],
    [60_000, '1 min'],
    [3_599_000, '59 min'],
    [7_810_000, '2 h 10 min'],
  ])('%s ms', (ms, text) => expect(formatUptime(ms)).toBe(text));
});

describe('formatLatency', () => {
  it.each([
    [0.42, '0.4 ms'],
    [38.4, '38 ms'],
    [999.6, '1.0 s'],
    [1240, '1.2 s'],
    [42_000, '42 s'],
    [null, UNKNOWN],
  ])('%s ms', (ms, text) => expect(formatLatency(ms)).toBe(text));
});

describe('ages and moments', () => {
  const now = new Date(2026, 10, 23, 12, 3, 10).getTime();

  it('use one unit', () => {
    expect(formatAge(now - 400, now)).toBe('just now');
    expect(formatAge(now + 5000, now)).toBe('just now');
    expect(formatAge(now - 9999, now)).toBe('just now');
    expect(formatAge(now - 19_000, now)).toBe('10 s ago');
    expect(formatAge(now - 3 * 60_000 - 20_000, now)).toBe('3 min ago');
    expect(formatAge(now - 26 * 3_600_000, now)).toBe('1 d ago');
    expect(formatAge(null, now)).toBe(UNKNOWN);
  });

  it.each([
    ['an age', (at: number, then: number) => formatAge(at, then), ageTurns],
    ['a duration', (at: number, then: number) => formatDuration(then - at), durationTurns],
    ['an uptime', (at: number, then: number) => formatUptime(then - at), uptimeTurns],
    ['a moment', formatMoment, (_: number, then: number) => momentTurns(then)],
  ])('%s reads the same until its turn', (_, read, turns) => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), fc.double({ min: 0, max: 0.999, noNaN: true }), (elapsed, part) => {
        const at = now - elapsed;
        const turnsAt = turns(at, now);
        expect(turnsAt).toBeGreaterThan(now);
        expect(read(at, Math.floor(now + (turnsAt - now - 1) * part))).toBe(read(at, now));
      }),
    );
  });

  it('never count up as time goes back', () => {
    fc.assert(
      fc.property(fc.nat(10 ** 9), fc.nat(10 ** 9), (first, second) => {
        const [older, newer] = first > second ? [first, second] : [second, first];
        const order = ['just', 's', 'min', 'h', 'd'];
        const unit = (age: number) => order.indexOf(formatAge(now - age, now).split(' ')[1] ?? '');
        if (older >= 1000 && newer >= 1000) expect(unit(older)).toBeGreaterThanOrEqual(unit(newer));
      }),
    );
  });

  it('name the day only when it is not today', () => {
    expect(formatMoment(now - 3000, now)).toBe('12:03:07');
    expect(formatMoment(now - 86_400_000, now)).toBe('2026-11-22 12:03:10');
  });

  it('show milliseconds on a log line', () => {
    expect(formatStamp(now + 42)).toBe('12:03:10.042');
  });
});

it('counts in singular and plural', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'service'))).toEqual([
    '0 services',
    '1 service',
    '2 services',
  ]);
});
