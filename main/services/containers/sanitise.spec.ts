import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINE_DISPLAY_LIMIT, sanitiseLine } from './sanitise';

const ESC = '\u001b';

describe('sanitiseLine', () => {
  it.each([
    ['colours', `${ESC}[1;31merror${ESC}[0m: no`, 'error: no'],
    ['8-bit colours', '\u009b31mred\u009b0m', 'red'],
    ['a window title', `${ESC}]0;owned\u0007shown`, 'shown'],
    ['a hyperlink', `${ESC}]8;;http://x${ESC}\\text${ESC}]8;;${ESC}\\`, 'text'],
    ['an unterminated sequence hides nothing', `${ESC}]0;the rest`, ']0;the rest'],
    ['clear screen and cursor moves', `${ESC}[2J${ESC}[Hhome`, 'home'],
    ['a progress bar', '10%\r50%\r100%', '100%'],
    ['CRLF', 'line\r', 'line'],
    ['bell, null and backspace', 'a\u0007b\u0000c\u0008d', 'abcd'],
    ['tabs stay', 'a\tb', 'a\tb'],
    ['newlines inside', 'a\nb\u2028c', 'ab c'],
    ['direction overrides', 'exe.\u202etxt', 'exe.txt'],
    ['broken surrogates', 'a\ud800b', 'a\ufffdb'],
    ['other scripts and emoji', 'größe 大 👍🏽', 'größe 大 👍🏽'],
  ])('%s', (_title, raw, shown) => expect(sanitiseLine(raw)).toBe(shown));

  const hostile = fc
    .array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(ESC, '[', ']', '\r', '\u009b', '\u0007', '\u202e', '31m'),
      ),
    )
    .map((parts) => parts.join(''));

  it('never lets a control character through, and changes nothing twice', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const shown = sanitiseLine(raw);
        expect(shown).not.toMatch(/[^\P{Cc}\t]|\p{Cs}|[\u2028\u2029\u202a-\u202e]/u);
        expect(shown.length).toBeLessThanOrEqual(LINE_DISPLAY_LIMIT);
        expect(sanitiseLine(shown)).toBe(shown);
      }),
    );
  });

  it('leaves plain text alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(sanitiseLine(text)).toBe(text);
      }),
    );
  });

  it.each([ESC, `${ESC}[`, `${ESC}]`, '\u009b0', `${ESC}[0;`, 'x', '\r'])(
    'cuts 1 MB of %j, and looks at its beginning only',
    (unit) => {
      const raw = unit.repeat(Math.ceil(1024 ** 2 / unit.length));
      const shown = sanitiseLine(raw);
      const otherwise = raw.slice(0, 4 * LINE_DISPLAY_LIMIT).padEnd(raw.length, 'another rest');
      expect(sanitiseLine(otherwise)).toBe(shown);
      expect(shown.length).toBeLessThanOrEqual(LINE_DISPLAY_LIMIT);
      expect(shown).toContain(`(line of ${raw.length} characters)`);
    },
  );
});
