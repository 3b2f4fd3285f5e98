/** The SignInPrompts port over the question board: remembered secrets first, then a person. */
import type { SignInQuestion } from '../../../preload/contract';
import { visibleText } from '../../words/visible-text';
import { cancelled, DomainError } from '../errors';
import type { Log } from '../log';
import type { Draft, QuestionBoard } from './questions';
import { RememberedSecrets } from './remembered-secrets';
import type { Keychain, SignInPrompts, SshTarget } from './ssh/face';

type SecretKind = 'passphrase' | 'password' | 'sudo';

interface SecretQuestion {
  hostId: string;
  target: SshTarget;
  keyFile: string;
  attempt: number;
}

export interface PromptsDeps {
  keychain: Keychain;
  log: Log;
}

export interface Prompts {
  readonly port: SignInPrompts;
  /** Everything remembered of this host, in the keychain too. */
  forget(hostId: string): Promise<void>;
}

const WORDS: Record<SecretKind, (question: SecretQuestion) => string> = {
  passphrase: ({ keyFile }) => `the passphrase of ${keyFile}`,
  password: ({ target }) => `the password of ${machineOf(target)}`,
  sudo: ({ target }) => `the password that sudo asks for on ${machineOf(target)}`,
};

export function machineOf({ user, host, port }: SshTarget): string {
  return `${user}@${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function hostPrefix(hostId: string): string {
  return `${hostId}\n`;
}

function keyOf(kind: SecretKind, { hostId, target, keyFile }: SecretQuestion): string {
  return `${hostPrefix(hostId)}${kind}\n${kind === 'passphrase' ? keyFile : machineOf(target)}`;
}

export function createPrompts(board: QuestionBoard, { keychain, log }: PromptsDeps): Prompts {
  const secrets = new RememberedSecrets(keychain, log);
  /** What was last handed out, so that `refused` knows which one was wrong. */
  const handedOut = new Map<string, string>();

  async function secret(kind: SecretKind, question: SecretQuestion, signal?: AbortSignal): Promise<string> {
    const key = keyOf(kind, question);
    handedOut.set(`${question.hostId}\n${kind}`, key);
    if (question.attempt > 1) await secrets.forget(key);
    const known = await secrets.read(key);
    if (known !== null) return known;
    const answer = await board.ask(secretDraft(kind, question), () => nobodyFor(kind, question), signal);
    if (answer.kind !== 'secret') throw cancelled(`The sign-in to ${machineOf(question.target)}`);
    await secrets.remember(key, answer.secret, answer.keep);
    return answer.secret;
  }

  function secretDraft(kind: SecretKind, { hostId, target, keyFile, attempt }: SecretQuestion): Draft {
    return { kind, hostId, machine: machineOf(target), keyFile, attempt, keychain: keychain.strength };
  }

  const port: SignInPrompts = {
    async decideHostKey({ hostId, target, key, notes }, signal) {
      const place = { hostId, machine: machineOf(target) };
      const draft: Draft = {
        kind: 'host-key',
        ...place,
        keyType: key.type,
        fingerprint: key.fingerprint,
        notes,
      };
      await board.ask(draft, () => unknownKey(target, key), signal);
    },
    passphrase: (question, signal) => secret('passphrase', question, signal),
    password: (question, signal) => secret('password', { ...question, keyFile: '' }, signal),
    sudoPassword: (question, signal) => secret('sudo', { ...question, keyFile: '' }, signal),
    async answers({ hostId, target, title, instructions, prompts }, signal) {
      const machine = machineOf(target);
      const shown = prompts.map(({ text, echo }) => ({ text: visibleText(text), echo }));
      const words = { title: visibleText(title), instructions: visibleText(instructions), prompts: shown };
      const draft: Draft = { kind: 'prompts', hostId, machine, ...words };
      const wanted = shown.map(({ text }) => text).join(', ');
      const nobody = () => signInNeeded(target, `an answer to "${wanted}"`);
      const answer = await board.ask(draft, nobody, signal);
      if (answer.kind !== 'answers') throw cancelled(`The sign-in to ${machine}`);
      return answer.answers;
    },
    refused(hostId, _target, what) {
      const key = handedOut.get(`${hostId}\n${what}`);
      if (key === undefined) return;
      secrets.forget(key).catch((error: unknown) => {
        log.warn('A refused secret could not be taken out of the keychain', { reason: String(error) });
      });
    },
  };
  return { port, forget: (hostId) => secrets.forgetAll(hostPrefix(hostId)) };
}

function nobodyFor(kind: SecretKind, question: SecretQuestion): DomainError {
  return signInNeeded(question.target, WORDS[kind](question));
}

function signInNeeded(target: SshTarget, wanted: string): DomainError<'AUTH_REQUIRED'> {
  const { user, host } = target;
  const detail = `${wanted} is needed, and nobody is there to be asked`;
  const advice = 'Open Hosts in the console, or run the command on a terminal.';
  const message = `Signing in to ${machineOf(target)}: ${detail}. ${advice}`;
  return new DomainError('AUTH_REQUIRED', { host, user, offered: [], tried: [], detail }, message);
}

type ShownKey = Pick<Extract<SignInQuestion, { kind: 'host-key' }>, 'fingerprint'> & { type: string };

function unknownKey(target: SshTarget, { type, fingerprint }: ShownKey): DomainError<'HOST_KEY_UNKNOWN'> {
  const { host } = target;
  const found = `The host key of ${machineOf(target)} is not known: ${type} ${fingerprint}.`;
  const advice =
    'Compare it with what "ssh-keygen -l -f" prints of the machine’s own key file, then trust it under Hosts in the console or by running the command on a terminal.';
  return new DomainError('HOST_KEY_UNKNOWN', { host, keyType: type, fingerprint }, `${found} ${advice}`);
}
