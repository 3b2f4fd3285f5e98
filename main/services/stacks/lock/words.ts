/** What a person is told whose change is stopped by a lock: whose it is, since when, for what, and what to do. */
import type { ApplyLock } from '../../../../preload/contract';
import { formatDuration } from '../../../words/quantities';
import { DomainError } from '../../errors';
import { CHANGE_NOUNS } from '../journal/model';

export function lockedError(project: string, lock: ApplyLock, now: number): DomainError<'APPLY_LOCKED'> {
  const { owner, since, stale } = lock;
  const began = `${owner} began ${aChange(lock)} of ${project} ${formatDuration(now - since)} ago`;
  const message = `${began} and ${stateAndAdvice(lock, formatDuration(now - lock.lastBeatAt))}`;
  return new DomainError('APPLY_LOCKED', { project, owner, since, stale }, message);
}

function aChange({ change }: ApplyLock): string {
  if (change === undefined) return 'a change';
  const noun = change === 'undo' ? 'undo' : CHANGE_NOUNS[change];
  return `${/^[au]/.test(noun) ? 'an' : 'a'} ${noun}`;
}

function stateAndAdvice({ stale, ended }: ApplyLock, silence: string): string {
  if (ended) return 'left its lock behind: that console has ended, so the lock may be broken.';
  if (!stale) return `is at work on it: its last sign of life is ${silence} old. Wait until it ends.`;
  const either = 'it has ended, or lost its connection and goes on when that is back';
  return `gave no sign of life for ${silence}: ${either}. Break the lock only if that console is gone.`;
}
