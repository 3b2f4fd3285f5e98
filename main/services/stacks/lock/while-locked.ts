import type { HostSession } from '../../hosts/host-session';
import type { Log } from '../../log';
import { acquireLock, type LockClaim } from './lock';

export interface LockingDeps {
  session: HostSession;
  owner: string;
  now: () => number;
  log: Log;
  /** Repeats the taking of the lock while the engine is away; default: it is tried once. */
  patiently?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface Held {
  /** The caller's signal, which also aborts when somebody breaks the lock. */
  signal: AbortSignal;
  /** After a time in which nothing was heard of the engine. Rejects with CONFLICT when somebody broke the lock. */
  stillHeld(): Promise<void>;
}

/**
 * Holds the project's lock for as long as the work takes. The work's signal also aborts when somebody
 * breaks the lock; what it rejects with then is told as that. Rejects with APPLY_LOCKED before the work
 * begins when the lock is held.
 */
export async function whileLocked<T>(
  { session, owner, now, log, patiently = (take) => take() }: LockingDeps,
  about: Omit<LockClaim, 'owner' | 'now'>,
  signal: AbortSignal,
  work: (held: Held) => Promise<T>,
): Promise<T> {
  const lock = await patiently(() => acquireLock(session, { ...about, owner, now }, signal));
  const { stillHeld } = lock;
  try {
    return await work({ signal: AbortSignal.any([signal, lock.broken]), stillHeld });
  } catch (error) {
    throw lock.broken.aborted && !signal.aborted ? lock.broken.reason : error;
  } finally {
    await lock
      .release()
      .catch((error: unknown) => log.warn('The lock was not released.', { error: String(error) }));
  }
}
