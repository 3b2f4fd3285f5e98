import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ServiceProgress } from '../../../preload/contract';
import { sleep } from '../../streams/abortable';
import { DomainError } from '../errors';
import type { TaskRequest } from './face';
import { isFinal, moveTask, newTask, type TaskMove } from './task-state';
import { createTasksService } from './tasks';

const request: TaskRequest = { kind: 'apply', title: 'Apply', hostId: 'h', stackId: 's' };
const progressOf = (service: string, phase: ServiceProgress['phase']): ServiceProgress => ({
  service,
  phase,
  detail: '',
  done: null,
  total: null,
  unit: null,
  parts: [],
  logTail: [],
  since: 0,
});

const aMove: fc.Arbitrary<TaskMove> = fc.oneof(
  fc.constant<TaskMove>({ move: 'start' }),
  fc.constant<TaskMove>({ move: 'phase', name: 'Pulling', done: 1, total: 2 }),
  fc
    .constantFrom('a', 'b')
    .map<TaskMove>((name) => ({ move: 'service', progress: progressOf(name, 'pulling') })),
  fc.constant<TaskMove>({ move: 'cancel' }),
  fc.integer().map<TaskMove>((at) => ({ move: 'succeed', summary: '', at })),
  fc
    .integer()
    .map<TaskMove>((at) => ({ move: 'fail', failure: { code: 'INTERNAL', message: '', data: {} }, at })),
  fc.integer().map<TaskMove>((at) => ({ move: 'end-cancelled', summary: '', at })),
);

describe('task moves', () => {
  it('never leave a final state, never go back to queued, and end exactly when final', () => {
    fc.assert(
      fc.property(fc.array(aMove), (moves) => {
        let task = newTask('t', request, 0);
        for (const move of moves) {
          const next = moveTask(task, move);
          if (isFinal(task.status)) expect(next).toBe(task);
          if (task.status.state !== 'queued') expect(next.status.state).not.toBe('queued');
          expect(next.endedAt !== null).toBe(isFinal(next.status));
          expect(new Set(next.services.map((one) => one.service)).size).toBe(next.services.length);
          task = next;
        }
      }),
    );
  });

  it('keep the wish to cancel through later phases', () => {
    const moves: TaskMove[] = [
      { move: 'start' },
      { move: 'cancel' },
      { move: 'phase', name: 'Undoing', done: 0, total: 3 },
    ];
    expect(moves.reduce(moveTask, newTask('t', request, 0)).status).toMatchObject({
      phase: 'Undoing',
      cancelling: true,
    });
  });
});

function room() {
  const errors: Record<string, unknown>[] = [];
  let ids = 0;
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_: string, data = {}) => void errors.push(data),
  };
  const tasks = createTasksService({ now: () => 5, log, newId: () => `id-${++ids}` });
  return { tasks, errors };
}

describe('the tasks room', () => {
  it('shows progress to a watcher and keeps the newest state per service', async () => {
    const { tasks } = room();
    const { done } = tasks.withTask(request, async (progress) => {
      progress.phase('Pulling', 1, 2);
      progress.service(progressOf('redis', 'pulling'));
      progress.service(progressOf('redis', 'ready'));
      return 'All up';
    });
    expect(await done).toMatchObject({
      status: { state: 'succeeded', summary: 'All up' },
      services: [{ service: 'redis', phase: 'ready' }],
      endedAt: 5,
    });
    const reader = tasks.watch(new AbortController().signal);
    expect((await reader[Symbol.asyncIterator]().next()).value).toMatchObject({
      type: 'snapshot',
      items: [{ status: { state: 'succeeded' } }],
    });
  });

  it('carries a known failure as it is, and logs an unknown one under the id it shows', async () => {
    const { tasks, errors } = room();
    const known = await tasks.withTask(request, async () => {
      throw new DomainError('NOT_FOUND', { kind: 'image', name: 'x' }, 'No image x.');
    }).done;
    expect(known.status).toMatchObject({ failure: { code: 'NOT_FOUND', data: { name: 'x' } } });
    expect(errors).toEqual([]);
    const unknown = await tasks.withTask(request, () => Promise.reject(new TypeError('oops'))).done;
    expect(unknown.status).toMatchObject({ failure: { code: 'INTERNAL', data: { id: errors[0]?.id } } });
    expect(errors[0]?.id).toBeTypeOf('string');
  });

  it('cancels through the signal and says so, but not when the work failed for another reason', async () => {
    const { tasks } = room();
    const waiting = tasks.withTask(request, (_, signal) => sleep(60_000, signal).then(() => ''));
    const failing = tasks.withTask(request, (_, signal) =>
      sleep(60_000, signal).then(
        () => '',
        () => Promise.reject(new DomainError('CONFLICT', { what: 'a', detail: '' }, '')),
      ),
    );
    tasks.cancel(waiting.taskId);
    tasks.cancel(failing.taskId);
    expect((await waiting.done).status.state).toBe('cancelled');
    expect((await failing.done).status.state).toBe('failed');
  });

  it('stops all within the deadline even when work does not listen', async () => {
    const { tasks } = room();
    const polite = tasks.withTask(request, (_, signal) => sleep(60_000, signal).then(() => ''));
    tasks.withTask(request, () => new Promise(() => undefined));
    await tasks.stopAll(20);
    expect((await polite.done).status.state).toBe('cancelled');
    expect(tasks.list().map((task) => task.status)).toContainEqual(
      expect.objectContaining({ cancelling: true }),
    );
  });

  it('keeps the last 20 finished tasks; only finished ones can be dismissed', async () => {
    const { tasks } = room();
    const endless = tasks.withTask(request, () => new Promise(() => undefined));
    for (let count = 0; count < 25; count += 1) await tasks.withTask(request, async () => `${count}`).done;
    expect(tasks.list()).toHaveLength(21);
    tasks.dismiss(endless.taskId);
    expect(tasks.list()).toHaveLength(21);
    tasks.dismiss(tasks.list().at(-1)?.id ?? '');
    expect(tasks.list()).toHaveLength(20);
  });
});
