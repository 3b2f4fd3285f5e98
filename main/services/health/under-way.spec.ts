import { describe, expect, it } from 'vitest';
import type { ServiceProgress, Task, TaskKind } from '../../../preload/contract';
import { createTasksService } from '../tasks/tasks';
import { createAttentionWatch } from './attention-watch';
import { rowSample } from './sample';
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
  it.each(['waiting', 'pulling', 'building', 'creating', 'starting', 'gating', 'removing'] as const)(
    'covers a service that is %s',
    (phase) => {
      expect(underWayOf([task('apply', [progress('hub', phase)])], ON).concerns('hub')).toBe(true);
    },
  );

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

describe('attention during a task', () => {
  function follow() {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const tasks = createTasksService({ now: () => NOW, log, newId: () => 'task' });
    const stop = new AbortController();
    const watch = createAttentionWatch({
      hosts: { list: async () => [] },
      stacks: {
        lock: async () => null,
        async *watch() {
          yield { type: 'snapshot', revision: 0, items: [] };
        },
      },
      tasks,
      now: () => NOW,
      on: ON,
    });
    const ended = watch.follow(stop.signal).catch(() => undefined);
    const rows = [rowSample('db', 'healthy'), rowSample('hub', 'stopped'), rowSample('shop', 'absent')];
    const definition = { project: 'shop', title: 'Shop', services: new Map() };
    watch.update({ rows, definition, engineLostSince: null });
    return {
      tasks,
      services: () => watch.items.items().map((item) => item.service ?? item.id),
      async end() {
        stop.abort();
        await ended;
      },
    };
  }

  it('keeps quiet about a service until its turn has ended, and names it again afterwards', async () => {
    const { tasks, services, end } = follow();
    expect(services()).toEqual(['hub', 'absent']);
    let finish: () => void = () => undefined;
    const { done } = tasks.withTask({ kind: 'apply', title: 'Apply', ...ON }, async (report) => {
      for (const name of ['hub', 'shop']) report.service(progress(name, 'waiting'));
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return '';
    });
    await expect.poll(services).toEqual([]);
    finish();
    await done;
    await expect.poll(services).toEqual(['hub', 'absent']);
    await end();
  });
});
