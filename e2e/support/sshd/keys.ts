import { execFile } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type KeyType = 'ed25519' | 'ecdsa' | 'rsa';

export interface KeyOptions {
  type?: KeyType;
  /** Default: none. */
  passphrase?: string;
  /**
   * `PEM`: the traditional form (`BEGIN RSA PRIVATE KEY`); Ed25519 has none. `PKCS8`: what OpenSSL writes. Default:
   * OpenSSH's own.
   */
  format?: 'OpenSSH' | 'PEM' | 'PKCS8';
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
  if (format === 'PKCS8') await writePkcs8(path, options);
  else await run('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', comment, '-f', path, ...shape]);
  const { stdout } = await run('ssh-keygen', ['-lf', `${path}.pub`]);
  return {
    type,
    path,
    passphrase,
    publicLine: (await readFile(`${path}.pub`, 'utf8')).trim(),
    fingerprint: stdout.split(' ')[1] ?? '',
  };
}

/** ssh-keygen knows this form of Ed25519 from OpenSSH 9.6 on only. */
async function writePkcs8(path: string, { type = 'ed25519', passphrase = '', bits, comment }: KeyOptions) {
  const { privateKey, publicKey } = generate(type, bits);
  const cipher = passphrase === '' ? {} : { cipher: 'aes-256-cbc', passphrase };
  const file = privateKey.export({ type: 'pkcs8', format: 'pem', ...cipher });
  await writeFile(path, file, { mode: 0o600 });
  await writeFile(`${path}.pub`, `${publicLineOf(publicKey, type)} ${comment ?? 'console-test'}\n`);
}

function generate(type: KeyType, bits = 3072): KeyPairKeyObjectResult {
  if (type === 'ed25519') return generateKeyPairSync('ed25519');
  if (type === 'rsa') return generateKeyPairSync('rsa', { modulusLength: bits });
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function publicLineOf(key: KeyObject, type: KeyType): string {
  const { x = '', y = '', n = '', e = '' } = key.export({ format: 'jwk' });
  const point = (text: string) => Buffer.from(text, 'base64url');
  // A number with its highest bit set would be negative.
  const number = (text: string) => Buffer.concat([Buffer.from([0]), point(text)]);
  const parts: Record<KeyType, [string, ...(string | Buffer)[]]> = {
    ed25519: ['ssh-ed25519', point(x)],
    rsa: ['ssh-rsa', point(e), number(n)],
    ecdsa: ['ecdsa-sha2-nistp256', 'nistp256', Buffer.concat([Buffer.from([4]), point(x), point(y)])],
  };
  const fields = parts[type].map((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return Buffer.concat([length, Buffer.from(part)]);
  });
  return `${parts[type][0]} ${Buffer.concat(fields).toString('base64')}`;
}

/** A line of a known_hosts file; ports other than 22 in brackets. */
export function knownHostsLine(address: { host: string; port: number }, publicLine: string): string {
  const [type, key] = publicLine.split(' ');
  const name = address.port === 22 ? address.host : `[${address.host}]:${address.port}`;
  return `${name} ${type} ${key}\n`;
}
