/**
 * Work on an engine that may go away meanwhile, or whose link may be lost for minutes: it waits, and begins again
 * with a new look at the engine. The work itself must be worth repeating: what is done already is found done.
 */
import { DomainError, hasCode, isDomainError } from '../../errors';
import type { HostSession } from '../../hosts/host-session';
import type { Log } from '../../log';
import type { ApplyProgress } from '../face';
import type { Held } from '../lock/while-locked';
import { engineReturned, type ReturnLimits } from './engine-return';
import { isEngineLost, needsPerson } from './explain';
import type { ApplyDeps } from './model';

export const RETURN_LIMITS: ReturnLimits = { engineReturnMs: 60_000, linkReturnMs: 30 * 60_000 };

/** An engine that goes away again and again is made to by the work. */
const ENGINE_LOSSES = 5;
/** A link has a life of its own; this only ends what would never end. */
const LINK_LOSSES = 100;

export interface Endurance {
  session: HostSession;
  log: Log;
  now: () => number;
  limits: ReturnLimits;
  signal: AbortSignal;
  /** What the work is doing, for the one who watches. */
  tell: (phase: string) => void;
  /** Keeps the loss and the return for later. */
  note: (state: 'lost' | 'back', detail: string) => void;
  /** Rejects when the lock was broken meanwhile. */
  stillHeld: () => Promise<void>;
}

/** For a change without a journal. */
export function enduranceOf(
  { session, log, now, timing }: ApplyDeps,
  progress: Pick<ApplyProgress, 'phase'>,
  { signal, stillHeld }: Held,
): Endurance {
  const tell = (phase: string) => progress.phase(phase, null, null);
  const limits = { ...RETURN_LIMITS, ...timing };
  return { session, log, now, limits, signal, tell, note: () => undefined, stillHeld };
}

/** Rejects with what the work rejects with unless the engine was lost, TIMEOUT, or what only a person can mend. */
export async function enduring<T>(endurance: Endurance, work: () => Promise<T>): Promise<T> {
  const losses = { engine: 0, link: 0 };
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isEngineLost(error) || endurance.signal.aborted) throw error;
      const kind = isLinkLost(error) ? 'link' : 'engine';
      losses[kind] += 1;
      if (losses.engine > ENGINE_LOSSES || losses.link > LINK_LOSSES) throw error;
      await outlast(endurance, error);
    }
  }
}

function isLinkLost(error: unknown): boolean {
  return hasCode(error, 'HOST_UNREACHABLE') || needsPerson(error);
}

/** What is told while nothing can be done: what is lost, and since when by this machine's clock. */
export function lossWords({ endpoint }: HostSession, error: unknown, at: number): string {
  if (!isLinkLost(error)) return 'The engine went away; waiting for it to come back';
  const since = new Date(at).toLocaleTimeString('en-GB');
  return `Link to ${place(endpoint)} lost since ${since}; waiting for it to come back`;
}

/** For the row of one service. */
export function waitingFor(error: unknown): string {
  return isLinkLost(error) ? 'Waiting for the link to come back.' : 'Waiting for the engine to come back.';
}

function place(endpoint: string): string {
  return endpoint.replace(/^ssh:\/\//, '');
}

async function outlast(endurance: Endurance, error: unknown): Promise<void> {
  const { session, log, now, limits, signal, tell, note } = endurance;
  const lostAt = now();
  const words = lossWords(session, error, lostAt);
  log.warn('The engine was lost during a change.', { error: String(error) });
  tell(words);
  note('lost', `${words}. ${messageOf(error)}`);
  try {
    await engineReturned(session, limits, signal);
    if (signal.aborted) return;
    await endurance.stillHeld();
  } catch (failure) {
    throw needsPerson(failure) ? withheld(session, failure) : failure;
  }
  const what = isLinkLost(error) ? `Link to ${place(session.endpoint)}` : 'The engine';
  note('back', `${what} is back after ${Math.round((now() - lostAt) / 1000)} s; going on from a new look.`);
}

/** The same failure, said for work that stops half-way. */
function withheld({ endpoint }: HostSession, failure: unknown): unknown {
  if (!isDomainError(failure)) return failure;
  const message = `The link to ${place(endpoint)} was lost and can't be made again without a decision: ${failure.message} What is done is kept; sign in, then apply again.`;
  return new DomainError(failure.code, failure.data, message, { cause: failure });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
