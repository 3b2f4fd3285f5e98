/**
 * Where the server forwards nothing each connection that is carried by a program takes a session. When those of the
 * first connection are taken, further connections carry the rest; two sessions stay free for programs.
 */
import { isTimeout, raceSignal } from '../../streams/abortable';
import type { OpenLink } from './open-link';
import { isRefusal, type Program, startProgram, stopProgram } from './programs';

const FURTHER_LINKS = 4;
const KEPT_FOR_PROGRAMS = 2;

export interface SessionPool {
  /** Sessions of all its connections, those too that are not made yet. */
  readonly capacity: number;
  /**
   * Runs a program where there is room for one more session, after a wait where none has. `stays`: it may run for
   * hours, from the first one on; the first that asks for the engine is short. A signal that times out while all
   * sessions are taken rejects with `isAllTaken`.
   */
  start(command: string, options: { stays: boolean; signal?: AbortSignal }): Promise<Placed>;
}

interface Placed {
  link: OpenLink;
  program: Program;
}

const ALL_TAKEN = new Error('all sessions are taken');

export function isAllTaken(error: unknown): boolean {
  return error === ALL_TAKEN;
}

export interface SessionPools {
  /** One for each connection, whoever asks. */
  of(link: OpenLink): SessionPool;
}

/** `openFurther`: one more connection; null where one has to do. */
export function createSessionPools(openFurther: (() => Promise<OpenLink>) | null): SessionPools {
  const pools = new WeakMap<OpenLink, SessionPool>();
  return {
    of(link) {
      const pool = pools.get(link) ?? createSessionPool(link, openFurther);
      pools.set(link, pool);
      return pool;
    },
  };
}

function free({ slots }: OpenLink, kept: number): number {
  return slots.limit - kept - slots.used - slots.waiting;
}

function createSessionPool(first: OpenLink, openFurther: (() => Promise<OpenLink>) | null): SessionPool {
  const further = new Set<OpenLink>();
  let opening: Promise<void> | null = null;
  let measuring: Promise<void> | null = null;

  async function open(make: () => Promise<OpenLink>): Promise<void> {
    const link = await first.orLost(make());
    link.slots.learn(first.slots.limit);
    further.add(link);
    link.onLost(() => further.delete(link));
    first.onLost((failure) => link.lose(failure));
  }

  function withRoom(): OpenLink | undefined {
    const kept =
      openFurther === null ? Math.min(KEPT_FOR_PROGRAMS, first.slots.limit - 1) : KEPT_FOR_PROGRAMS;
    if (free(first, kept) > 0) return first;
    return [...further].find((link) => free(link, 0) > 0);
  }

  function leastTaken(): OpenLink {
    return [...further].toSorted((one, other) => free(other, 0) - free(one, 0))[0] ?? first;
  }

  async function place(command: string, signal?: AbortSignal): Promise<Placed> {
    for (;;) {
      const link = withRoom();
      if (!link && openFurther !== null && further.size < FURTHER_LINKS) {
        opening ??= open(openFurther).finally(() => {
          opening = null;
        });
        await raceSignal(opening, signal);
        continue;
      }
      const at = link ?? leastTaken();
      try {
        const program = await startProgram(at, command, { signal, counted: false, waits: !link });
        return { link: at, program };
      } catch (error) {
        if (!link && isTimeout(error)) throw ALL_TAKEN;
        // It has less room than was known: another one may have some.
        if (!link || !isRefusal(error) || free(at, 0) > 0) throw error;
      }
    }
  }

  /** The measure could take the last session it needs. */
  function placeAhead(command: string, signal?: AbortSignal): Promise<Placed> {
    const placed = place(command, signal);
    const over = () => measure(first);
    measuring = placed.then(over, over);
    return placed;
  }

  return {
    get capacity() {
      const ofFirst = Math.max(openFurther === null ? 1 : 0, first.slots.limit - KEPT_FOR_PROGRAMS);
      return ofFirst + (openFurther === null ? 0 : FURTHER_LINKS * first.slots.limit);
    },
    async start(command, { stays, signal }) {
      if (openFurther !== null) {
        if (measuring === null && !stays) return placeAhead(command, signal);
        measuring ??= measure(first);
        await raceSignal(measuring, signal);
      }
      return place(command, signal);
    },
  };
}

/**
 * What is carried may stay for hours, and a program would wait behind it for as long on a server that allows only a
 * few sessions: that is found out before the first one.
 */
async function measure(link: OpenLink): Promise<void> {
  const probes = Array.from({ length: KEPT_FOR_PROGRAMS + 1 }, () =>
    startProgram(link, 'exec cat', { counted: false, waits: false }),
  );
  for (const probe of await Promise.allSettled(probes)) {
    if (probe.status === 'fulfilled') stopProgram(probe.value.channel);
  }
  await Promise.all(
    probes.map((probe) => probe.then(({ ended }) => link.orLost(ended)).catch(() => undefined)),
  );
}
