import { describe, expect, it, vi } from 'vitest';
import { LogRing } from '../lib/log-ring';
import { inWords, joinTail } from './use-logs';

const line = (at: number, text: string) => ({ at, stream: 'stdout' as const, text });

function held(...lines: ReturnType<typeof line>[]) {
  const ring = new LogRing(1000);
  ring.append(lines, 0);
  return ring;
}

const texts = (ring: LogRing) => ring.visible.map((entry) => entry.text);

describe('a log stream that is opened again', () => {
  it('goes on without a mark where the two ends meet', () => {
    const ring = held(line(1, 'a'), line(2, 'b'));
    const onAppend = vi.fn();
    joinTail(ring, [line(2, 'b'), line(2, 'c')], onAppend);
    expect(texts(ring)).toEqual(['a', 'b', 'c']);
    expect(onAppend).toHaveBeenCalledExactlyOnceWith({ added: 1, cut: 0 });
  });

  it('marks what cannot be proven, with both times', () => {
    const ring = held(line(1000, 'a'));
    joinTail(ring, [line(9000, 'z')], () => undefined);
    const [, mark, last] = texts(ring);
    expect(mark).toMatch(
      /^Connection lost; lines between \d\d:\d\d:01 and \d\d:\d\d:09 \(8 s\) may be missing, how many is not known$/,
    );
    expect(last).toBe('z');
  });

  it('draws a gap that main found as one, with how long it is', () => {
    const ring = new LogRing(1000);
    const gap = { ...line(15_000, 'Lines … are missing'), gap: true as const, gapSince: 1000 };
    ring.append([line(1000, 'a'), gap, line(15_000, 'b')].map(inWords), 0);
    expect(ring.visible.map((entry) => entry.gap)).toEqual([false, true, false]);
    expect(texts(ring)[1]).toMatch(/:01 and \d\d:\d\d:15 \(14 s\) are missing, how many is not known/);
    ring.filter('b');
    expect(texts(ring)).toHaveLength(2);
  });

  it('marks a log that stays away once', () => {
    const ring = held(line(1000, 'a'));
    for (let round = 0; round < 3; round += 1) joinTail(ring, [], () => undefined);
    expect(ring.visible).toHaveLength(2);
  });
});
