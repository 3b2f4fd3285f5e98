import { describe, expect, it } from 'vitest';
import type { ApplyLock, ServiceProgress } from '../../../preload/contract';
import { createTasksService } from '../tasks/tasks';
import { createAttentionWatch } from './attention-watch';
import { NOW, rowSample } from './sample';

const ON = { hostId: 'here', stackId: 'shop' };
const rows = [rowSample('db', 'healthy'), rowSample('hub', 'stopped'), rowSample('shop', 'absent')];
const definition = { project: 'shop', title: 'Shop', services: new Map() };

function waiting(service: string): ServiceProgress {
  const counts = { done: null, total: null, unit: null };
  return { service, phase: 'waiting', detail: '', ...counts, parts: [], logTail: [], since: NOW };
}

function follow() {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const tasks = createTasksService({ now: () => NOW, log, newId: () => 'task' });
  const engine: { lock: ApplyLock | null; asked: number } = { lock: null, asked: 0 };
  const stop = new AbortController();
  const watch = createAttentionWatch({
    hosts: { list: async () => [] },
    stacks: {
      async lock() {
        engine.asked += 1;
        return engine.lock;
      },
      async *watch() {
        yield { type: 'snapshot', revision: 0, items: [] };
      },
    },
    tasks,
    now: () => NOW,
    on: ON,
  });
  const ended = watch.follow(stop.signal).catch(() => undefined);
  return {
    ...{ watch, tasks, engine },
    ids: () => watch.items.items().map((item) => item.service ?? item.id),
    async end() {
      stop.abort();
      await ended;
    },
  };
}

describe('attention during a task', () => {
  it('keeps quiet about a service until its turn has ended, and names it again afterwards', async () => {
    const { watch, tasks, ids, end } = follow();
    watch.update({ rows, definition, engineLostSince: null });
    expect(ids()).toEqual(['hub', 'absent']);
    let finish: () => void = () => undefined;
    const { done } = tasks.withTask({ kind: 'apply', title: 'Apply', ...ON }, async (report) => {
      for (const name of ['hub', 'shop']) report.service(waiting(name));
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return '';
    });
    await expect.poll(ids).toEqual([]);
    finish();
    await done;
    await expect.poll(ids).toEqual(['hub', 'absent']);
    await end();
  });
});

describe('the apply lock', () => {
  const stale = { owner: 'ann@desk', since: 1, lastBeatAt: NOW - 300_000, stale: true };

  it('is asked for once the engine answers, and again only when a lock moved', async () => {
    const { watch, engine, ids, end } = follow();
    watch.update({ rows: [], definition, engineLostSince: null });
    await expect.poll(() => engine.asked).toBe(1);
    watch.update({ rows: [], definition, engineLostSince: null });
    engine.lock = stale;
    watch.lockMoved();
    await expect.poll(ids).toEqual(['lock']);
    expect(engine.asked).toBe(2);
    engine.lock = null;
    watch.lockMoved();
    await expect.poll(ids).toEqual([]);
    await end();
  });

  it('is asked for anew when a lost engine is back', async () => {
    const { watch, engine, ids, end } = follow();
    watch.update({ rows: [], definition, engineLostSince: 5 });
    await expect.poll(ids).toEqual(['engine']);
    expect(engine.asked).toBe(0);
    engine.lock = stale;
    watch.update({ rows: [], definition, engineLostSince: null });
    await expect.poll(ids).toEqual(['lock']);
    await end();
  });
});
