import { describe, expect, it } from 'vitest';
import type { SignInAnswer, SignInQuestion } from '../../preload/contract';
import { createSignIn } from '../services/hosts/sign-in';
import { memoryKeychain, quietLog, targetOf } from '../services/hosts/sign-in.fixture';
import { answerOnTerminal, askOnTerminal } from './sign-in';
import { collectingTerminal } from './terminal.fixture';

const common = { id: 'q', hostId: 'ssh:box', machine: 'me@box:22', askedAt: 0 };
const keyQuestion: SignInQuestion = {
  ...common,
  kind: 'host-key',
  keyType: 'ssh-ed25519',
  fingerprint: 'SHA256:abc',
  notes: ['An authority is on file.'],
};

/** Types the lines in order, then ends the input. */
function typing(...lines: string[]) {
  const asked: string[] = [];
  const next = (hidden: boolean) => async (question: string) => {
    asked.push(`${hidden ? 'hidden ' : ''}${question}`);
    return lines.shift() ?? null;
  };
  const terminal = collectingTerminal({ interactive: true, ask: next(false), askSecret: next(true) });
  return { terminal, asked };
}

describe('a question on the terminal', () => {
  it('shows the fingerprint and takes yes or no for an answer, nothing else', async () => {
    const { terminal, asked } = typing('y', '', 'yes');
    expect(await askOnTerminal(keyQuestion, terminal)).toEqual({ kind: 'trust' });
    expect(asked).toHaveLength(3);
    expect(terminal.noted()).toContain('ssh-ed25519 SHA256:abc\n  An authority is on file.');
    expect(await askOnTerminal(keyQuestion, typing('no').terminal)).toEqual({ kind: 'decline' });
    expect(await askOnTerminal(keyQuestion, typing().terminal)).toEqual({ kind: 'decline' });
  });

  it.each([
    ['passphrase', '/keys/id', 'hidden Passphrase of /keys/id: '],
    ['password', '', 'hidden Password of me@box:22: '],
    ['sudo', '', 'hidden sudo password on me@box:22: '],
  ] as const)('asks for a %s without showing it', async (kind, keyFile, words) => {
    const question: SignInQuestion = { ...common, kind, keyFile, attempt: 1, keychain: 'none' };
    const { terminal, asked } = typing(' s3cret ');
    const kept: SignInAnswer = { kind: 'secret', secret: ' s3cret ', keep: 'memory' };
    expect(await askOnTerminal(question, terminal)).toEqual(kept);
    expect(asked).toEqual([words]);
    expect(terminal.noted()).not.toContain('s3cret');
    const again = typing();
    expect(await askOnTerminal({ ...question, attempt: 2 }, again.terminal)).toEqual({ kind: 'decline' });
    expect(again.asked[0]).toContain('attempt 2');
  });

  it('puts each prompt of the server, hidden where it says so, and declines when one is left out', async () => {
    const prompts = [
      { text: 'Code:', echo: true },
      { text: 'PIN:', echo: false },
    ];
    const question: SignInQuestion = {
      ...common,
      kind: 'prompts',
      title: 'Second factor',
      instructions: '',
      prompts,
    };
    const { terminal, asked } = typing('123', '9');
    expect(await askOnTerminal(question, terminal)).toEqual({ kind: 'answers', answers: ['123', '9'] });
    expect(asked).toEqual(['Code: ', 'hidden PIN: ']);
    expect(terminal.noted()).toBe('me@box:22 asks:\nSecond factor\n');
    expect(await askOnTerminal(question, typing('123').terminal)).toEqual({ kind: 'decline' });
  });
});

describe('a terminal with nobody at it', () => {
  it('does not watch, so that a question fails at once', async () => {
    const signIn = createSignIn({
      newId: () => 'q',
      now: () => 0,
      keychain: memoryKeychain('none'),
      log: quietLog,
    });
    const hosts = { questions: signIn.watch, answer: async () => undefined };
    await answerOnTerminal(hosts, collectingTerminal(), new AbortController().signal);
    const asked = signIn.prompts.password({ hostId: 'ssh:box', target: targetOf('box'), attempt: 1 });
    await expect(asked).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
  });
});
