/** Sets fuses of an Electron binary: bytes after a sentinel that Electron reads at start (electronjs.org, "Electron Fuses"). */
import { open } from 'node:fs/promises';

const SENTINEL = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX');
const CHUNK_BYTES = 16 * 1024 * 1024;
const OFF = 0x30;
const ON = 0x31;

/** Positions in the fuse wire, version 1. */
export const FUSE = { nodeCliInspect: 3, browserSnapshot: 6 };

/**
 * @param {string} binary
 * @param {Map<number, boolean>} wanted
 */
export async function setFuses(binary, wanted) {
  const handle = await open(binary, 'r+');
  try {
    const at = await findSentinel(handle);
    const wire = at + SENTINEL.length + 2;
    for (const [fuse, on] of wanted) await handle.write(Buffer.from([on ? ON : OFF]), 0, 1, wire + fuse);
  } finally {
    await handle.close();
  }
}

/** Chunks overlap by the sentinel's length, so that it is found across a border. @param {import('node:fs/promises').FileHandle} handle */
async function findSentinel(handle) {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const { size } = await handle.stat();
  for (let position = 0; position < size; position += CHUNK_BYTES - SENTINEL.length) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, position);
    const found = chunk.subarray(0, bytesRead).indexOf(SENTINEL);
    if (found >= 0) return position + found;
  }
  throw new Error('The Electron binary has no fuse wire.');
}
