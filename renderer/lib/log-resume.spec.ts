import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resume } from './log-resume';

const line = (at: number, text: string) => ({ at, stream: 'stdout' as const, text });

describe('resuming a log', () => {
  it('keeps new lines of the millisecond at which the stream broke', () => {
    const held = [line(1, 'a'), line(2, 'b')];
    const tail = [line(1, 'a'), line(2, 'b'), line(2, 'c'), line(2, 'b'), line(3, 'd')];
    expect(resume(held, tail)).toEqual({
      fresh: [line(2, 'c'), line(2, 'b'), line(3, 'd')],
      continuous: true,
    });
  });

  it('says when the tail does not reach back to what is held', () => {
    expect(resume([line(1, 'a')], [line(9, 'x')])).toEqual({ fresh: [line(9, 'x')], continuous: false });
    expect(resume([line(1, 'a')], [])).toEqual({ fresh: [], continuous: false });
  });

  it('has nothing to prove when nothing was held', () => {
    expect(resume([], [line(9, 'x')])).toEqual({ fresh: [line(9, 'x')], continuous: true });
  });

  it('tells the same text on the other stream apart', () => {
    const other = { at: 1, stream: 'stderr' as const, text: 'a' };
    expect(resume([line(1, 'a')], [line(1, 'a'), other]).fresh).toEqual([other]);
  });

  it('gives each line exactly once, or says that some may be missing', () => {
    const gaps = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.nat(60), fc.integer({ min: 1, max: 70 }), (sameMs, cut, tailLines) => {
        let at = 0;
        const log = sameMs.map((same, index) => {
          if (!same) at += 1;
          return line(at, `line ${index}`);
        });
        const seen = log.slice(0, Math.min(cut, log.length));
        const { fresh, continuous } = resume(seen.slice(-tailLines), log.slice(-tailLines));
        const missing = seen.length > 0 && log.length - seen.length >= tailLines;
        expect(continuous).toBe(!missing);
        const wanted = seen.length === 0 || missing ? log.slice(-tailLines) : log.slice(seen.length);
        expect(fresh).toEqual(wanted);
      }),
    );
  });
});
