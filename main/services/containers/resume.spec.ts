import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawLogLine } from '../hosts/engine';
import { createResumePoint } from './resume';

const line = fc.record({
  stream: fc.constantFrom('stdout' as const, 'stderr' as const),
  step: fc.integer({ min: -300, max: 900 }),
  text: fc.constantFrom('a', 'b', 'same'),
});

/** A log as the engine keeps it: stamps rise, but for the jitter between two streams. */
const log = fc.array(line, { maxLength: 60 }).map((entries) => {
  let at = 1_700_000_000_000;
  return entries.map(({ stream, step, text }): RawLogLine => {
    at += Math.max(step, 0);
    const own = at + Math.min(step, 0);
    return { stream, at: own, stamp: new Date(own).toISOString(), text };
  });
});

function readSince(all: RawLogLine[], since: string | undefined): RawLogLine[] {
  return since === undefined ? all : all.filter((entry) => entry.at >= Number(since) * 1000);
}

describe('resuming a log', () => {
  it('begins at the start before any line', () => expect(createResumePoint().since()).toBeUndefined());

  it('neither loses nor repeats a line, wherever the stream breaks and however often', () => {
    fc.assert(
      fc.property(log, fc.array(fc.nat(20), { maxLength: 6 }), (all, breaks) => {
        const point = createResumePoint();
        const received: RawLogLine[] = [];
        for (const length of [...breaks, all.length]) {
          const skip = point.skipper();
          const fresh = readSince(all, point.since()).filter((entry) => !skip(entry));
          for (const entry of fresh.slice(0, length)) {
            point.remember(entry);
            received.push(entry);
          }
        }
        expect(received).toEqual(all);
      }),
    );
  });

  it('does not fetch what a tail left out', () => {
    const point = createResumePoint();
    point.ignoreBefore('2026-01-01T00:00:00.500000000Z');
    const older = { stream: 'stdout', at: 1, stamp: '2026-01-01T00:00:00.400000000Z', text: 'x' } as const;
    const skip = point.skipper();
    expect([skip(older), skip({ ...older, stamp: '2026-01-01T00:00:00.500000000Z' })]).toEqual([true, false]);
  });

  it('keeps only the last moments', () => {
    const point = createResumePoint();
    for (let index = 0; index < 50_000; index += 1) {
      const at = 1_700_000_000_000 + index;
      point.remember({ stream: 'stdout', at, stamp: String(at), text: String(index) });
    }
    expect(point.since()).toBe('1700000048.999000000');
  });
});
