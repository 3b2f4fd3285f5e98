/** Reads one small regular file out of the tar the engine answers; enough of ustar and no more. */
import { DomainError } from '../../services/errors';

const BLOCK_BYTES = 512;
const SIZE_OFFSET = 124;
const SIZE_LENGTH = 12;
const TYPE_OFFSET = 156;
const REGULAR_TYPES = new Set(['0', '\0']);
const EXTENSION_TYPES = new Set(['x', 'g', 'L', 'K']);

interface Subject {
  kind: string;
  name: string;
}

function sizeOf(header: Buffer): number {
  return Number.parseInt(header.toString('latin1', SIZE_OFFSET, SIZE_OFFSET + SIZE_LENGTH), 8) || 0;
}

/** Rejects with NOT_FOUND for a directory, link or empty archive, INVALID_INPUT for a file over `maxBytes`. */
export function firstFileOf(tar: Buffer, subject: Subject, maxBytes: number): string {
  let offset = 0;
  while (offset + BLOCK_BYTES <= tar.length) {
    const header = tar.subarray(offset, offset + BLOCK_BYTES);
    const type = String.fromCharCode(header[TYPE_OFFSET] ?? 0);
    const size = sizeOf(header);
    const start = offset + BLOCK_BYTES;
    if (header[0] !== 0 && REGULAR_TYPES.has(type)) {
      if (size <= maxBytes) return tar.toString('utf8', start, start + size);
      const detail = `larger than ${maxBytes} bytes`;
      throw new DomainError(
        'INVALID_INPUT',
        { field: subject.name, detail },
        `${subject.name} is ${detail}.`,
      );
    }
    if (!EXTENSION_TYPES.has(type)) break;
    offset = start + Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES;
  }
  throw new DomainError('NOT_FOUND', subject, `${subject.name} is not a regular file.`);
}
