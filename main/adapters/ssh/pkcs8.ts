/**
 * Private keys as OpenSSL writes them today (PKCS#8), in a form ssh2 reads: PKCS#1 for RSA, SEC 1 for ECDSA, and for
 * Ed25519, which has no older form, OpenSSH's own (its PROTOCOL.key). Nothing of it is written anywhere.
 */
import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto';

const PKCS8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/;
const ED25519 = 'ssh-ed25519';
const BLOCK_BYTES = 8;

export type Pkcs8 =
  | { kind: 'readable'; text: string }
  /** None was given, or it was wrong. */
  | { kind: 'passphrase' }
  | { kind: 'unreadable'; detail: string };

/** Null for a file of another form. */
export function fromPkcs8(text: string, passphrase?: string): Pkcs8 | null {
  const found = PKCS8.exec(text);
  if (!found) return null;
  try {
    return toReadable(createPrivateKey({ key: text, format: 'pem', passphrase }));
  } catch {
    return found[1] ? { kind: 'passphrase' } : { kind: 'unreadable', detail: 'the file is damaged' };
  }
}

function toReadable(key: KeyObject): Pkcs8 {
  const type = key.asymmetricKeyType;
  if (type === 'ed25519') return { kind: 'readable', text: toOpenSsh(key) };
  if (type === 'rsa' || type === 'ec') {
    const older = type === 'ec' ? 'sec1' : 'pkcs1';
    return { kind: 'readable', text: key.export({ type: older, format: 'pem' }).toString() };
  }
  return { kind: 'unreadable', detail: `SSH has no keys of the type ${type}` };
}

function toOpenSsh(key: KeyObject): string {
  const { d = '', x = '' } = key.export({ format: 'jwk' });
  const [seed, open] = [Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')];
  const both = Buffer.concat([seed, open]);
  // Twice the same number: who decrypts with a wrong passphrase sees it there.
  const check = randomBytes(4);
  const secret = padded(Buffer.concat([check, check, field(ED25519), field(open), field(both), field('')]));
  const count = Buffer.from([0, 0, 0, 1]);
  const head = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field('none'),
    field('none'),
    field(''),
    count,
  ]);
  const whole = Buffer.concat([head, field(Buffer.concat([field(ED25519), field(open)])), field(secret)]);
  const body = whole.toString('base64');
  for (const one of [seed, both, secret, whole]) one.fill(0);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** With 1, 2, 3… up to whole blocks. */
function padded(bytes: Buffer): Buffer {
  const missing = (BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([bytes, Buffer.from(Array.from({ length: missing }, (_, index) => index + 1))]);
}
