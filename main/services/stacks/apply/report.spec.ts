import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ServiceProgress } from '../../../../preload/contract';
import { createReporter, type Reporter } from './report';

let told: ServiceProgress[] = [];
let reporter: Reporter;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  const progress = { phase: () => undefined, service: (row: ServiceProgress) => void told.push(row) };
  reporter = createReporter(['web'], progress, Date.now);
  reporter.set('web', 'pulling', 'Pulling.');
});
afterEach(() => vi.useRealTimers());

function layer(id: string, status: string, done: number | null = null, total: number | null = null): void {
  reporter.part(['web'], { id, status, done, total }, 'bytes');
}

describe('parts of a pull', () => {
  it('are told ten times a second, and the last of them also when nothing follows', () => {
    for (let done = 1; done <= 50; done += 1) layer('a', 'Downloading', done, 100);
    expect(told.at(-1)?.done).toBe(1);
    vi.advanceTimersByTime(100);
    expect(told.at(-1)?.done).toBe(50);
    expect(told).toHaveLength(4);
  });

  it('are told no more after the pull has ended', () => {
    layer('a', 'Downloading', 1, 100);
    layer('a', 'Downloading', 2, 100);
    reporter.set('web', 'creating', 'Creating the container.');
    vi.advanceTimersByTime(1000);
    expect(told.at(-1)?.phase).toBe('creating');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are counted anew by a pull that begins again after a lost link, as the engine does', () => {
    layer('a', 'Downloading', 60, 100);
    reporter.set('web', 'waiting', 'Waiting for the link to come back.');
    reporter.set('web', 'pulling', 'Pulling.');
    expect(told.at(-1)).toMatchObject({ done: null, total: null, parts: [] });
    vi.advanceTimersByTime(100);
    layer('a', 'Downloading', 5, 100);
    expect(told.at(-1)).toMatchObject({ detail: 'Downloading', done: 5, total: 100 });
  });

  it('add up to what was fetched, through checking and unpacking to the end', () => {
    const sums: [number | null, number | null][] = [];
    const steps: Parameters<typeof layer>[] = [
      ['a', 'Pulling fs layer'],
      ['a', 'Downloading', 60, 100],
      ['b', 'Downloading', 10, 50],
      ['a', 'Verifying Checksum'],
      ['a', 'Extracting', 20, 100],
      ['a', 'Pull complete'],
      ['b', 'Retrying in 5 seconds'],
      ['b', 'Download complete'],
      ['c', 'Already exists'],
    ];
    for (const step of steps) {
      layer(...step);
      vi.advanceTimersByTime(200);
      sums.push([told.at(-1)?.done ?? null, told.at(-1)?.total ?? null]);
    }
    expect(sums).toEqual([
      [null, null],
      [60, 100],
      [70, 150],
      [110, 150],
      [110, 150],
      [110, 150],
      [110, 150],
      [150, 150],
      [150, 150],
    ]);
    expect(told.at(-1)?.parts.map(({ status }) => status)).toEqual([
      'Pull complete',
      'Download complete',
      'Already exists',
    ]);
  });
});
