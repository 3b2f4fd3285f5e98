/** Reads a tar archive as it streams by: ustar, pax and GNU long names, as engines write them. */
import { DomainError } from '../errors';

const BLOCK_BYTES = 512;
/** Extended headers hold names and numbers; one that claims more is no such archive. */
const MAX_EXTENSION_BYTES = 1024 * 1024;

export interface TarEntry {
  path: string;
  kind: 'file' | 'link' | 'other';
  sizeBytes: number;
  /** Where a link leads, as the archive says it: relative to its folder for a symbolic one. */
  target: string;
  symbolic: boolean;
  /** To be read before the next entry is asked for; what is left is skipped. */
  content: AsyncIterable<Buffer>;
}

/** Hands out a byte stream in the portions that are asked for. */
class Bytes {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At most `most` bytes, as they come; null at the end. */
  async next(most: number): Promise<Buffer | null> {
    while (this.#rest.length === 0) {
      const step: IteratorResult<Buffer, unknown> = await this.#source.next();
      if (step.done) return null;
      this.#rest = step.value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      const part = await this.next(missing);
      if (part === null) throw brokenArchive('it ends too early');
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }
}

export function brokenArchive(detail: string): DomainError {
  const message = `The image archive of this machine's engine can't be read: ${detail}.`;
  return new DomainError('CONFLICT', { what: 'image archive', detail }, message);
}

interface Extension {
  path?: string;
  linkpath?: string;
  size?: string;
}

/** Rejects with CONFLICT for what is no archive or ends half-way, and with the source's own error. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry, void> {
  const bytes = new Bytes(source);
  let extension: Extension = {};
  for (;;) {
    const header = await bytes.exactly(BLOCK_BYTES);
    if (header.every((byte) => byte === 0)) return;
    const type = String.fromCharCode(header[156] ?? 0);
    if ('xgLK'.includes(type)) {
      const added = extensionOf(type, await extensionText(bytes, numberAt(header, 124, 12)));
      extension = { ...extension, ...added };
      continue;
    }
    const size = extension.size === undefined ? numberAt(header, 124, 12) : Number(extension.size);
    const body = contentOf(bytes, size);
    yield {
      path: extension.path ?? pathAt(header),
      kind: type === '0' || type === '\0' ? 'file' : type === '1' || type === '2' ? 'link' : 'other',
      sizeBytes: size,
      target: extension.linkpath ?? textAt(header, 157, 100),
      symbolic: type === '2',
      content: body,
    };
    for await (const _ of body);
    await bytes.exactly(paddingOf(size));
    extension = {};
  }
}

async function* contentOf(bytes: Bytes, size: number): AsyncGenerator<Buffer, void> {
  for (let missing = size; missing > 0; ) {
    const part = await bytes.next(missing);
    if (part === null) throw brokenArchive('it ends too early');
    missing -= part.length;
    yield part;
  }
}

function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

async function extensionText(bytes: Bytes, size: number): Promise<string> {
  if (size > MAX_EXTENSION_BYTES) throw brokenArchive('a header is too long');
  const text = await bytes.exactly(size);
  await bytes.exactly(paddingOf(size));
  return text.toString('utf8');
}

function extensionOf(type: string, text: string): Extension {
  if (type === 'L') return { path: text.replace(/\0.*$/s, '') };
  if (type === 'K') return { linkpath: text.replace(/\0.*$/s, '') };
  return type === 'x' ? paxRecords(text) : {};
}

/** `<length> <key>=<value>\n`, the length in bytes and counting itself. */
function paxRecords(text: string): Extension {
  const records: Record<string, string> = {};
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    const length = Number.parseInt(rest.toString('latin1', 0, 20), 10);
    if (!(length > 0)) break;
    const record = rest.toString('utf8', 0, length - 1);
    const equals = record.indexOf('=');
    records[record.slice(record.indexOf(' ') + 1, equals)] = record.slice(equals + 1);
    rest = rest.subarray(length);
  }
  const { path, linkpath, size } = records;
  return {
    ...(path !== undefined && { path }),
    ...(linkpath !== undefined && { linkpath }),
    ...(size !== undefined && { size }),
  };
}

function textAt(header: Buffer, offset: number, length: number): string {
  return header.toString('utf8', offset, offset + length).replace(/\0.*$/s, '');
}

function pathAt(header: Buffer): string {
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? textAt(header, 345, 155) : '';
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** Octal text, or with the high bit set a big-endian number, as GNU writes sizes over 8 GiB. */
function numberAt(header: Buffer, offset: number, length: number): number {
  if (((header[offset] ?? 0) & 0x80) !== 0) return header.readUIntBE(offset + length - 6, 6);
  return Number.parseInt(header.toString('latin1', offset, offset + length), 8) || 0;
}
