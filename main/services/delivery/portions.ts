/** Reads a file for sending, in two buffers that are used again and again. */
import { open } from 'node:fs/promises';

const KIBIBYTE = 1024;
/** More than a socket buffers by itself, so that each portion is waited for. */
const SMALLEST_BYTES = 128 * KIBIBYTE;
const LARGEST_BYTES = 1024 * KIBIBYTE;
/** Of the wire: how often progress is told on a slow one. */
const PORTIONS_PER_SECOND = 10;

/** `wire` in bytes per second, null when it was not measured. Large ones cost less time of the processor. */
export function portionBytes(wire: number | null): number {
  return Math.round(Math.min(LARGEST_BYTES, Math.max(SMALLEST_BYTES, (wire ?? 0) / PORTIONS_PER_SECOND)));
}

/**
 * The file from `offset` on. A portion holds until the next one is asked for: with a buffer of its own for each, the
 * collector ran over the whole heap for every few of them, which cost more than the encryption.
 */
export async function* portionsOf(
  file: string,
  { offset, bytes }: { offset: number; bytes: number },
): AsyncGenerator<Buffer, void> {
  const handle = await open(file, 'r');
  try {
    let [current, next] = [Buffer.allocUnsafeSlow(bytes), Buffer.allocUnsafeSlow(bytes)];
    let position = offset;
    let reading = handle.read(current, 0, bytes, position);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      position += bytesRead;
      reading = handle.read(next, 0, bytes, position);
      // Looked at only when the receiver asks for more, and it may never.
      reading.catch(() => undefined);
      yield current.subarray(0, bytesRead);
      [current, next] = [next, current];
    }
  } finally {
    await handle.close();
  }
}
