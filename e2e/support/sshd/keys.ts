import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface KeyOptions {
  type?: KeyType;
  /** Default: none. */
  passphrase?: string;
  /** `PEM`: the traditional form (`BEGIN RSA PRIVATE KEY`); Ed25519 has none. Default: OpenSSH's own. */
  format?: 'OpenSSH' | 'PEM';
  /** Default 3072 for RSA. */
  bits?: number;
  comment?: string;
}

export interface KeyFile {
  type: KeyType;
  /** The private key, readable by its owner alone; the public one lies beside it with `.pub`. */
  path: string;
  passphrase: string;
  /** `ssh-ed25519 AAAA… comment`. */
  publicLine: string;
  /** `SHA256:…` as `ssh-keygen -lf` prints it. */
  fingerprint: string;
}

/** Makes a key pair with ssh-keygen at `path`, which must be free. */
export async function createKey(path: string, options: KeyOptions = {}): Promise<KeyFile> {
  const { type = 'ed25519', passphrase = '', format, bits, comment = 'console-test' } = options;
  const shape = [...(format === 'PEM' ? ['-m', 'PEM'] : []), ...(bits ? ['-b', String(bits)] : [])];
  await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', comment, '-f', path, ...shape]);
  const { stdout } = await run('ssh-keygen', ['-lf', `${path}.pub`]);
  return {
    type,
    path,
    passphrase,
    publicLine: (await readFile(`${path}.pub`, 'utf8')).trim(),
    fingerprint: stdout.split(' ')[1] ?? '',
  };
}

/** A line of a known_hosts file; ports other than 22 in brackets. */
export function knownHostsLine(address: { host: string; port: number }, publicLine: string): string {
  const [type, key] = publicLine.split(' ');
  const name = address.port === 22 ? address.host : `[${address.host}]:${address.port}`;
  return `${name} ${type} ${key}\n`;
}
