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
import { z } from 'zod';
import type { ApplyLock } from '../../../../preload/contract';
import { cancelled, DomainError, hasCode } from '../../errors';
import type { ContainerSummary, EnginePort } from '../../hosts/engine';
import type { HostSession } from '../../hosts/host-session';
import { tarEnd, tarOf } from '../apply/tar';
import { OWN } from '../plan/labels';
import { releaseLater, repeatBeat } from './lost-link';
import { isProcessAlive } from './owner-process';

const LOCK_IMAGE = 'bizosaas/lock:1';
const BEAT_INTERVAL_MS = 5_000;
const STALE_AFTER_MS = 30_000;

const ownerLabels = z.object({
  'com.bizosaas.lock.owner': z.string(),
  'com.bizosaas.lock.since': z.coerce.number(),
  'com.bizosaas.lock.machine': z.string(),
  'com.bizosaas.lock.pid': z.coerce.number().int(),
});
const beatSchema = z.object({ at: z.number(), count: z.number().int() });

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
  const lock = await describeLock(session.engine, container, claim.now());
  const abandoned = (lock.stale && lock.owner === claim.takeOverFrom) || isOwnLeftover(container);
  if (!abandoned) throw lockedError(claim.project, lock, claim.now());
  await session.engine.removeContainer(container.id, { force: true, volumes: false }, signal);
}

/** Made or released over a link that was lost before the engine's answer came. */
function isOwnLeftover({ id, labels }: ContainerSummary): boolean {
  return isOwn(labels) && !heldHere.has(id);
}

function lockedError(project: string, lock: ApplyLock, now: number): DomainError {
  const age = Math.max(0, Math.round((now - lock.since) / 1000));
  const silent = Math.max(0, Math.round((now - lock.lastBeatAt) / 1000));
  const advice = lock.stale
    ? `It gave no sign of life for ${silent} s: it may have ended, or lost its connection and go on when that is back. Break the lock only if that console is gone.`
    : 'Wait until it ends.';
  return new DomainError(
    'APPLY_LOCKED',
    { project, owner: lock.owner, since: lock.since, stale: lock.stale },
    `${lock.owner} has been changing ${project} for ${age} s. ${advice}`,
  );
}

function lockSpec({ project, owner, now }: LockClaim): { name: string; body: Record<string, unknown> } {
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
      },
      HostConfig: { NetworkMode: 'none' },
    },
  };
}

function lockName(project: string): string {
  return `bizosaas-lock-${project}`;
}

async function writeBeat(engine: EnginePort, id: string, beat: z.infer<typeof beatSchema>): Promise<void> {
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
  return container === null ? null : describeLock(session.engine, container, now);
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
    async (container) =>
      [container.labels[OWN.lock] ?? '', await describeLock(engine, container, now)] as const,
  );
  return new Map(await Promise.all(described));
}

function isOwn(labels: Record<string, string>): boolean {
  const owner = ownerLabels.safeParse(labels);
  if (!owner.success) return false;
  const { 'com.bizosaas.lock.machine': machine, 'com.bizosaas.lock.pid': pid } = owner.data;
  return machine === hostname() && pid === process.pid;
}

/** Only by a person's decision: the owner, if it still lives, notices at its next beat and stops. */
export async function breakLock(session: HostSession, project: string, signal?: AbortSignal): Promise<void> {
  const container = await lockContainer(session.engine, project, signal);
  if (container === null) return;
  await session.engine.removeContainer(container.id, { force: true, volumes: false }, signal);
}

async function describeLock(
  engine: EnginePort,
  container: ContainerSummary,
  now: number,
): Promise<ApplyLock> {
  const labels = ownerLabels.safeParse(container.labels);
  const created = container.createdAt;
  if (!labels.success) return { owner: 'unknown', since: created, lastBeatAt: created, stale: true };
  const since = labels.data['com.bizosaas.lock.since'];
  const beat = await readBeat(engine, container.id);
  const timing = { since, created, now, beatAt: beat?.at ?? since };
  const lastBeatAt = Math.max(
    onEngineClock(timing),
    sawBeat(engine, container.id, { count: beat?.count ?? 0, now }),
  );
  // An owner on this very machine whose process has ended is known to be gone at once.
  const machine = labels.data['com.bizosaas.lock.machine'];
  const gone = isProcessAlive({ machine, pid: labels.data['com.bizosaas.lock.pid'] }) === false;
  const owner = labels.data['com.bizosaas.lock.owner'];
  return {
    owner,
    since: onEngineClock({ ...timing, beatAt: since }),
    lastBeatAt,
    // What this very process holds is in good hands, however long its link is down.
    stale: !heldHere.has(container.id) && (gone || isStale(now, lastBeatAt)),
  };
}

const readings = new WeakMap<EnginePort, Map<string, { count: number; changedAt: number }>>();

/** When this reader last saw the count of beats rise, on its own clock; 0 when it never did. */
function sawBeat(engine: EnginePort, id: string, beat: { count: number; now: number }): number {
  const known = readings.get(engine) ?? new Map<string, { count: number; changedAt: number }>();
  readings.set(engine, known);
  const before = known.get(id);
  const rose = before !== undefined && beat.count > before.count;
  const changedAt = rose ? beat.now : (before?.changedAt ?? 0);
  known.set(id, { count: beat.count, changedAt });
  return changedAt;
}

export function isStale(now: number, lastBeatAt: number): boolean {
  return now - lastBeatAt > STALE_AFTER_MS;
}

/** The engine lists whole seconds, so an offset below two seconds is rounding, not a clock that is off. */
export function onEngineClock(times: { since: number; created: number; beatAt: number }): number {
  const offset = times.since - times.created;
  return Math.abs(offset) < 2_000 ? times.beatAt : times.beatAt - offset;
}

async function readBeat(engine: EnginePort, id: string): Promise<z.infer<typeof beatSchema> | null> {
  try {
    const parsed = beatSchema.safeParse(JSON.parse(await engine.readFile(id, '/beat')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
