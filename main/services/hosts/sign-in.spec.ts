import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { SignInQuestion } from '../../../preload/contract';
import { RememberedSecrets } from './remembered-secrets';
import { createSignIn, type SignIn } from './sign-in';
import { memoryKeychain, quietLog, targetOf } from './sign-in.fixture';
import type { Keychain, SshTarget } from './ssh/face';

const SECRET = 'hunter2-7f31';
const HOST = 'ssh:box';
const target: SshTarget = targetOf('box');
const key = { type: 'ssh-ed25519', blob: Buffer.from('key'), fingerprint: 'SHA256:abc' };

function create(keychain: Keychain = memoryKeychain('none')) {
  let ids = 0;
  return createSignIn({ newId: () => `question-${++ids}`, now: () => 1000, keychain, log: quietLog });
}

/** Somebody who watches and hands each question to `on`; what was shown is kept. */
function watcher(signIn: SignIn, on: (question: SignInQuestion) => void) {
  const leaving = new AbortController();
  const shown: SignInQuestion[] = [];
  const watching = (async () => {
    for await (const update of signIn.watch(leaving.signal)) {
      for (const question of update.type === 'snapshot' ? update.items : update.upsert) {
        shown.push(question);
        on(question);
      }
    }
  })();
  const leave = () => {
    leaving.abort();
    return watching;
  };
  return { shown, leave };
}

const answering = (signIn: SignIn, keep: 'memory' | 'keychain' | 'weak-keychain' = 'memory') =>
  watcher(signIn, ({ id, kind }) => {
    if (kind === 'host-key') signIn.answer(id, { kind: 'trust' });
    else if (kind === 'prompts') signIn.answer(id, { kind: 'answers', answers: [SECRET] });
    else signIn.answer(id, { kind: 'secret', secret: SECRET, keep });
  });

describe('when nobody watches', () => {
  it('fails at once and names what would be asked', async () => {
    const { prompts } = create();
    const decision = prompts.decideHostKey({ hostId: HOST, target, key, notes: [] });
    await expect(decision).rejects.toMatchObject({
      code: 'HOST_KEY_UNKNOWN',
      data: { host: 'box', keyType: 'ssh-ed25519', fingerprint: 'SHA256:abc' },
    });
    const secret = prompts.passphrase({ hostId: HOST, target, keyFile: '/keys/id', attempt: 1 });
    await expect(secret).rejects.toMatchObject({
      code: 'AUTH_REQUIRED',
      message: expect.stringContaining('the passphrase of /keys/id'),
    });
    const words = { title: '', instructions: '', prompts: [{ text: 'One-time code: ', echo: false }] };
    const code = prompts.answers({ hostId: HOST, target, ...words });
    await expect(code).rejects.toMatchObject({ message: expect.stringContaining('One-time code:') });
  });

  it('tells who comes later which hosts were left without an answer, once', async () => {
    const signIn = create();
    await signIn.prompts.password({ hostId: HOST, target, attempt: 1 }).catch(() => undefined);
    const missed: string[][] = [];
    const ended = new AbortController();
    const listening = signIn.onArrival((hosts) => missed.push(hosts), ended.signal);
    const first = answering(signIn);
    await expect.poll(() => missed).toEqual([[HOST]]);
    const second = answering(signIn);
    await expect.poll(() => missed).toEqual([[HOST], []]);
    ended.abort();
    await Promise.all([first.leave(), second.leave(), listening]);
  });
});

