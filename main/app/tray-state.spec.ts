import { describe, expect, it } from 'vitest';
import type { Attention, Task } from '../../preload/contract';
import { faceOf } from './tray-state';

const attention = (sentence: string, over: Partial<Attention> = {}): Attention => ({
  id: sentence,
  service: 'wagtail',
  severity: 'critical',
  sentence,
  since: 0,
  actions: [],
  ...over,
});

const task = (endedAt: number | null): Task => ({
  id: 't',
  kind: 'apply',
  title: 'Apply sandbox',
  hostId: 'h',
  stackId: 's',
  startedAt: 0,
  endedAt,
  status: { state: 'queued' },
  services: [],
});

describe('tray', () => {
  it('says that nothing needs attention', () => {
    expect(faceOf([], [task(5)])).toEqual({ state: 'ok', text: 'nothing needs attention' });
  });

  it('names the worst and counts the rest', () => {
    expect(faceOf([attention('Wagtail lies.'), attention('Hub is slow.')], []).text).toBe(
      'Wagtail lies, and 1 more',
    );
  });

  it('takes the gravest for the worst, and of these the oldest, in whatever order they came', () => {
    const items = [
      attention('Old warning.', { severity: 'warning', since: 1 }),
      attention('New fault.', { since: 9 }),
      attention('Old fault.', { since: 5 }),
    ];
    for (const each of [items, [...items].reverse()])
      expect(faceOf(each, []).text).toBe('Old fault, and 2 more');
  });

  it('shows running work before anything else', () => {
    expect(faceOf([attention('x')], [task(null)])).toEqual({ state: 'working', text: 'Apply sandbox' });
  });
});
