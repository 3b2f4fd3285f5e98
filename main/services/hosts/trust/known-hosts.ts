/** known_hosts as lines: what each one means, and the file byte for byte. Format: sshd(8), SSH_KNOWN_HOSTS FILE FORMAT. */
import { createHash, createHmac } from 'node:crypto';
import { matchesPatternList } from '../../../words/patterns';

export type Marker = 'none' | 'revoked' | 'cert-authority';

export interface KnownHostLine {
  marker: Marker;
  /** The first field as it is written: names and patterns with commas, or one hashed name. */
  names: string;
  type: string;
  blob: Buffer;
  /** 1-based. */
  line: number;
}

const MARKERS: Record<string, Marker> = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' };
const HASH_MAGIC = '|1|';
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** Comments, blank lines and lines that can't be understood mean nothing and are left out. */
export function parseKnownHosts(text: string): KnownHostLine[] {
  return text.split('\n').flatMap((line, index) => parseLine(line, index + 1) ?? []);
}

function parseLine(text: string, line: number): KnownHostLine | null {
  const fields = text.trim().split(/[ \t]+/);
  const first = fields[0] ?? '';
  if (first === '' || first.startsWith('#')) return null;
  const marked = first.startsWith('@');
  const marker = marked ? MARKERS[first] : 'none';
  const [names, type, base64] = marked ? fields.slice(1) : fields;
  if (marker === undefined || !names || !type || !base64 || !BASE64.test(base64)) return null;
  const blob = Buffer.from(base64, 'base64');
  return typeInside(blob) === type ? { marker, names, type, blob, line } : null;
}

/** A key says its own type; a line whose word for it differs is damaged. */
function typeInside(blob: Buffer): string | null {
  if (blob.length < 4) return null;
  return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}

/** `name` is a host, an address, or `[host]:port`. */
export function appliesTo({ names }: Pick<KnownHostLine, 'names'>, name: string): boolean {
  if (isHashed(names)) return matchesHash(names, name.toLowerCase());
  return matchesPatternList(names.toLowerCase().split(','), name.toLowerCase());
}

export function isHashed(names: string): boolean {
  return names.startsWith(HASH_MAGIC);
}

/** Such a line is for machines that nobody listed. */
export function hasPatterns({ names }: Pick<KnownHostLine, 'names'>): boolean {
  return /[*?]/.test(names);
}

function matchesHash(names: string, name: string): boolean {
  const [salt, hash] = names.slice(HASH_MAGIC.length).split('|', 2);
  return salt !== undefined && hash !== undefined && digest(salt, name) === hash;
}

function digest(salt: string, name: string): string {
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64');
}

/** `salt`: 20 random bytes. */
export function hashName(name: string, salt: Buffer): string {
  const encoded = salt.toString('base64');
  return `${HASH_MAGIC}${encoded}|${digest(encoded, name.toLowerCase())}`;
}

/** As ssh-keygen prints it. */
export function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/** The file with one more line; every byte that was there stays, and so does the kind of line end. */
export function appendLine(content: Buffer, line: string): Buffer {
  const text = content.toString('latin1');
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  return Buffer.concat([content, Buffer.from(`${gap}${line}${end}`)]);
}
