/**
 * Work on an engine that may go away meanwhile, or whose link may be lost for minutes: it waits, and begins again
 * with a new look at the engine. The work itself must be worth repeating: what is done already is found done.
 */
import { DomainError, hasCode, isDomainError } from '../../errors';
import type { HostSession } from '../../hosts/host-session';
import type { Log } from '../../log';
import { engineReturned, type ReturnLimits } from './engine-return';
import { isEngineLost, needsPerson } from './explain';

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
  /** Keeps the loss and what came of it for later. */
  note: (state: 'lost' | 'back' | 'given-up', detail: string) => void;
  /** Rejects when the lock was broken meanwhile. */
  stillHeld: () => Promise<void>;
  /** When it is given up half-way, in sentences: what is done and what is not. */
  soFar: () => string;
  /** The same: how to go on, as in `continue the apply`. */
  goOn: () => string;
}

interface Loss {
  error: unknown;
  at: number;
}

/**
 * Rejects with what the work rejects with unless the engine was lost; with TIMEOUT when it stays away, or with
 * what only a person can mend: both say what is done, what is not and how to go on.
 */
export async function enduring<T>(endurance: Endurance, work: () => Promise<T>): Promise<T> {
  const losses = { engine: 0, link: 0 };
  let loss: Loss | null = null;
  for (;;) {
    try {
      if (loss !== null) await resume(endurance, loss);
      loss = null;
      return await work();
    } catch (error) {
      if (!isEngineLost(error) || endurance.signal.aborted) throw error;
      const kind = isLinkLost(error) ? 'link' : 'engine';
      losses[kind] += 1;
      if (losses.engine > ENGINE_LOSSES || losses.link > LINK_LOSSES) throw givenUp(endurance, error);
      loss ??= noticed(endurance, error);
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

function noticed({ session, log, now, tell, note }: Endurance, error: unknown): Loss {
  const at = now();
  const words = lossWords(session, error, at);
  log.warn('The engine was lost during a change.', { error: String(error) });
  tell(words);
  note('lost', `${words}. ${messageOf(error)}`);
  return { error, at };
}

/** Returns early on abort: the work itself finds that out. */
async function outlast(endurance: Endurance, lost: DomainError): Promise<void> {
  const { session, limits, signal } = endurance;
  try {
    await engineReturned(session, limits, signal);
  } catch (failure) {
    if (signal.aborted) throw failure;
    throw givenUp(endurance, isDomainError(failure) ? failure : unexpected(session, lost, failure));
  }
}

/** Not even the waiting worked: what was lost before is still the failure, with what came on top of it. */
function unexpected({ endpoint }: HostSession, lost: DomainError, failure: unknown): DomainError {
  const message = `Waiting for ${place(endpoint)} ended for an unexpected reason: ${messageOf(failure)}. Before that: ${lost.message}`;
  return new DomainError(lost.code, lost.data, message, { cause: failure });
}

/** The link may be lost once more before the lock is seen. */
async function resume(endurance: Endurance, { error, at }: Loss): Promise<void> {
  if (endurance.signal.aborted) return;
  await endurance.stillHeld();
  const { session, now, note } = endurance;
  const what = isLinkLost(error) ? `Link to ${place(session.endpoint)}` : 'The engine';
  note('back', `${what} is back after ${Math.round((now() - at) / 1000)} s; going on from a new look.`);
}

/** The same failure, said for work that stops half-way. */
function givenUp(endurance: Endurance, failure: DomainError): DomainError {
  const message = [
    whatFailed(endurance, failure),
    endurance.soFar(),
    `${advice(failure)}${endurance.goOn()}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
  endurance.note('given-up', message);
  return new DomainError(failure.code, failure.data, message, { cause: failure });
}

function whatFailed({ session }: Endurance, failure: DomainError): string {
  const said = failure.message;
  if (!needsPerson(failure)) return said;
  return `The link to ${place(session.endpoint)} was lost and can't be made again without a decision: ${said}`;
}

function advice(failure: DomainError): string {
  if (needsPerson(failure) || hasCode(failure, 'CANCELLED')) return 'Sign in, then ';
  if (hasCode(failure, 'TIMEOUT') && failure.data.operation === 'wait for the engine')
    return 'Start it, then ';
  return 'Check the network and the machine, then ';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
