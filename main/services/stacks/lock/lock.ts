/**
 * The lock room: one lock per project, on the engine itself, so that two consoles on two machines
 * never apply at once. It is a container that never starts: its name is what the engine keeps
 * unique. It carries no Compose project label, so `docker compose ps` doesn't show it.
 *
 * Clocks: every beat carries the owner's time. The engine's own time of creation tells how far the
 * owner's clock is off the engine's; the reader's clock is taken to agree with the engine's. A
 * reader that sees the beat change between two readings knows the owner alive whatever clocks say.
 */
import { hostname } from 'node:os';
import { Readable } from 'node:stream';
import type { ApplyLock } from '../../../../preload/contract';
import { cancelled, DomainError, hasCode } from '../../errors';
import type { ContainerSummary, EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import { tarEnd, tarOf } from '../apply/tar';
import { OWN } from '../plan/labels';
import { type Beat, describeLock, ownerLabels } from './describe-lock';
import { releaseLater, repeatBeat } from './lost-link';
import { lockedError } from './words';

const LOCK_IMAGE = 'bizosaas/lock:1';
const BEAT_INTERVAL_MS = 5_000;

export interface HeldLock {
  /** Aborts when somebody broke the lock: the work it protected must stop. */
  readonly broken: AbortSignal;
  /** Shows a sign of life now. Rejects when the lock is gone, or the engine can't be reached. */
  stillHeld(): Promise<void>;
  /** Tries again by itself, and rejects, when the engine can't be reached. */
  release(): Promise<void>;
}

export interface LockClaim {
  project: string;
  owner: string;
  /** What it is taken for: told to whoever finds it held. */
  change?: ApplyLock['change'];
  now: () => number;
  /** An owner known to be gone: the lock it left is taken over without asking. */
  takeOverFrom?: string | undefined;
  /** How often the owner shows that it lives, and looks whether the lock is still its own; default 5 000. */
  beatIntervalMs?: number;
}

/** Rejects with APPLY_LOCKED, naming the owner and since when, unless the lock is free or `takeOverFrom` left it. */
export async function acquireLock(
  session: HostSession,
  claim: LockClaim,
  signal: AbortSignal,
): Promise<HeldLock> {
  signal.throwIfAborted();
  const { engine } = session;
  const id = await createLock(session, claim, signal);
  if (signal.aborted) {
    await engine.removeContainer(id, { force: true, volumes: false });
    throw cancelled(`Lock ${claim.project}`);
  }
  heldHere.add(id);
  const broken = new AbortController();
  let count = 0;
  async function beat(): Promise<void> {
    try {
      await writeBeat(engine, id, { at: claim.now(), count: count++ });
    } catch (error) {
      // An engine that is away keeps the lock; only a lock that is gone was broken.
      if (hasCode(error, 'NOT_FOUND')) broken.abort(brokenError(claim.project));
      throw error;
    }
  }
  await beat().catch(() => undefined);
  const stop = repeatBeat(beat, claim.beatIntervalMs ?? BEAT_INTERVAL_MS);
  const remove = () => engine.removeContainer(id, { force: true, volumes: false });
  return {
    broken: broken.signal,
    stillHeld: beat,
    async release() {
      stop();
      try {
        await remove();
      } catch (error) {
        releaseLater(remove, error);
        throw error;
      } finally {
        heldHere.delete(id);
      }
    },
  };
}

/** Containers that are this process's locks and in use. One that is not is a leftover of a link that was lost. */
const heldHere = new Set<string>();

function brokenError(project: string): DomainError {
  return new DomainError(
    'CONFLICT',
    { what: `lock of ${project}`, detail: 'another console broke the lock' },
    `The apply lock of ${project} was broken by another console. This apply stopped.`,
  );
}

/** Creating it is never cut short: an engine that was left waiting would still make a lock, and nobody would hold it. */
async function createLock(session: HostSession, claim: LockClaim, signal: AbortSignal): Promise<string> {
  const spec = lockSpec(claim);
  try {
    return (await session.engine.createContainer(spec)).id;
  } catch (error) {
    if (hasCode(error, 'NOT_FOUND')) {
      await session.engine.importImage(Readable.from([tarEnd()]), LOCK_IMAGE, [], signal);
      return createLock(session, claim, signal);
    }
    if (!hasCode(error, 'CONFLICT')) throw error;
  }
  await giveWay(session, claim, signal);
  return (await session.engine.createContainer(spec)).id;
}

/** Returns only when the lock in the way was removed or is gone. */
async function giveWay(session: HostSession, claim: LockClaim, signal: AbortSignal): Promise<void> {
  const container = await lockContainer(session.engine, claim.project, signal);
  if (container === null) return;
  const lock = await lockIn(session.engine, container, claim.now());
  const abandoned = (lock.stale && lock.owner === claim.takeOverFrom) || isOwnLeftover(container);
  if (!abandoned) throw lockedError(claim.project, lock, claim.now());
  await session.engine.removeContainer(container.id, { force: true, volumes: false }, signal);
}

/** Made or released over a link that was lost before the engine's answer came. */
function isOwnLeftover({ id, labels }: ContainerSummary): boolean {
  return isOwn(labels) && !heldHere.has(id);
}

function lockSpec({ project, owner, change, now }: LockClaim): {
  name: string;
  body: Record<string, unknown>;
} {
  return {
    name: lockName(project),
    body: {
      Image: LOCK_IMAGE,
      // Never run; the engine refuses a container without a command.
      Cmd: ['lock'],
      Labels: {
        [OWN.lock]: project,
        'com.bizosaas.lock.owner': owner,
        'com.bizosaas.lock.since': String(now()),
        'com.bizosaas.lock.machine': hostname(),
        'com.bizosaas.lock.pid': String(process.pid),
        ...(change !== undefined && { 'com.bizosaas.lock.change': change }),
      },
      HostConfig: { NetworkMode: 'none' },
    },
  };
}

function lockName(project: string): string {
  return `bizosaas-lock-${project}`;
}

async function writeBeat(engine: EnginePort, id: string, beat: Beat): Promise<void> {
  const archive = tarOf([{ path: 'beat', content: Buffer.from(JSON.stringify(beat)), mode: 0o644 }]);
  await engine.putArchive(id, '/', Readable.from([archive]));
}

async function lockContainer(
  engine: EnginePort,
  project: string,
  signal?: AbortSignal,
): Promise<ContainerSummary | null> {
  const [container] = await engine.listContainers([`${OWN.lock}=${project}`], signal);
  return container ?? null;
}

/** Null when nobody holds the lock. `now` in milliseconds since the Unix epoch. */
export async function readLock(
  session: HostSession,
  project: string,
  now: number,
  signal?: AbortSignal,
): Promise<ApplyLock | null> {
  const container = await lockContainer(session.engine, project, signal);
  return container === null ? null : lockIn(session.engine, container, now);
}

/** Held locks by project, without those of this very process. `now` in milliseconds since the Unix epoch. */
export async function foreignLocks(
  { engine }: Pick<HostSession, 'engine'>,
  now: number,
  signal?: AbortSignal,
): Promise<Map<string, ApplyLock>> {
  const containers = await engine.listContainers([OWN.lock], signal);
  const foreign = containers.filter(({ labels }) => !isOwn(labels));
  const described = foreign.map(
    async (container) => [container.labels[OWN.lock] ?? '', await lockIn(engine, container, now)] as const,
  );
  return new Map(await Promise.all(described));
}

function isOwn(labels: Record<string, string>): boolean {
  const owner = ownerLabels.safeParse(labels);
  if (!owner.success) return false;
  const { 'com.bizosaas.lock.machine': machine, 'com.bizosaas.lock.pid': pid } = owner.data;
  return machine === hostname() && pid === process.pid;
}

/**
 * Only by a person's decision: the owner, if it still lives, notices at its next beat and stops. With `onlyStale`
 * a lock whose owner gave a sign of life meanwhile stays; `now` in milliseconds since the Unix epoch.
 */
export async function breakLock(
  session: HostSession,
  project: string,
  onlyStale?: { now: number },
): Promise<void> {
  const { engine } = session;
  const container = await lockContainer(engine, project);
  if (container === null) return;
  if (onlyStale !== undefined && !(await lockIn(engine, container, onlyStale.now)).stale) return;
  await engine.removeContainer(container.id, { force: true, volumes: false });
}

function lockIn(engine: EnginePort, container: ContainerSummary, now: number): Promise<ApplyLock> {
  return describeLock(engine, container, { now, isHeldHere: heldHere.has(container.id) });
}
