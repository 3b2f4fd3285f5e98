/** Whether a layer is worth compressing: told by a sample of it and by what the wire carries. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';

/** The fastest level: on a wire that gzip pays for at all, further levels cost more time than they save. */
const LEVEL = 1;
const SAMPLES = 4;
const SAMPLE_BYTES = 256 * 1024;
/** Compressed already, or close to it: the engine would only unpack for nothing. */
const WORTHWHILE_RATIO = 0.9;

export type Encoding = 'plain' | 'gzip';

export interface Sample {
  /** Compressed size by size. */
  ratio: number;
  /** How fast this machine compresses it, of the uncompressed bytes. */
  bytesPerSecond: number;
}

const compress = promisify(gzip);

/** Reads a few pieces from all over the file. `now` in milliseconds. */
export async function sampleFile(file: string, sizeBytes: number, now: () => number): Promise<Sample> {
  const pieces = await readPieces(file, sizeBytes);
  const before = now();
  const packed = await Promise.all(pieces.map((piece) => compress(piece, { level: LEVEL })));
  const seconds = Math.max(0.001, (now() - before) / 1000);
  const taken = sum(pieces);
  return taken === 0
    ? { ratio: 1, bytesPerSecond: 1 }
    : { ratio: sum(packed) / taken, bytesPerSecond: taken / seconds };
}

async function readPieces(file: string, sizeBytes: number): Promise<Buffer[]> {
  const handle = await open(file, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let index = 0; index < SAMPLES; index += 1) {
      const position = Math.floor((sizeBytes * index) / SAMPLES);
      const length = Math.min(SAMPLE_BYTES, Math.ceil(sizeBytes / SAMPLES));
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
      pieces.push(buffer.subarray(0, bytesRead));
    }
    return pieces;
  } finally {
    await handle.close();
  }
}

function sum(buffers: Buffer[]): number {
  return buffers.reduce((total, { length }) => total + length, 0);
}

/**
 * Compares the time both ways take: plain is sent as it is, gzip is made first and then sent. `wire` in bytes
 * per second; null before anything was measured, which only happens where there is little to send.
 */
export function chooseEncoding(sizeBytes: number, sample: Sample, wire: number | null): Encoding {
  if (sample.ratio >= WORTHWHILE_RATIO) return 'plain';
  if (wire === null) return 'gzip';
  const plainSeconds = sizeBytes / wire;
  const gzipSeconds = sizeBytes / sample.bytesPerSecond + (sizeBytes * sample.ratio) / wire;
  return gzipSeconds < plainSeconds ? 'gzip' : 'plain';
}

export interface EncodedFile {
  file: string;
  sizeBytes: number;
  /** Hexadecimal SHA-256 of these bytes. */
  sha256: string;
}

/** The same input gives the same bytes, also in a later run: what was sent of it stays of use. */
export async function compressFile(file: string, signal: AbortSignal): Promise<EncodedFile> {
  const packed = `${file}.gz`;
  const hash = createHash('sha256');
  let sizeBytes = 0;
  async function* told(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  const gzipped = createGzip({ level: LEVEL });
  await pipeline(createReadStream(file), gzipped, told, createWriteStream(packed), { signal });
  return { file: packed, sizeBytes, sha256: hash.digest('hex') };
}
