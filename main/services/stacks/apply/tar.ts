/**
 * A small writer for POSIX tar archives (ustar, with pax headers for what doesn't fit), because
 * the engine takes files only in this form.
 */
const BLOCK_BYTES = 512;
const LARGEST_USTAR_BYTES = 0o77777777777;

export interface TarEntry {
  /** Relative, with forward slashes; a folder ends in one. */
  path: string;
  /** Bytes of the file; a link has none. */
  size: number;
  mode: number;
  uid?: number;
  gid?: number;
  /** Seconds since the Unix epoch. */
  modifiedAt?: number;
  /** Target, for a symbolic link. */
  link?: string;
}

/** Header blocks of one entry, a pax header first when a name or size doesn't fit. */
export function tarHeader(entry: TarEntry): Buffer {
  const records = paxRecords(entry);
  if (records === '') return ustarHeader(entry, typeFlag(entry));
  const content = Buffer.from(records);
  const pax = ustarHeader({ path: 'pax', size: content.length, mode: 0o644 }, 'x');
  return Buffer.concat([pax, content, tarPadding(content.length), ustarHeader(entry, typeFlag(entry))]);
}

/** Zeros up to the next block after `size` bytes of content. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
}

/** What every archive ends with. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK_BYTES);
}

export interface TarFile {
  path: string;
  content: Uint8Array;
  mode: number;
  uid?: number;
  gid?: number;
}

/** A whole archive in memory; for secrets, heartbeats and other small things. */
export function tarOf(files: TarFile[]): Buffer {
  const parts = files.flatMap(({ content, ...file }) => [
    tarHeader({ ...file, size: content.length }),
    Buffer.from(content),
    tarPadding(content.length),
  ]);
  return Buffer.concat([...parts, tarEnd()]);
}

function typeFlag(entry: TarEntry): string {
  if (entry.link !== undefined) return '2';
  return entry.path.endsWith('/') ? '5' : '0';
}

function paxRecords(entry: TarEntry): string {
  return [
    fits(entry.path) ? '' : paxRecord('path', entry.path),
    entry.link === undefined || fits(entry.link) ? '' : paxRecord('linkpath', entry.link),
    entry.size <= LARGEST_USTAR_BYTES ? '' : paxRecord('size', String(entry.size)),
  ].join('');
}

function fits(text: string): boolean {
  return Buffer.byteLength(text) <= 100 && /^[\x20-\x7e]*$/.test(text);
}

/** `<length> <key>=<value>\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  let length = bytes + String(bytes).length;
  if (bytes + String(length).length !== length) length = bytes + String(length).length;
  return `${length}${rest}`;
}

function ustarHeader(entry: TarEntry, type: string): Buffer {
  const header = Buffer.alloc(BLOCK_BYTES);
  header.write(entry.path, 0, 100);
  octal(header, { at: 100, length: 8 }, entry.mode);
  octal(header, { at: 108, length: 8 }, entry.uid ?? 0);
  octal(header, { at: 116, length: 8 }, entry.gid ?? 0);
  octal(header, { at: 124, length: 12 }, Math.min(entry.size, LARGEST_USTAR_BYTES));
  octal(header, { at: 136, length: 12 }, entry.modifiedAt ?? 0);
  header.write(type, 156, 1);
  if (entry.link !== undefined) header.write(entry.link, 157, 100);
  header.write('ustar\u000000', 257, 8, 'latin1');
  // The checksum counts its own field as spaces.
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return header;
}

function octal(header: Buffer, field: { at: number; length: number }, value: number): void {
  header.write(value.toString(8).padStart(field.length - 1, '0'), field.at, field.length - 1, 'latin1');
}
