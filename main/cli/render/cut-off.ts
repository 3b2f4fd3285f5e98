/** A change that a console began and did not end: what is said of it, and what goes on with it. */
import type { JournaledChange, Stack } from '../../../preload/contract';
import { CHANGE_NOUNS } from '../../services/stacks/face';
import { formatElapsed } from './elapsed';

type Unfinished = NonNullable<Stack['unfinished']>;

export function cutOffText(
  { change = 'apply', startedAt, doneSteps, totalSteps }: Unfinished,
  now: number,
): string {
  const what = `${change === 'apply' ? 'An' : 'A'} ${CHANGE_NOUNS[change]}`;
  return `${what} begun ${formatElapsed(now - startedAt)} ago was cut off; ${doneSteps} of ${totalSteps} steps were done.`;
}

const COMMANDS: Partial<Record<JournaledChange, string>> = { apply: 'up', remove: 'down' };

/** For a command that only looks. */
export function cutOffNote(unfinished: Stack['unfinished'], now: number): string {
  if (unfinished === null) return '';
  const { change = 'apply' } = unfinished;
  const back = change === 'apply' ? '; the window can also undo it' : '';
  return `${cutOffText(unfinished, now)} "bizosaas ${COMMANDS[change] ?? change}" goes on with it${back}.\n`;
}
