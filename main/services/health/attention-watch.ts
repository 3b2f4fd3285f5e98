import { isDeepStrictEqual } from 'node:util';
import type { ApplyLock, Attention, ServiceRow, Stack, Task } from '../../../preload/contract';
import { applyUpdate, type LiveCopy } from '../../streams/apply-update';
import { createLiveList, type LiveList } from '../../streams/live-list';
import { changedWithin, createNotifier } from '../../streams/notifier';
import type { HostsService } from '../hosts/face';
import type { OnStack, StacksService } from '../stacks/face';
import type { TasksService } from '../tasks/face';
import { deriveAttention } from './attention';
import type { Definition } from './definition';
import { nothingUnderWay, underWayElsewhere, underWayOf } from './under-way';

export interface AttentionWatchDeps {
  hosts: Pick<HostsService, 'list'>;
  stacks: Pick<StacksService, 'watch' | 'lock'>;
  tasks: Pick<TasksService, 'watch'>;
  now: () => number;
  on: OnStack;
}

export interface AttentionWatch {
  readonly items: LiveList<Attention>;
  update(seen: Seen): void;
  /** A lock was made or taken away on the engine. */
  lockMoved(): void;
  /** Keeps what is not in the rows: tasks, the unfinished apply, the lock, the host's title. Ends with the signal. */
  follow(signal: AbortSignal): Promise<void>;
}

interface Seen {
  rows: ServiceRow[];
  definition: Definition;
  engineLostSince: number | null;
}

const COALESCE_MS = 100;
/** A held lock goes stale without an event; so does a question that failed. */
const LOCK_EVERY_MS = 5000;

export function createAttentionWatch({ hosts, stacks, tasks, now, on }: AttentionWatchDeps): AttentionWatch {
  const items = createLiveList<Attention>({
    id: (item) => item.id,
    coalesceMs: COALESCE_MS,
    equals: isDeepStrictEqual,
  });
  const lockMoves = createNotifier();
  let latest: Seen | null = null;
  let stack: Stack | null = null;
  let lock: ApplyLock | null = null;
  let underWay = nothingUnderWay;
  let host = on.hostId;

  function derive(): void {
    if (!latest) return;
    const { rows, definition, engineLostSince } = latest;
    const dependsOn = new Map([...definition.services].map(([id, service]) => [id, service.dependsOn]));
    const engineLost = engineLostSince === null ? null : { since: engineLostSince, host };
    const abroad = stack?.changedBy?.stale === false;
    const input = { now: now(), rows, dependsOn, engineLost, stack, lock };
    items.set(deriveAttention({ ...input, underWay: abroad ? underWayElsewhere : underWay }));
  }
  async function followStack(signal: AbortSignal): Promise<void> {
    let copy: LiveCopy<Stack> | null = null;
    for await (const update of stacks.watch(on.hostId, signal)) {
      copy = applyUpdate(copy, update, (item) => item.id);
      const before = stack?.changedBy;
      stack = copy?.items.get(on.stackId) ?? null;
      // Its owner may have died, which is no event on the engine.
      if (!isDeepStrictEqual(before, stack?.changedBy)) lockMoves.notify();
      derive();
    }
  }
  async function followTasks(signal: AbortSignal): Promise<void> {
    let copy: LiveCopy<Task> | null = null;
    for await (const update of tasks.watch(signal)) {
      copy = applyUpdate(copy, update, (task) => task.id);
      underWay = underWayOf(copy?.items.values() ?? [], on);
      derive();
    }
  }
  async function followLock(signal: AbortSignal): Promise<void> {
    for (;;) {
      const seen = lockMoves.version;
      const free = await askLock();
      derive();
      await (free ? lockMoves.changed(seen, signal) : changedWithin(LOCK_EVERY_MS, lockMoves, seen, signal));
    }
  }
  /** True when the lock is known to be free: then only an event can change that. */
  async function askLock(): Promise<boolean> {
    if (latest === null || latest.engineLostSince !== null) return true;
    try {
      lock = await stacks.lock(on);
      return lock === null;
    } catch {
      lock = null;
      return false;
    }
  }
  async function nameHost(): Promise<void> {
    const known = await hosts.list();
    host = known.find((one) => one.id === on.hostId)?.title ?? on.hostId;
  }
  return {
    items,
    update(seen) {
      const answered = latest !== null && latest.engineLostSince === null;
      latest = seen;
      // Events were missed while the engine was away, or nobody listened yet.
      if (!answered && seen.engineLostSince === null) lockMoves.notify();
      derive();
    },
    lockMoved: () => lockMoves.notify(),
    async follow(signal) {
      await Promise.all([nameHost(), followTasks(signal), followStack(signal), followLock(signal)]);
    },
  };
}
