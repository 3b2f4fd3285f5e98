import { describe, expect, it } from 'vitest';
import type { Task, TaskState } from '../../../preload/contract';
import { needsToast } from './use-task-results';

function task(status: TaskState, stackId = 'shop'): Task {
  const place = { hostId: 'h', stackId, startedAt: 0, endedAt: 1, services: [] };
  return { id: 't', kind: 'apply', title: 'Apply shop', status, ...place };
}

const done: TaskState = { state: 'succeeded', summary: '3 services ready' };
const shown = { hostId: 'h', stackId: 'shop' };

describe('a toast', () => {
  it('does not repeat what the task bar says', () => {
    expect(needsToast(task(done), shown)).toBe(false);
  });

  it('tells of work on another stack or host', () => {
    expect(needsToast(task(done, 'other'), shown)).toBe(true);
    expect(needsToast(task(done), { ...shown, hostId: 'elsewhere' })).toBe(true);
  });

  it('always tells of a failure', () => {
    const failure = { code: 'INTERNAL' as const, message: 'x', data: { id: 'E-1' } };
    expect(needsToast(task({ state: 'failed', failure }), shown)).toBe(true);
  });
});
