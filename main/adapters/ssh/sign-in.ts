/**
 * Who signs in and with what, one attempt after the other: keys of the agent, key files, the server's questions,
 * the password. Only what the server still offers is tried.
 */
import type { SignInPrompts, SshTarget } from '../../services/hosts/ssh/face';
import { type AgentKey, listAllAgentKeys } from './agent-keys';
import type { AnyAuthMethod, KeyboardInteractiveAuthMethod, ParsedKey, Ssh2 } from './driver';
import { type KeyFile, openKey, readKeyFile } from './key-files';

const SECRET_ATTEMPTS = 3;
/** Ways of signing in that AuthenticationMethods can ask for one after the other. */
const MAX_FACTORS = 5;
const PASSWORD_PROMPT = /password/i;

/** Keys opened once stay open for the session: a reconnect must not ask for their passphrase again. */
export type OpenedKeys = Map<string, { text: string; key: ParsedKey }>;

export interface SignInOptions {
  driver: Ssh2;
  hostId: string;
  target: SshTarget;
  prompts: SignInPrompts;
  opened: OpenedKeys;
  signal: AbortSignal;
  /** Called around every question, so that no time limit runs while a person thinks. */
  asking: (waiting: boolean) => void;
  /** Ends the sign-in with this failure, where no attempt can return it. */
  fail: (error: unknown) => void;
}

export interface SignInState {
  /** Methods the server offers. */
  offered: string[];
  /** What was shown to it, in words, never a secret. */
  tried: string[];
  notes: string[];
  /** The attempt that is under way or succeeded last. */
  current: string;
  /** Set by the connection when an attempt ended as a part of several. */
  partial: boolean;
}

export type Attempts = AsyncGenerator<AnyAuthMethod, void, void>;

export function createSignInState(): SignInState {
  return { offered: [], tried: [], notes: [], current: 'no credential', partial: false };
}

export async function* attempts(options: SignInOptions, state: SignInState): Attempts {
  const username = options.target.user;
  yield { type: 'none', username };
  const used = new Set<string>();
  const keys = keyAttempts(options, state, used);
  const asked = { password: false };
  for (let factor = 0; factor < MAX_FACTORS; factor += 1) {
    state.partial = false;
    if (state.offered.includes('publickey')) yield* untilPartial(state, keys);
    if (!state.partial && state.offered.includes('keyboard-interactive'))
      yield* untilPartial(state, questionAttempts(options, state, asked));
    if (!state.partial && !asked.password && state.offered.includes('password'))
      yield* untilPartial(state, passwordAttempts(options, state));
    if (!state.partial) return;
  }
}

/** Leaves `source` where it is as soon as the server took one part of several. */
async function* untilPartial(state: SignInState, source: Attempts): Attempts {
  for (let step = await source.next(); !step.done; step = await source.next()) {
    yield step.value;
    if (state.partial) return;
  }
}

function show(state: SignInState, words: string): void {
  state.current = words;
  state.tried.push(words);
}

function sameKey(one: Buffer | null, other: Buffer): boolean {
  return one?.equals(other) ?? false;
}

/** As OpenSSH does: the agent's keys that were named first, its others, then files the agent does not hold. */
async function* keyAttempts(options: SignInOptions, state: SignInState, used: Set<string>): Attempts {
  const { target } = options;
  const files = await Promise.all(target.identityFiles.map(readKeyFile));
  const agent = await listAllAgentKeys(options, [target.agent ?? [], target.furtherAgents ?? []].flat());
  state.notes.push(...agent.notes);
  const isNamed = (key: AgentKey) => files.some((file) => sameKey(file.publicKey, key.blob));
  const named = agent.keys.filter(isNamed);
  const others = target.identitiesOnly ? [] : agent.keys.filter((key) => !named.includes(key));
  for (const key of [...named, ...others]) yield* agentAttempt(key, options, state);
  for (const file of files) {
    state.notes.push(...file.notes);
    if (named.some((key) => sameKey(file.publicKey, key.blob))) continue;
    if (used.has(file.path)) continue;
    used.add(file.path);
    yield* fileAttempt(file, options, state);
  }
}

