import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseBytes, parseDuration } from './quantities';

describe('a duration', () => {
  it.each([
    ['1h5m30s20ms', 3_930_020],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['10us', 0.01],
    ['0', 0],
    ['-5s', -5_000],
    ['.5s', 500],
  ])('%s is %d ms', (text, milliseconds) => expect(parseDuration(text)).toBe(milliseconds));

  it.each(['', '5', 's', '1d', '5 s', '5s ', '1m-5s', '1.2.3s', 'abc'])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it.each([
    [3_930_020, '1h5m30.02s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [500, '500ms'],
    [0.25, '250µs'],
    [0, '0s'],
  ])('%d ms is printed as %s', (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));

  it('reads back what it printed', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e10, max: 1e10 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds)) ?? Number.NaN).toBeCloseTo(milliseconds, 5);
      }),
    );
  });
});

describe('a size', () => {
  it.each([
    ['512', 512],
    ['512b', 512],
    ['1k', 1024],
    ['1kb', 1024],
    ['1KiB', 1024],
    ['1.5g', 1_610_612_736],
    ['10 MB', 10_485_760],
    ['2tb', 2_199_023_255_552],
  ])('%s is %d bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));

  it.each(['', 'm', '-1', '5x', '1 2', '1..5m', '0x10', '1e3'])('%j is refused', (text) => {
    expect(parseBytes(text)).toBeUndefined();
  });

  it('grows by 1024 with every unit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4096 }), fc.constantFrom('', 'b', 'ib'), (amount, tail) => {
        const sizes = ['k', 'm', 'g', 't'].map((unit) => parseBytes(`${amount}${unit}${tail}`));
        expect(sizes).toEqual([1, 2, 3, 4].map((power) => amount * 1024 ** power));
      }),
    );
  });
});
