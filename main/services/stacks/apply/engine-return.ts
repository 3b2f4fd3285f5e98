/** Waits for an engine that went away, or for the link to it: the one is back soon or never, the other whenever the network is. */
import { changedWithin } from '../../../streams/notifier';
import { formatDuration } from '../../../words/quantities';
import { DomainError, hasCode } from '../../errors';
import type { HostSession } from '../../hosts/host-session';
import { pause } from './concurrency';
import { needsPerson } from './explain';

const PING_EVERY_MS = 250;
/** Often enough for a link to be found back well within five seconds. */
const LINK_PING_EVERY_MS = 1_500;
const PING_LIMIT_MS = 2_000;
/** A connection over SSH is made with the ping; its steps have limits of their own, and a person may be asked. */
const LINK_PING_LIMIT_MS = 60_000;
const ANSWERS_IN_A_ROW = 3;

export interface ReturnLimits {
  /** For an engine that restarts. */
  engineReturnMs: number;
  /** For a link that was lost. */
  linkReturnMs: number;
}

type Answer = { kind: 'answered' } | { kind: 'away'; error: unknown };

/**
 * Resolves when the engine answers again, several times in a row: one that shuts down still answers
 * for a moment. Rejects with TIMEOUT after the limit of what is away, and at once with what only a person can
 * mend: AUTH_REQUIRED, HOST_KEY_UNKNOWN, HOST_KEY_CHANGED. Returns early on abort.
 */
export async function engineReturned(
  session: HostSession,
  limits: ReturnLimits,
  signal: AbortSignal,
): Promise<void> {
  const waits = { link: Date.now(), engine: Date.now() };
  for (let answers = 0; !signal.aborted; ) {
    await nextTry(session, answers > 0, signal);
    const answer = await answerNow(session, signal);
    if (signal.aborted) return;
    answers = answer.kind === 'answered' ? answers + 1 : 0;
    if (answers >= ANSWERS_IN_A_ROW) return;
    if (answer.kind === 'away') judge(answer.error, session, waits, limits);
  }
}

async function nextTry(session: HostSession, answered: boolean, signal: AbortSignal): Promise<void> {
  const { link } = session;
  if (answered || link === undefined || link.report().state === 'open') return pause(PING_EVERY_MS, signal);
  const seen = link.changes.version;
  await changedWithin(LINK_PING_EVERY_MS, link.changes, seen, signal).catch(() => undefined);
  // Each step of an attempt that somebody else makes is such a change; a ping joins that attempt.
  await pause(PING_EVERY_MS, signal);
}

async function answerNow(session: HostSession, signal: AbortSignal): Promise<Answer> {
  const limit = AbortSignal.timeout(session.link === undefined ? PING_LIMIT_MS : LINK_PING_LIMIT_MS);
  return session.engine.ping(AbortSignal.any([limit, signal])).then(
    () => ({ kind: 'answered' }),
    (error: unknown) => {
      // Whoever was asked to sign in declined, or the console ends: not to be asked again and again.
      if (hasCode(error, 'CANCELLED') && !limit.aborted && !signal.aborted) throw error;
      return { kind: 'away', error };
    },
  );
}

/** While the link is down nothing can be said of the engine: its time counts from when the link is back. */
function judge(
  error: unknown,
  session: HostSession,
  waits: { link: number; engine: number },
  { engineReturnMs, linkReturnMs }: ReturnLimits,
): void {
  if (needsPerson(error)) throw error;
  const now = Date.now();
  const isLink = hasCode(error, 'HOST_UNREACHABLE') || isDown(session);
  if (isLink) waits.engine = now;
  else waits.link = now;
  if (isLink && now - waits.link > linkReturnMs) throw linkNotBack(session, linkReturnMs);
  if (!isLink && now - waits.engine > engineReturnMs) throw engineNotBack(engineReturnMs);
}

function isDown(session: HostSession): boolean {
  return session.link !== undefined && session.link.report().state !== 'open';
}

function engineNotBack(limitMs: number): DomainError {
  return new DomainError(
    'TIMEOUT',
    { operation: 'wait for the engine', afterMs: limitMs },
    `The engine went away and did not come back within ${formatDuration(limitMs)}.`,
  );
}

function linkNotBack({ endpoint }: HostSession, limitMs: number): DomainError {
  return new DomainError(
    'TIMEOUT',
    { operation: 'wait for the link', afterMs: limitMs },
    `The link to ${endpoint} was lost and did not come back within ${formatDuration(limitMs)}.`,
  );
}
