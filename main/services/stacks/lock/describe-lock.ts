/** What a lock on an engine tells of its owner: since when, alive when last, and whether it can still be. */
import { z } from 'zod';
import { type ApplyLock, lockSchema } from '../../../../preload/contract';
import { isAway } from '../../errors';
import type { ContainerSummary, EnginePort } from '../../hosts/engine';
import { isProcessAlive } from './owner-process';

const STALE_AFTER_MS = 30_000;

/** What a lock says of whoever holds it. */
export const ownerLabels = z.object({
  'com.bizosaas.lock.owner': z.string(),
  'com.bizosaas.lock.since': z.coerce.number(),
  'com.bizosaas.lock.machine': z.string(),
  'com.bizosaas.lock.pid': z.coerce.number().int(),
  'com.bizosaas.lock.change': lockSchema.shape.change.catch(undefined),
});
const beatSchema = z.object({ at: z.number(), count: z.number().int() });

export type Beat = z.infer<typeof beatSchema>;

/** `now` in milliseconds since the Unix epoch. What this very process holds is in good hands, however long its link is down. */
export async function describeLock(
  engine: EnginePort,
  container: ContainerSummary,
  { now, isHeldHere }: { now: number; isHeldHere: boolean },
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
  const ended = isProcessAlive({ machine, pid: labels.data['com.bizosaas.lock.pid'] }) === false;
  const change = labels.data['com.bizosaas.lock.change'];
  return {
    owner: labels.data['com.bizosaas.lock.owner'],
    since: onEngineClock({ ...timing, beatAt: since }),
    lastBeatAt,
    stale: !isHeldHere && (ended || isStale(now, lastBeatAt)),
    ...(ended && { ended }),
    ...(change !== undefined && { change }),
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

async function readBeat(engine: EnginePort, id: string): Promise<Beat | null> {
  try {
    const parsed = beatSchema.safeParse(JSON.parse(await engine.readFile(id, '/beat')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    // Of a live owner nothing is known then, which is no sign of its death.
    if (isAway(error)) throw error;
    return null;
  }
}
