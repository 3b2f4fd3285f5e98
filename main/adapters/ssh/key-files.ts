/** Private keys on this machine: what can be known of one without its passphrase, and the key itself. */
import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import type { ParsedKey, Ssh2 } from './driver';
import { fromPkcs8 } from './pkcs8';

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

/** OpenSSH's format, PEM (PKCS#1, SEC 1) and PKCS#8. */
export function openKey(driver: Ssh2, text: string, passphrase?: string): Opened {
  const converted = fromPkcs8(text, passphrase);
  if (converted?.kind === 'passphrase') return refused(passphrase);
  if (converted?.kind === 'unreadable') return converted;
  if (converted) return parsed(driver.utils.parseKey(converted.text));
  const key = driver.utils.parseKey(text, passphrase);
  const encrypted =
    passphrase !== undefined || (key instanceof Error && /no passphrase given/i.test(key.message));
  return key instanceof Error && encrypted ? refused(passphrase) : parsed(key);
}

function refused(passphrase: string | undefined): Opened {
  return { kind: passphrase === undefined ? 'passphrase-needed' : 'passphrase-wrong' };
}

function parsed(key: ParsedKey | Error): Opened {
  if (key instanceof Error) return { kind: 'unreadable', detail: key.message };
  if (key.isPrivateKey()) return { kind: 'key', key };
  return { kind: 'unreadable', detail: 'the file holds a public key only' };
}
