import { describe, expect, it } from 'vitest';
import { resolvePlain } from './scalars';

describe('unquoted words', () => {
  it.each([
    ['', null],
    ['~', null],
    ['yes', 'yes'],
    ['True', true],
    ['0440', 288],
    ['0o17', 15],
    ['0x1F', 31],
    ['-0b11', -3],
    ['1_000', 1000],
    ['1e3', 1000],
    ['08', 8],
    ['5432:5432', '5432:5432'],
    ['2024-01-01', '2024-01-01'],
    ['12345678901234567890', '12345678901234567890'],
    ['1.10', 1.1],
    ['_1', '_1'],
    ['1.2.3', '1.2.3'],
  ])('%j means %j', (word, value) => expect(resolvePlain(word)).toBe(value));
});
