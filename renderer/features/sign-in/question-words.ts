import type { SignInQuestion } from '../../../preload/contract';
import { formatCount } from '../../lib/format';

type Secret = Extract<SignInQuestion, { keychain: string }>;

/** First asked, first shown: a later question never takes the place of the one being read. */
export function inTurn(questions: readonly SignInQuestion[]): SignInQuestion[] {
  return [...questions].sort(
    (left, right) => left.askedAt - right.askedAt || left.id.localeCompare(right.id),
  );
}

export function waitingWords(count: number): string {
  return `${formatCount(count, 'more question')} after this one.`;
}

export function titleOf(question: SignInQuestion): string {
  if (question.kind === 'host-key') return 'Is this the right machine?';
  if (question.kind === 'prompts') return `Sign in to ${question.machine}`;
  if (question.kind === 'passphrase') return 'Passphrase of a key';
  return question.kind === 'sudo' ? 'Password for sudo' : 'Password';
}

/** Whose secret is asked for, and what it opens. */
export function subjectOf({ kind, machine, keyFile }: Secret): string {
  if (kind === 'passphrase')
    return `${keyFile} is protected. Its passphrase unlocks it to sign in to ${machine}.`;
  if (kind === 'sudo') return `Acting as root on ${machine} needs the password that sudo asks for there.`;
  return `The password of ${machine}.`;
}

export function labelOf({ kind }: Secret): string {
  return kind === 'passphrase' ? 'Passphrase' : 'Password';
}

/** Empty for a first try. */
export function attemptWords({ kind, attempt }: Secret): string {
  if (attempt <= 1) return '';
  const what = kind === 'passphrase' ? 'That passphrase does not fit the key' : 'That password was refused';
  return `${what}. Try ${attempt}.`;
}

/** What becomes of the answer when nothing is ticked. */
export function keepingWords({ keychain }: Secret): string {
  if (keychain === 'none')
    return 'It is kept in memory until the console ends. This system offers no keychain to keep it longer.';
  return 'Without the tick it is kept in memory until the console ends.';
}

export function keepLabel({ keychain }: Secret): string {
  return keychain === 'weak'
    ? 'Keep it on this disk although it is not protected there'
    : 'Keep in the system’s keychain';
}