describe('a person who watches', () => {
  it('decides on a key, and is asked about nothing any more afterwards', async () => {
    const signIn = create();
    const someone = watcher(signIn, () => undefined);
    const asked = afterATurn(() => signIn.prompts.decideHostKey({ hostId: HOST, target, key, notes: ['n'] }));
    await expect.poll(() => someone.shown).toHaveLength(1);
    expect(someone.shown[0]).toEqual({
      kind: 'host-key',
      id: 'question-1',
      hostId: HOST,
      machine: 'me@box:22',
      keyType: 'ssh-ed25519',
      fingerprint: 'SHA256:abc',
      notes: ['n'],
      askedAt: 1000,
    });
    expect(signIn.asking(HOST)).toBe(true);
    signIn.answer('question-1', { kind: 'trust' });
    await asked;
    expect(signIn.asking(HOST)).toBe(false);
    expect(() => signIn.answer('question-1', { kind: 'trust' })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    await someone.leave();
  });

  it('declines with CANCELLED; an answer of another kind is not used', async () => {
    const signIn = create();
    const someone = watcher(signIn, () => undefined);
    const words = {
      title: '',
      instructions: '',
      prompts: [
        { text: 'a', echo: true },
        { text: 'b', echo: true },
      ],
    };
    const asked = afterATurn(() => signIn.prompts.answers({ hostId: HOST, target, ...words }));
    await expect.poll(() => someone.shown).toHaveLength(1);
    const wrong = expect.objectContaining({ code: 'INVALID_INPUT' });
    expect(() => signIn.answer('question-1', { kind: 'trust' })).toThrow(wrong);
    expect(() => signIn.answer('question-1', { kind: 'answers', answers: ['one'] })).toThrow(wrong);
    signIn.answer('question-1', { kind: 'decline' });
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    await someone.leave();
  });

  it('is asked once for what two calls want, and no more when both gave up', async () => {
    const signIn = create();
    const someone = watcher(signIn, () => undefined);
    const cancel = new AbortController();
    const question = { hostId: HOST, target, attempt: 1 };
    const first = afterATurn(() => signIn.prompts.password(question, cancel.signal));
    await expect.poll(() => someone.shown).toHaveLength(1);
    const second = signIn.prompts.password(question, cancel.signal);
    cancel.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(someone.shown).toHaveLength(1);
    expect(signIn.asking(HOST)).toBe(false);
    await someone.leave();
  });
});

describe('a secret', () => {
  it('is asked for once, then remembered, until it is refused or the host is forgotten', async () => {
    const signIn = create();
    const someone = answering(signIn);
    const ask = (attempt = 1) => signIn.prompts.password({ hostId: HOST, target, attempt });
    expect(await afterATurn(ask)).toBe(SECRET);
    expect(await ask()).toBe(SECRET);
    expect(someone.shown).toHaveLength(1);
    signIn.prompts.refused(HOST, target, 'password');
    await ask();
    expect(someone.shown).toHaveLength(2);
    await ask(2);
    expect(someone.shown.at(-1)).toMatchObject({ attempt: 2 });
    await signIn.forget(HOST);
    await ask();
    expect(someone.shown).toHaveLength(4);
    await someone.leave();
  });

  it.each([
    ['strong', 'memory', false],
    ['strong', 'keychain', true],
    ['weak', 'keychain', false],
    ['weak', 'weak-keychain', true],
    ['none', 'weak-keychain', false],
  ] as const)('in a %s keychain with the wish for %s is kept: %s', async (strength, keep, kept) => {
    const keychain = memoryKeychain(strength);
    const signIn = create(keychain);
    const someone = answering(signIn, keep);
    await afterATurn(() => signIn.prompts.sudoPassword({ hostId: HOST, target, attempt: 1 }));
    expect(someone.shown[0]).toMatchObject({ kind: 'sudo', keychain: strength });
    expect(await keychain.keys()).toHaveLength(kept ? 1 : 0);
    await someone.leave();
    const later = create(keychain).prompts.sudoPassword({ hostId: HOST, target, attempt: 1 });
    if (kept) expect(await later).toBe(SECRET);
    else await expect(later).rejects.toMatchObject({ code: 'AUTH_REQUIRED' });
    await signIn.forget(HOST);
    expect(await keychain.keys()).toEqual([]);
  });

  it('that the keychain does not take is used all the same, and said', async () => {
    const warnings: unknown[] = [];
    const write = () => Promise.reject(new Error('The keyring is locked.'));
    const keychain = { ...memoryKeychain('strong'), write };
    const log = { ...quietLog, warn: (_: string, data?: unknown) => warnings.push(data) };
    const signIn = createSignIn({ newId: () => 'q', now: () => 1000, keychain, log });
    const someone = answering(signIn, 'keychain');
    const ask = () => signIn.prompts.password({ hostId: HOST, target, attempt: 1 });
    expect(await afterATurn(ask)).toBe(SECRET);
    expect(warnings).toEqual([{ reason: 'The keyring is locked.' }]);
    await someone.leave();
  });

  it('shows in nothing that prints, serialises or lists', async () => {
    const signIn = create();
    const someone = answering(signIn);
    await afterATurn(() => signIn.prompts.password({ hostId: HOST, target, attempt: 1 }));
    const secrets = new RememberedSecrets(memoryKeychain('none'), quietLog);
    await secrets.remember('key', SECRET, 'memory');
    const options = { depth: 20, showHidden: true };
    const printed = [signIn, someone.shown, secrets, { ...secrets }].map((one) => inspect(one, options));
    expect([...printed, JSON.stringify(secrets), JSON.stringify(someone.shown)].join()).not.toContain(SECRET);
    await someone.leave();
  });
});

/** The watch begins a turn after it was asked for. */
async function afterATurn<T>(ask: () => Promise<T>): Promise<T> {
  await new Promise((resolve) => setImmediate(resolve));
  return ask();
}
