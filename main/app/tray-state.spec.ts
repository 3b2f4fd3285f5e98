import { describe, expect, it } from 'vitest';
import type { Attention, Task } from '../../preload/contract';
import { faceOf } from './tray-state';

const attention = (sentence: string): Attention => ({
  id: sentence,
  service: 'wagtail',
  severity: 'critical',
  sentence,
  since: 0,
  actions: [],
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

  it('shows running work before anything else', () => {
    expect(faceOf([attention('x')], [task(null)])).toEqual({ state: 'working', text: 'Apply sandbox' });
  });
});