async function* agentAttempt(key: AgentKey, { target }: SignInOptions, state: SignInState): Attempts {
  show(state, key.words);
  yield { type: 'agent', username: target.user, agent: key.agent };
  // ssh2 hides what the server answered to an agent's signature. It took the key and yet wants more: asking
  // with no credential brings what is left.
  if (!key.signed()) return;
  state.current = 'no credential';
  yield { type: 'none', username: target.user };
  state.partial = true;
}

async function* fileAttempt(file: KeyFile, options: SignInOptions, state: SignInState): Attempts {
  if (file.unusable) {
    state.notes.push(file.unusable);
    return;
  }
  const key = await openFile(file, options, state);
  if (!key) return;
  show(state, `key ${file.path}`);
  yield { type: 'publickey', username: options.target.user, key };
}

async function openFile(
  file: KeyFile,
  options: SignInOptions,
  state: SignInState,
): Promise<ParsedKey | null> {
  const { driver, opened } = options;
  const kept = opened.get(file.path);
  if (kept?.text === file.text) return kept.key;
  const first = openKey(driver, file.text);
  if (first.kind === 'key') return first.key;
  if (first.kind === 'passphrase-needed') return openWithPassphrase(file, options, state);
  state.notes.push(`${file.path} can't be used${first.kind === 'unreadable' ? `: ${first.detail}` : ''}.`);
  return null;
}

async function openWithPassphrase(
  file: KeyFile,
  { driver, hostId, target, prompts, opened, signal, asking }: SignInOptions,
  state: SignInState,
): Promise<ParsedKey | null> {
  for (let attempt = 1; attempt <= SECRET_ATTEMPTS; attempt += 1) {
    const question = { hostId, target, keyFile: file.path, attempt };
    const passphrase = await ask(asking, prompts.passphrase(question, signal));
    const result = openKey(driver, file.text, passphrase);
    if (result.kind === 'key') {
      opened.set(file.path, { text: file.text, key: result.key });
      return result.key;
    }
    prompts.refused(hostId, target, 'passphrase');
  }
  state.tried.push(`key ${file.path} (the passphrase was wrong)`);
  return null;
}

async function ask<T>(asking: SignInOptions['asking'], answer: Promise<T>): Promise<T> {
  asking(true);
  return answer.finally(() => asking(false));
}

type Question = { prompt: string; echo?: boolean };
type PromptWords = Parameters<KeyboardInteractiveAuthMethod['prompt']>;

/** A lone hidden prompt for a password is the password, by another method: it can be remembered. */
function isPassword(questions: Question[]): boolean {
  const [only, ...others] = questions;
  return only !== undefined && others.length === 0 && !only.echo && PASSWORD_PROMPT.test(only.prompt);
}

async function* questionAttempts(
  options: SignInOptions,
  state: SignInState,
  asked: { password: boolean },
): Attempts {
  const { hostId, target, prompts, signal, asking } = options;
  for (let attempt = 1; attempt <= SECRET_ATTEMPTS; attempt += 1) {
    let password = false;
    const answer = (title: string, instructions: string, questions: Question[]): Promise<string[]> => {
      password = isPassword(questions);
      asked.password ||= password;
      if (password) return prompts.password({ hostId, target, attempt }, signal).then((one) => [one]);
      const texts = questions.map(({ prompt, echo }) => ({ text: prompt, echo: echo ?? false }));
      return prompts.answers({ hostId, target, title, instructions, prompts: texts }, signal);
    };
    show(state, 'keyboard-interactive');
    yield {
      type: 'keyboard-interactive',
      username: target.user,
      prompt: (...[title, instructions, , questions, finish]: PromptWords) =>
        void ask(asking, answer(title, instructions, questions)).then(finish, options.fail),
    };
    if (password) prompts.refused(hostId, target, 'password');
  }
}

async function* passwordAttempts(options: SignInOptions, state: SignInState): Attempts {
  const { hostId, target, prompts, signal, asking } = options;
  for (let attempt = 1; attempt <= SECRET_ATTEMPTS; attempt += 1) {
    const password = await ask(asking, prompts.password({ hostId, target, attempt }, signal));
    show(state, 'password');
    yield { type: 'password', username: target.user, password };
    if (!state.partial) prompts.refused(hostId, target, 'password');
  }
}
