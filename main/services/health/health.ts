import type { Attention, LiveUpdate, ServiceRow } from '../../../preload/contract';
import { cancellable, raceSignal } from '../../streams/abortable';
import type { LiveList } from '../../streams/live-list';
import type { OnStack } from '../stacks/face';
import type { HealthService } from './face';
import { createSupervisor, type Supervisor, type SupervisorDeps } from './supervisor';

export interface HealthDeps extends Omit<SupervisorDeps, 'random' | 'attended'> {
  /** Spreads probes in time. Default Math.random. */
  random?: () => number;
}

/** How long a stack nobody looks at stays supervised: a change of screens must not cost the probe history. */
const LINGER_MS = 10_000;
/** A probe this young still is "now". */
const FRESH_MS = 1000;

interface Watched<T> {
  pick: (supervisor: Supervisor) => LiveList<T>;
  hold: (supervisor: Supervisor) => () => void;
}

const nothing = () => undefined;
const rowsWithUsage: Watched<ServiceRow> = {
  pick: (supervisor) => supervisor.rows,
  hold: (supervisor) => supervisor.holdUsage(),
};
const attentionOnly: Watched<Attention> = { pick: (supervisor) => supervisor.attention, hold: () => nothing };

interface Entry {
  supervisor: Promise<Supervisor>;
  users: number;
  linger: NodeJS.Timeout | undefined;
}

export function createHealthService({ random = Math.random, ...deps }: HealthDeps): HealthService {
  const entries = new Map<string, Entry>();
  let attended = true;

  function enter(on: OnStack): Entry {
    const key = keyOf(on);
    const entry = entries.get(key) ?? {
      supervisor: createSupervisor({ ...deps, random, attended: () => attended }, on),
      users: 0,
      linger: undefined,
    };
    entries.set(key, entry);
    clearTimeout(entry.linger);
    entry.users += 1;
    // A stack that can't be loaded is asked for anew next time.
    entry.supervisor.catch(() => entries.delete(key));
    return entry;
  }
  function leave(on: OnStack, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0 || entries.get(keyOf(on)) !== entry) return;
    entry.linger = setTimeout(() => void end(keyOf(on), entry), LINGER_MS);
  }
  async function end(key: string, entry: Entry): Promise<void> {
    clearTimeout(entry.linger);
    entries.delete(key);
    await entry.supervisor.then((supervisor) => supervisor[Symbol.asyncDispose]()).catch(() => undefined);
  }
  async function during<T>(on: OnStack, work: (supervisor: Supervisor) => Promise<T>): Promise<T> {
    const entry = enter(on);
    let release: () => void = nothing;
    try {
      const supervisor = await entry.supervisor;
      release = supervisor.holdUsage();
      return await work(supervisor);
    } finally {
      release();
      leave(on, entry);
    }
  }
  function watch<T>(
    on: OnStack,
    signal: AbortSignal,
    { pick, hold }: Watched<T>,
  ): AsyncIterable<LiveUpdate<T>> {
    return cancellable(signal, async function* (inner) {
      const entry = enter(on);
      let release: () => void = nothing;
      try {
        const supervisor = await raceSignal(entry.supervisor, inner);
        release = hold(supervisor);
        await raceSignal(supervisor.ready, inner);
        yield* pick(supervisor).watch(inner);
      } finally {
        release();
        leave(on, entry);
      }
    });
  }
  return {
    watchRows: (on, signal) => watch(on, signal, rowsWithUsage),
    // The tray watches all day: what it shows needs no usage.
    watchAttention: (on, signal) => watch(on, signal, attentionOnly),
    async rowsOnce(on, signal = new AbortController().signal) {
      await deps.hosts.session(on.hostId, signal);
      return during(on, async (supervisor) => {
        await raceSignal(supervisor.ready, signal);
        await supervisor.refresh(FRESH_MS, signal);
        return supervisor.rows.items();
      });
    },
    async probes(on, service) {
      const supervisor = await entries.get(keyOf(on))?.supervisor.catch(() => null);
      return [...(supervisor?.probes(service) ?? [])];
    },
    setAttended(now) {
      const returned = now && !attended;
      attended = now;
      if (!returned) return;
      for (const { supervisor } of entries.values()) supervisor.then((one) => one.hurry()).catch(nothing);
    },
    async dispose() {
      await Promise.all([...entries].map(([key, entry]) => end(key, entry)));
    },
  };
}

function keyOf({ hostId, stackId }: OnStack): string {
  return JSON.stringify([hostId, stackId]);
}
