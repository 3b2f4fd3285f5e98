/** Private keys on this machine: what can be known of one without its passphrase, and the key itself. */
import { createHash, createPrivateKey } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import type { ParsedKey, Ssh2 } from './driver';

const PKCS8 = /-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/;
const OPENSSH_MAGIC = 'openssh-key-v1\0';
const OPENSSH_ARMOUR = /-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/;

export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** Reads the strings of an SSH structure one after the other. */
function createReader(bytes: Buffer, start: number) {
  let at = start;
  return {
    number(): number {
      at += 4;
      return bytes.readUInt32BE(at - 4);
    },
    text(): Buffer {
      const length = this.number();
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
}

/** The public part stands in clear in OpenSSH's own format, encrypted or not. Null for another format. */
export function publicPartOf(file: string): Buffer | null {
  const body = OPENSSH_ARMOUR.exec(file)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, OPENSSH_MAGIC.length) !== OPENSSH_MAGIC) return null;
  try {
    const reader = createReader(bytes, OPENSSH_MAGIC.length);
    for (const _part of ['cipher', 'derivation', 'options']) reader.text();
    return reader.number() > 0 ? reader.text() : null;
  } catch {
    return null;
  }
}

function blobOfLine(line: string): Buffer | null {
  const [, blob] = line.trim().split(/\s+/, 2);
  return blob ? Buffer.from(blob, 'base64') : null;
}

export interface KeyFile {
  path: string;
  text: string;
  /** Null when neither the file nor a .pub beside it tells. */
  publicKey: Buffer | null;
  /** What can't be offered, in words; null when it can. */
  unusable: string | null;
  notes: string[];
}

export async function readKeyFile(path: string): Promise<KeyFile> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const beside = await readFile(`${path}.pub`, 'utf8').catch(() => '');
  const publicKey = publicPartOf(text) ?? blobOfLine(beside);
  const hasCertificate = await access(`${path}-cert.pub`).then(
    () => true,
    () => false,
  );
  const notes = hasCertificate
    ? [`The certificate ${path}-cert.pub is not offered: certificates are not supported, only the plain key.`]
    : [];
  const type = publicKey?.toString('latin1', 4, 4 + publicKey.readUInt32BE(0)) ?? '';
  return { path, text, publicKey, notes, unusable: unusable(path, text, type) };
}

function unusable(path: string, text: string, type: string): string | null {
  if (!text) return `${path} can't be read.`;
  if (type.startsWith('sk-'))
    return `${path} is a key of a security device (FIDO), which needs an SSH agent.`;
  return null;
}

export type Opened =
  | { kind: 'key'; key: ParsedKey }
  | { kind: 'passphrase-needed' }
  | { kind: 'passphrase-wrong' }
  | { kind: 'unreadable'; detail: string };

/** PKCS#8 is what OpenSSL writes today; ssh2 reads the older forms only. Null for what can't be turned into one. */
function toOlderForm(text: string, passphrase?: string): string | 'passphrase' | null {
  if (!PKCS8.test(text)) return null;
  try {
    const key = createPrivateKey({ key: text, format: 'pem', passphrase });
    const type = key.asymmetricKeyType === 'ec' ? 'sec1' : 'pkcs1';
    return key.export({ type, format: 'pem' }).toString();
  } catch {
    return /ENCRYPTED/.test(text) ? 'passphrase' : null;
  }
}

/** OpenSSH's format and PEM (PKCS#1, SEC 1, PKCS#8 of RSA and ECDSA). */
export function openKey(driver: Ssh2, text: string, passphrase?: string): Opened {
  const older = toOlderForm(text, passphrase);
  if (older === 'passphrase')
    return { kind: passphrase === undefined ? 'passphrase-needed' : 'passphrase-wrong' };
  const key = driver.utils.parseKey(older ?? text, older === null ? passphrase : undefined);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return { kind: 'key', key };
    return { kind: 'unreadable', detail: 'the file holds a public key only' };
  }
  if (passphrase === undefined && /no passphrase given/i.test(key.message))
    return { kind: 'passphrase-needed' };
  if (passphrase !== undefined) return { kind: 'passphrase-wrong' };
  return { kind: 'unreadable', detail: key.message };
}
