/** Sessions over SSH for tests: a target of a server of ours, a memory of trusted keys, a person with prepared answers. */
import { createSshSession, type SshSessionOptions } from '../../main/adapters/ssh';
import { DomainError } from '../../main/services/errors';
import type {
  HostTrust,
  KnownKey,
  PresentedHostKey,
  SignInPrompts,
  SshSession,
  SshTarget,
  TrustVerdict,
} from '../../main/services/hosts/ssh/face';
import type { Log } from '../../main/services/log';

const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export function sshTarget(
  server: { host: string; port: number; user?: string },
  change: Partial<SshTarget> = {},
): SshTarget {
  const { host, port, user = 'root' } = server;
  return {
    ...{ alias: 'test', host, port, user, identityFiles: [], identitiesOnly: false, agent: null, jumps: [] },
    ...{ hostKeyName: `[${host}]:${port}`, knownHostsFiles: [], connectTimeoutMs: 5_000 },
    ...{ keepaliveIntervalMs: 1_000, keepaliveCountMax: 3, unsupported: [] },
    ...change,
  };
}

export interface MemoryTrust extends HostTrust {
  readonly remembered: PresentedHostKey[];
  readonly asked: PresentedHostKey[];
}

/** Trusts what it was told to remember; `known` and `revoked` are fingerprints that are on file. */
export function memoryTrust(
  files: { known?: string[]; revoked?: string[]; types?: string[] } = {},
): MemoryTrust {
  const remembered: PresentedHostKey[] = [];
  const asked: PresentedHostKey[] = [];
  const names = new Map<string, string[]>();
  const knownOf = ({ hostKeyName }: SshTarget) => names.get(hostKeyName) ?? files.known ?? [];
  const at = (fingerprint: string, line: number): KnownKey => ({
    ...{ type: 'ssh-ed25519', fingerprint, file: '/known_hosts', line },
  });
  const verdict = (known: string[], { fingerprint }: PresentedHostKey): TrustVerdict => {
    if (files.revoked?.includes(fingerprint)) return { kind: 'revoked', known: at(fingerprint, 1) };
    if (known.includes(fingerprint)) return { kind: 'trusted' };
    if (known.length === 0) return { kind: 'unknown', notes: [] };
    return { kind: 'changed', known: known.map((one, line) => at(one, line + 1)) };
  };
  return {
    remembered,
    asked,
    async verify(target, key) {
      asked.push(key);
      return verdict(knownOf(target), key);
    },
    async remember(target, key) {
      remembered.push(key);
      names.set(target.hostKeyName, [...knownOf(target), key.fingerprint]);
    },
    knownTypes: async () => files.types ?? [],
  };
}

export interface Person extends SignInPrompts {
  /** What was asked, in order. */
  readonly asked: string[];
  readonly refusals: string[];
}

export interface Answers {
  hostKey?: boolean;
  passphrases?: string[];
  passwords?: string[];
  answers?: string[][];
  sudo?: string[];
}

/** Answers from the lists, in order; declines what there is no answer for. */
export function person(prepared: Answers = {}): Person {
  const asked: string[] = [];
  const refusals: string[] = [];
  const lists = {
    passphrases: [...(prepared.passphrases ?? [])],
    passwords: [...(prepared.passwords ?? [])],
  };
  const sudo = [...(prepared.sudo ?? [])];
  const answers = [...(prepared.answers ?? [])];
  const next = async <T>(what: string, list: T[]): Promise<T> => {
    asked.push(what);
    const answer = list.shift();
    if (answer !== undefined) return answer;
    throw new DomainError('CANCELLED', { operation: what }, `${what} was declined.`);
  };
  return {
    asked,
    refusals,
    async decideHostKey({ key, target }) {
      asked.push(`host key ${key.fingerprint}`);
      if (prepared.hostKey ?? true) return;
      const data = { host: target.host, keyType: key.type, fingerprint: key.fingerprint };
      throw new DomainError('HOST_KEY_UNKNOWN', data, `${key.fingerprint} is not known.`);
    },
    passphrase: ({ keyFile, attempt }) => next(`passphrase ${keyFile} ${attempt}`, lists.passphrases),
    password: ({ attempt }) => next(`password ${attempt}`, lists.passwords),
    answers: ({ prompts }) => next(`answers ${prompts.map(({ text }) => text).join('|')}`, answers),
    sudoPassword: ({ attempt }) => next(`sudo ${attempt}`, sudo),
    refused: (_hostId, _target, what) => refusals.push(what),
  };
}

export function openSshSession(target: SshTarget, change: Partial<SshSessionOptions> = {}): SshSession {
  return createSshSession({
    hostId: 'ssh:test',
    endpoint: `ssh://${target.user}@${target.host}:${target.port}`,
    resolve: async () => target,
    trust: memoryTrust(),
    prompts: person(),
    log: quiet,
    now: Date.now,
    ...change,
  });
}

/** What the first program fails with, null where it runs, and what the way in was found to be. */
export async function failing(target: SshTarget, change: Partial<SshSessionOptions> = {}) {
  await using session = openSshSession(target, change);
  const failure: unknown = await session.run('true', []).then(
    () => null,
    (error: unknown) => error,
  );
  return { failure, hops: session.link.report().hops, report: session.link.report() };
}
