import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followAttendance } from './attendance';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function follow() {
  const window = Object.assign(new EventEmitter(), { webContents: new EventEmitter() });
  const told: boolean[] = [];
  followAttendance(window, (attended) => told.push(attended));
  return { window, told };
}

it('takes the window to be left a minute after the last touch, and says so once', () => {
  const { window, told } = follow();
  vi.advanceTimersByTime(50_000);
  window.webContents.emit('input-event');
  vi.advanceTimersByTime(50_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(3_600_000);
  expect(told).toEqual([false]);
});

it.each(['focus', 'show', 'restore'])('knows of somebody by %s', (event) => {
  const { window, told } = follow();
  vi.advanceTimersByTime(70_000);
  window.emit(event);
  window.webContents.emit('input-event');
  expect(told).toEqual([false, true]);
  vi.advanceTimersByTime(59_000);
  expect(told).toEqual([false, true]);
  vi.advanceTimersByTime(2_000);
  expect(told).toEqual([false, true, false]);
});
