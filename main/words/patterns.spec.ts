import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, matchesPatternList } from './patterns';
import { visibleText } from './visible-text';

describe('patterns', () => {
  it.each([
    ['*', 'anything', true],
    ['web-??', 'web-01', true],
    ['web-??', 'web-1', false],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['a.b', 'axb', false],
    ['[::1]:22', '[::1]:22', true],
  ])('%s against %s: %s', (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  it('a pattern without signs fits itself alone', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[^*?]*$/), fc.string(), (own, other) => {
        expect(matchesPattern(own, own)).toBe(true);
        expect(matchesPattern(own, other)).toBe(own === other);
      }),
    );
  });

  it('an exclusion outweighs the rest, and alone fits nothing', () => {
    expect(matchesPatternList(['*', '!bad'], 'good')).toBe(true);
    expect(matchesPatternList(['bad', '!b*'], 'bad')).toBe(false);
    expect(matchesPatternList(['!bad'], 'good')).toBe(false);
  });
});

describe('words of another machine', () => {
  it('lose what steers a terminal or turns words round', () => {
    const raw = 'Code\u001b[2J \u202eevil\u0007\r\nsecond\u009b31m ';
    expect(visibleText(raw)).toBe('Code[2J evil\nsecond31m');
  });
});
