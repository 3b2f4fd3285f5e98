import { describe, expect, it } from 'vitest';
import type { Task, TaskState } from '../../../preload/contract';
import { deployPath, preparePath } from '../../lib/routes';
import { needsToast } from './use-task-results';

function task(status: TaskState, change: Partial<Task> = {}): Task {
  const place = { hostId: 'h', stackId: 'shop', startedAt: 0, endedAt: 1, services: [] };
  return { id: 't', kind: 'apply', title: 'Apply shop', status, ...place, ...change };
}

const done: TaskState = { state: 'succeeded', summary: '3 services ready' };
const failed: TaskState = {
  state: 'failed',
  failure: { code: 'INTERNAL', message: 'x', data: { id: 'E-1' } },
};
const shown = { target: { hostId: 'h', stackId: 'shop' }, pathname: '/' };

describe('a toast', () => {
  it('does not repeat what the task bar says', () => {
    expect(needsToast(task(done), shown)).toBe(false);
  });

  it('tells of work on another stack or host', () => {
    expect(needsToast(task(done, { stackId: 'other' }), shown)).toBe(true);
    expect(needsToast(task(done, { hostId: 'elsewhere' }), shown)).toBe(true);
  });

  it('tells of a failure, but not on the screen that shows it already', () => {
    expect(needsToast(task(failed), shown)).toBe(true);
    expect(needsToast(task(failed), { ...shown, pathname: deployPath })).toBe(false);
    expect(needsToast(task(failed, { stackId: 'other' }), { ...shown, pathname: deployPath })).toBe(true);
  });

  it('of preparing a host comes to every screen but its own', () => {
    const prepared = task(done, { kind: 'prepare', stackId: null });
    expect(needsToast(prepared, shown)).toBe(true);
    expect(needsToast(prepared, { ...shown, pathname: preparePath('h') })).toBe(false);
  });
});
