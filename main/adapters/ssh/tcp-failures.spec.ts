import { describe, expect, it } from 'vitest';
import { forwardCode, isPlace } from './tcp-failures';

describe('a connection that fails', () => {
  it.each([
    ['(SSH) Channel open failure: Connection refused', 'ECONNREFUSED'],
    ['(SSH) Channel open failure: Connection timed out', 'ETIMEDOUT'],
    ['(SSH) Channel open failure: No route to host', 'EHOSTUNREACH'],
    ['(SSH) Channel open failure: open failed', 'EACCES'],
    ['connect: Name or service not known', 'ENOTFOUND'],
    ['something else', 'ECONNRESET'],
  ])('has the code of this system: %s', (said, code) => {
    expect(forwardCode(said)).toBe(code);
  });
});

describe('a place', () => {
  it.each([
    ['172.17.0.2', 80],
    ['::1', 65_535],
    ['fe80::1%eth0', 1],
    ['db_1.internal', 5432],
  ])('may be %s:%i', (address, port) => expect(isPlace(address, port)).toBe(true));

  it.each([
    ['', 80],
    ['-e', 80],
    ['a b', 80],
    ['$(id)', 80],
    ['a\nb', 80],
    ['a', 0],
    ['a', 65_536],
    ['a', 1.5],
    ['a', Number.NaN],
  ])('is never %j:%d', (address, port) => expect(isPlace(address, port)).toBe(false));
});
