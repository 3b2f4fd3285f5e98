import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareApiVersions } from './api-version';
import { formatBytes, formatDuration, plural } from './quantities';

describe('API versions', () => {
  it('are compared as numbers', () => {
    const sorted = ['1.44', '1.9', '2.0', '1.41'].sort(compareApiVersions);
    expect(sorted).toEqual(['1.9', '1.41', '1.44', '2.0']);
    expect(compareApiVersions('1.41', '1.41')).toBe(0);
  });
});

describe('quantities', () => {
  it.each([
    [0, '0 B'],
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [128 * 1024 ** 2, '128 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [1024 ** 2 - 1, '1 MiB'],
    [5000 * 1024 ** 4, '5000 TiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('never writes a thousand and twenty-four of a unit that has a next one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1024 ** 5 - 1024 ** 4, noNaN: true }), (bytes) => {
        expect(Number.parseFloat(formatBytes(bytes))).toBeLessThan(1024);
      }),
    );
  });

  it.each([
    [-5, '0 s'],
    [12_400, '12 s'],
    [200_000, '3 min'],
    [3 * 3_600_000, '3 h'],
    [72 * 3_600_000, '3 days'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('counts one and many', () => {
    expect([plural(1, 'service'), plural(3, 'service')]).toEqual(['1 service', '3 services']);
  });
});
