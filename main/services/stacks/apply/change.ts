/**
 * The frame around every change of a project: the lock on its engine, its record on this machine's disk, and
 * patience with an engine or a link that goes away meanwhile, from before the lock to the end.
 */
import { cancelled, isDomainError, toFailure } from '../../errors';
import type { ApplyOutcome } from '../face';
import { ACTS, CHANGE_NOUNS, changeOf, type JournalBegin } from '../journal/model';
import { type Held, whileLocked } from '../lock/while-locked';
import { type Endurance, enduring, RETURN_LIMITS } from './endure';
import type { ApplyDeps } from './model';
import { type Beginning, type ChangeRecord, createRecord } from './record';

export interface ChangeAbout {
  stackId: string;
  project: string;
  kind: JournalKind | 'undo';
  /** The interrupted change this one goes on with, takes the place of or takes back: what lock it left is taken over. */
  continues: string | undefined;
  /** The interrupted change of another kind whose place it takes; a lock that one left is not taken over. */
  replaces?: string | undefined;
  /** Told to the one who watches. */
  tell: (phase: string) => void;
}

type JournalKind = keyof typeof CHANGE_NOUNS;

/** What is told while the engine is away, where it differs from the change as a whole. */
export interface Telling {
  tell?: (phase: string) => void;
  /** In sentences: what is done, and what is not. */
  soFar?: () => string;
}

/** A change that holds the lock. */
export interface Underway {
  /** The caller's signal, which also aborts when somebody breaks the lock. */
  signal: AbortSignal;
  record: Pick<ChangeRecord, 'journalId' | 'step' | 'done' | 'proved'>;
  /** Opens the record, once, after a first look and before the first step. */
  begin(beginning: Partial<Beginning> & Pick<Beginning, 'stepIds' | 'prior'>): Promise<void>;
  patiently<T>(work: () => Promise<T>, telling?: Telling): Promise<T>;
}

export interface Change {
  /** Repeats the work while the engine is away; for looks before the lock, which leave no record. */
  patiently<T>(work: () => Promise<T>, telling?: Telling): Promise<T>;
  /** A change that needs neither lock nor record, as it changes nothing. */
  unrecorded: Underway;
  /**
   * Rejects with what the work rejects with, APPLY_LOCKED, or CANCELLED. The record ends after the lock is gone: a
   * console killed in between leaves a change to continue, not a lock to break.
   */
  run(work: (underway: Underway) => Promise<ApplyOutcome>): Promise<ApplyOutcome>;
}

export function createChange(deps: ApplyDeps, about: ChangeAbout, signal: AbortSignal): Change {
  const record = createRecord(deps);
  const { project, kind, continues } = about;
  const noun = kind === 'undo' ? 'undo' : CHANGE_NOUNS[kind];
  const isContinued = kind !== 'undo' && kind !== 'deliver';
  const read = async (journalId: string | undefined): Promise<JournalBegin | null> =>
    journalId === undefined ? null : deps.journal.read(deps.session.hostId, journalId);

  function underway(held: Held): Underway {
    return {
      signal: held.signal,
      record,
      begin: (beginning) => begin(beginning),
      patiently: (work, telling = {}) => enduring(enduranceOf(held, telling), work),
    };
  }

  function enduranceOf({ signal: guarded, stillHeld }: Held, { tell, soFar }: Telling): Endurance {
    const { session, log, now, timing } = deps;
    const begun = () => record.journalId !== 'none';
    return {
      ...{ session, log, now, stillHeld, signal: guarded, note: record.link },
      limits: { ...RETURN_LIMITS, ...timing },
      tell: tell ?? about.tell,
      soFar: () => (begun() ? (soFar?.() ?? '') : 'Nothing was changed.'),
      goOn: () => (isContinued && begun() ? `continue the ${noun}` : `start the ${noun} again`),
    };
  }

  async function begin(beginning: Parameters<Underway['begin']>[0]): Promise<void> {
    const before = await read(continues ?? about.replaces);
    const { stackId } = about;
    const change = kind === 'undo' ? 'apply' : kind;
    const goesOn = before !== null && isGoneOnWith(before, { change, ...beginning });
    const place = { stackId, project, change, continues: goesOn ? before.journalId : null };
    await record.open({ planDigest: '', definitionDigest: '', ...beginning, ...place });
    // An act on other services does nothing for the rest of the interrupted one: that can still be continued.
    if (before !== null && (goesOn || !ACTS.includes(change))) await closeEarlier(before.journalId, goesOn);
    if (change === 'remove') await closeOlder();
  }

  /** Nothing is left to continue of what is taken away. */
  async function closeOlder(): Promise<void> {
    const open = await deps.journal.allUnfinished(deps.session.hostId, project);
    for (const journalId of open) await closeEarlier(journalId, false);
  }

  async function closeEarlier(journalId: string, goesOn: boolean): Promise<void> {
    const summary = `${goesOn ? 'Continued' : 'Its place was taken'} by ${record.journalId}.`;
    const ending = { summary, at: deps.now() };
    await deps.journal.finish(deps.session.hostId, journalId, 'interrupted', ending);
  }

  async function locked(work: (underway: Underway) => Promise<ApplyOutcome>): Promise<ApplyOutcome> {
    const claim = { project, change: kind, takeOverFrom: (await read(continues))?.owner };
    return whileLocked({ ...deps, patiently: free.patiently }, claim, signal, (held) => work(underway(held)));
  }

  const free = underway({ signal, stillHeld: async () => undefined });
  return {
    patiently: free.patiently,
    unrecorded: free,
    async run(work) {
      try {
        if (kind === 'undo' && continues !== undefined) await record.resume(continues);
        // A delivery changes no container: it is in nobody's way.
        const outcome = await (kind === 'deliver' ? work(free) : locked(work));
        await record.end(kind === 'undo' ? 'undone' : 'succeeded', outcome.summary);
        return outcome;
      } catch (thrown) {
        const whole = project === '' ? noun : `${noun} of ${project}`;
        const error = signal.aborted && !isDomainError(thrown) ? cancelled(`The ${whole}`) : thrown;
        if (kind !== 'undo') await endFailed(record, error);
        throw error;
      } finally {
        await record.close();
      }
    },
  };
}

/** By a change of the same kind, which for an act is on all its services. */
function isGoneOnWith(before: JournalBegin, next: Pick<JournalBegin, 'change' | 'services'>): boolean {
  const { services = [] } = next;
  return (
    changeOf(before) === changeOf(next) && (before.services ?? []).every((name) => services.includes(name))
  );
}

async function endFailed(record: ChangeRecord, error: unknown): Promise<void> {
  const failure = toFailure(error);
  await record.end(failure.code === 'CANCELLED' ? 'cancelled' : 'failed', failure.message);
}
