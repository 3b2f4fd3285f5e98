import { describe, expect, it } from 'vitest';
import type { ServiceProgress, Task, TaskKind } from '../../../preload/contract';
import { underWayOf } from './under-way';

const ON = { hostId: 'here', stackId: 'shop' };
const NOW = 1_000_000;

function progress(service: string, phase: ServiceProgress['phase']): ServiceProgress {
  const counts = { done: null, total: null, unit: null };
  return { service, phase, detail: '', ...counts, parts: [], logTail: [], since: NOW };
}
function task(kind: TaskKind, services: ServiceProgress[], over: Partial<Task> = {}): Task {
  const status: Task['status'] = {
    state: 'running',
    phase: 'Working',
    done: null,
    total: null,
    cancelling: false,
  };
  const times = { startedAt: NOW, endedAt: null };
  return { id: kind, kind, title: kind, ...ON, ...times, status, services, ...over };
}

describe('what is under way', () => {
  it.each([
    'waiting',
    'pulling',
    'delivering',
    'building',
    'creating',
    'starting',
    'gating',
    'stopping',
    'removing',
  ] as const)('covers a service that is %s', (phase) => {
    expect(underWayOf([task('apply', [progress('hub', phase)])], ON).concerns('hub')).toBe(true);
  });

  it.each(['ready', 'unchanged', 'failed', 'blocked', 'cancelled'] as const)(
    'covers no service that an apply left %s',
    (phase) => {
      expect(underWayOf([task('apply', [progress('hub', phase)])], ON).concerns('hub')).toBe(false);
    },
  );

  it('covers what a stop or a removal took down until all of it is down', () => {
    for (const kind of ['stop', 'remove'] as const) {
      const underWay = underWayOf([task(kind, [progress('hub', 'ready'), progress('db', 'failed')])], ON);
      expect([underWay.concerns('hub'), underWay.concerns('db')]).toEqual([true, false]);
    }
  });

  it('covers everything while an apply is undone', () => {
    expect(underWayOf([task('undo', [])], ON)).toMatchObject({ changesStack: true });
    expect(underWayOf([task('undo', [])], ON).concerns('any')).toBe(true);
  });

  it.each<[string, Partial<Task>]>([
    ['of another host', { hostId: 'there' }],
    ['of another stack', { stackId: 'other' }],
    ['that ended', { status: { state: 'succeeded', summary: '' } }],
    ['that only looks', { kind: 'preflight' }],
  ])('leaves out a task %s', (_, over) => {
    const underWay = underWayOf([task('apply', [progress('hub', 'waiting')], over)], ON);
    expect([underWay.changesStack, underWay.concerns('hub')]).toEqual([false, false]);
  });
});
