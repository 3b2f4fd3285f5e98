import { describe, expect, it } from 'vitest';
import type { SignInQuestion } from '../../../preload/contract';
import { attemptWords, inTurn, keepingWords, keepLabel } from './question-words';

type Secret = Extract<SignInQuestion, { keychain: string }>;

function secret(change: Partial<Secret> = {}): Secret {
  const place = { hostId: 'ssh:vps', machine: 'root@vps:22', keyFile: '' };
  return { kind: 'password', id: 'a', attempt: 1, keychain: 'strong', askedAt: 1, ...place, ...change };
}

describe('questions', () => {
  it('are put in the order they were asked, whatever the list holds first', () => {
    const shown = inTurn([
      secret({ id: 'b', askedAt: 2 }),
      secret({ id: 'c', askedAt: 1 }),
      secret({ id: 'a', askedAt: 2 }),
    ]);
    expect(shown.map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  });

  it('say of a second try what was wrong with the first', () => {
    expect(attemptWords(secret())).toBe('');
    expect(attemptWords(secret({ attempt: 2 }))).toContain('refused');
    expect(attemptWords(secret({ kind: 'passphrase', attempt: 3 }))).toContain('does not fit');
  });

  it('offer the keychain only as what it is', () => {
    expect(keepLabel(secret())).toContain('keychain');
    expect(keepLabel(secret({ keychain: 'weak' }))).toContain('not protected');
    expect(keepingWords(secret({ keychain: 'none' }))).toContain('no keychain');
  });
});
