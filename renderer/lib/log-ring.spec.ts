import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogRing } from './log-ring';

function lines(count: number, text = (index: number) => `line ${index}`) {
  return Array.from({ length: count }, (_, index) => ({
    at: index,
    stream: 'stdout' as const,
    text: text(index),
  }));
}

describe('a log ring', () => {
  it('holds the newest lines and says how many it cut', () => {
    const ring = new LogRing(1000);
    expect(ring.append(lines(2500), 0)).toEqual({ added: 2500, cut: 0 });
    const { added, cut } = ring.append(lines(600), 0);
    expect({ added, cut }).toEqual({ added: 600, cut: 2100 });
    expect(ring.size).toBe(1000);
    expect(ring.visible.at(-1)?.sequence).toBe(3099);
  });

  it('filters what it holds and what comes', () => {
    const ring = new LogRing(1000);
    ring.append(lines(10), 0);
    ring.filter('LINE 3');
    expect(ring.visible.map((line) => line.text)).toEqual(['line 3']);
    expect(ring.append(lines(10), 0).added).toBe(1);
    ring.filter('');
    expect(ring.visible).toHaveLength(20);
  });

  it('sums what the sender dropped', () => {
    const ring = new LogRing(10);
    ring.append([], 4);
    ring.append(lines(1), 3);
    expect(ring.dropped).toBe(7);
  });

  it('marks a gap that no filter hides and that counts as no line of the log', () => {
    const ring = new LogRing(1000);
    ring.append(lines(3), 0);
    ring.filter('line 2');
    expect(ring.markGap(5, 'Connection lost')).toEqual({ added: 1, cut: 0 });
    expect(ring.visible.map((line) => line.text)).toEqual(['line 2', 'Connection lost']);
    expect(ring.endsInGap).toBe(true);
    expect(ring.newest(10).map((line) => line.text)).toEqual(['line 0', 'line 1', 'line 2']);
    ring.append(lines(1), 0);
    expect(ring.endsInGap).toBe(false);
  });

  it('shows the same filtered lines as filtering what it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 12 }), (batches) => {
        const ring = new LogRing(100);
        ring.filter('7');
        for (const size of batches) ring.append(lines(size), 0);
        const shown = ring.visible.map((line) => line.sequence);
        ring.filter('');
        expect(shown).toEqual(
          ring.visible.filter((line) => line.text.includes('7')).map((line) => line.sequence),
        );
      }),
    );
  });
});
