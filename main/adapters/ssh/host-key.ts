/** Whether the machine at the other end is the one it should be: decided while keys are exchanged, before any sign-in. */
import { createHash } from 'node:crypto';
import { DomainError } from '../../services/errors';
import type {
  HostTrust,
  KnownKey,
  PresentedHostKey,
  SignInPrompts,
  SshTarget,
} from '../../services/hosts/ssh/face';
import { advised } from './hops';
import { commandLine } from './quoting';
import { machineOf } from './words';

/** What is asked for when nothing is known, the strongest first. ssh-dss and SHA-1 signatures are left out. */
const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;
export type HostKeyAlgorithm = (typeof HOST_KEY_ALGORITHMS)[number];

function isOfType(algorithm: HostKeyAlgorithm, keyType: string): boolean {
  return algorithm === keyType || (keyType === 'ssh-rsa' && algorithm.startsWith('rsa-'));
}

/** A server shows one key: the first it has of this list. Known types first, or a second key would look changed. */
export function sortAlgorithms(knownTypes: readonly string[]): HostKeyAlgorithm[] {
  const known = HOST_KEY_ALGORITHMS.filter((one) => knownTypes.some((type) => isOfType(one, type)));
  return [...known, ...HOST_KEY_ALGORITHMS.filter((one) => !known.includes(one))];
}

/** The type is the first string of the blob (RFC 4253 §6.6). */
export function presentedKey(blob: Buffer): PresentedHostKey {
  const length = blob.length >= 4 ? blob.readUInt32BE(0) : 0;
  const digest = createHash('sha256').update(blob).digest('base64').replace(/=+$/, '');
  return { type: blob.toString('latin1', 4, 4 + length), blob, fingerprint: `SHA256:${digest}` };
}

export interface TrustQuestion {
  hostId: string;
  target: SshTarget;
  trust: HostTrust;
  prompts: SignInPrompts;
  signal: AbortSignal;
}

/** ssh-keygen looks for the name that is on file: that of HostKeyAlias, or with its port in brackets. */
function forgetCommands(name: string, known: KnownKey[]): string {
  const files = [...new Set(known.map(({ file }) => file))];
  return files.map((file) => commandLine('ssh-keygen', ['-R', name, '-f', file])).join('; ');
}

/** ssh-keygen would remove a line with patterns for all machines it is for, so that one is edited before. */
function forgetAdvice(name: string, known: KnownKey[]): string {
  const edits = known.flatMap(({ file, line, patterns }) =>
    patterns === undefined
      ? []
      : `add ,!${name} to the names "${patterns}" in line ${line} of ${file}, which are those of other machines too`,
  );
  const own = known.filter(({ patterns }) => patterns === undefined);
  const commands = own.length === 0 ? [] : [`remove the old key: ${forgetCommands(name, own)}`];
  return [...edits, ...commands].join('; then ');
}

function changed(
  { hostId, target }: TrustQuestion,
  key: PresentedHostKey,
  known: KnownKey[],
  revoked: boolean,
): DomainError<'HOST_KEY_CHANGED'> {
  const machine = machineOf(target);
  const name = target.hostKeyName;
  const places = known.map(({ fingerprint, file, line }) => `${fingerprint} (${file}:${line})`).join(', ');
  const finding = revoked
    ? `${machine} showed a key that is revoked: ${key.type} ${key.fingerprint}, ${places}.`
    : `${machine} showed another key than the known one: ${key.type} ${key.fingerprint} instead of ${places}, on file as ${name}.`;
  const advice = revoked
    ? 'Do not sign in. Ask who runs the machine for a new key.'
    : `Somebody may be in between, or the machine was set up anew. Ask who runs it for its fingerprint; if it is right, ${forgetAdvice(name, known)}`;
  const data = {
    host: hostId,
    name,
    fingerprint: key.fingerprint,
    revoked,
    known: known.map(({ type: _type, ...place }) => place),
  };
  const message = `${finding} No credential was sent. ${advice}`;
  return advised(new DomainError('HOST_KEY_CHANGED', data, message), advice);
}

/** Answers how the key is trusted; rejects with HOST_KEY_CHANGED, HOST_KEY_UNKNOWN or CANCELLED. */
export async function requireTrust(question: TrustQuestion, key: PresentedHostKey): Promise<string> {
  const { hostId, target, trust, prompts, signal } = question;
  const verdict = await trust.verify(target, key);
  if (verdict.kind === 'changed') throw changed(question, key, verdict.known, false);
  if (verdict.kind === 'revoked') throw changed(question, key, [verdict.known], true);
  if (verdict.kind === 'trusted') return 'known';
  await prompts.decideHostKey({ hostId, target, key, notes: verdict.notes }, signal);
  await trust.remember(target, key);
  return 'trusted now';
}
