/** Whether a presented key is the one that is known: pure, over the lines of all files. */
import type { KnownKey, PresentedHostKey, TrustVerdict } from '../ssh/face';
import { appliesTo, fingerprintOf, hasPatterns, type KnownHostLine } from './known-hosts';

export interface KnownHostsFile {
  path: string;
  lines: KnownHostLine[];
}

type Placed = KnownHostLine & { file: string };

function placed(files: KnownHostsFile[], name: string): Placed[] {
  return files.flatMap(({ path, lines }) =>
    lines.filter((line) => appliesTo(line, name)).map((line) => ({ ...line, file: path })),
  );
}

function toKnownKey(placed: Placed): KnownKey {
  const { type, blob, file, line, names } = placed;
  const patterns = hasPatterns(placed) ? { patterns: names } : {};
  return { type, fingerprint: fingerprintOf(blob), file, line, ...patterns };
}

function authorityNote({ file, line }: Placed): string {
  return `${file}:${line} names a certificate authority for this host. Host certificates are not supported, so the key itself is asked about.`;
}

/** A revoked key is refused under whatever name it was revoked; one line that fits the key trusts it. */
export function judgeKey(files: KnownHostsFile[], name: string, key: PresentedHostKey): TrustVerdict {
  const lines = placed(files, name);
  const isThis = ({ blob }: KnownHostLine) => blob.equals(key.blob);
  const revoked = lines.find((line) => line.marker === 'revoked' && isThis(line));
  if (revoked) return { kind: 'revoked', known: toKnownKey(revoked) };
  const plain = lines.filter(({ marker }) => marker === 'none');
  if (plain.some(isThis)) return { kind: 'trusted' };
  if (plain.length > 0) return { kind: 'changed', known: plain.map(toKnownKey) };
  const authorities = lines.filter(({ marker }) => marker === 'cert-authority');
  return { kind: 'unknown', notes: authorities.map(authorityNote) };
}

/** In the order of the files, each once. */
export function typesKnown(files: KnownHostsFile[], name: string): string[] {
  const plain = placed(files, name).filter(({ marker }) => marker === 'none');
  return [...new Set(plain.map(({ type }) => type))];
}
