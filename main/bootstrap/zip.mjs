/** Unpacks a verified zip archive. Own reader: `unzip` is missing on a bare machine, and no package is installed yet. */
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT_BYTES = 65_535;
const CENTRAL_SIGNATURE = 0x02014b50;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const DEFLATED = 8;
const FILE_TYPE_MASK = 0o170000;
const SYMBOLIC_LINK = 0o120000;

const inflate = promisify(inflateRaw);

/**
 * @typedef {object} ZipEntry
 * @property {string} name
 * @property {number} method
 * @property {number} mode Unix mode, 0 when the archive was made elsewhere.
 * @property {number} compressedBytes
 * @property {number} offset Of the local header.
 */

/**
 * @param {string} archive
 * @param {string} target
 * @param {(name: string) => string | null} rename The path below the target, null to leave the entry out.
 * @returns {Promise<number>} The number of files written.
 */
export async function unzip(archive, target, rename) {
  const handle = await open(archive);
  try {
    return await unzipAll(handle, target, rename);
  } finally {
    await handle.close();
  }
}

/**
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {string} target
 * @param {(name: string) => string | null} rename
 */
async function unzipAll(handle, target, rename) {
  let written = 0;
  for (const entry of await readDirectory(handle)) {
    const name = rename(entry.name);
    if (name === null) continue;
    await writeEntry(handle, entry, insideTarget(target, name));
    written += 1;
  }
  return written;
}

/**
 * An entry such as `../../etc/passwd` must not leave the target.
 * @param {string} target
 * @param {string} name
 */
export function insideTarget(target, name) {
  const full = path.resolve(target, name);
  if (full !== target && !full.startsWith(target + path.sep))
    throw new Error(`The archive names "${name}", outside of ${target}.`);
  return name.endsWith('/') ? full + path.sep : full;
}

/** @param {import('node:fs/promises').FileHandle} handle */
async function readDirectory(handle) {
  const { size } = await handle.stat();
  const tailBytes = Math.min(size, END_BYTES + LONGEST_COMMENT_BYTES);
  const tail = await read(handle, size - tailBytes, tailBytes);
  const end = findEnd(tail);
  const bytes = tail.readUInt32LE(end + 12);
  return parseDirectory(await read(handle, tail.readUInt32LE(end + 16), bytes));
}

/** @param {Buffer} tail */
function findEnd(tail) {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1)
    if (tail.readUInt32LE(at) === END_SIGNATURE) return at;
  throw new Error('The archive has no zip directory; the download is incomplete or not a zip file.');
}

/**
 * @param {Buffer} directory
 * @returns {ZipEntry[]}
 */
function parseDirectory(directory) {
  const entries = [];
  let at = 0;
  while (at + CENTRAL_BYTES <= directory.length && directory.readUInt32LE(at) === CENTRAL_SIGNATURE) {
    const nameBytes = directory.readUInt16LE(at + 28);
    entries.push({
      name: directory.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes),
      method: directory.readUInt16LE(at + 10),
      mode: directory.readUInt16LE(at + 40),
      compressedBytes: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += CENTRAL_BYTES + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/**
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {ZipEntry} entry
 * @param {string} target
 */
async function writeEntry(handle, entry, target) {
  if (target.endsWith(path.sep)) return void (await mkdir(target, { recursive: true }));
  await mkdir(path.dirname(target), { recursive: true });
  const content = await readEntry(handle, entry);
  if ((entry.mode & FILE_TYPE_MASK) === SYMBOLIC_LINK) return symlink(content.toString('utf8'), target);
  await writeFile(target, content, { mode: entry.mode & 0o777 || 0o644 });
}

/**
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {ZipEntry} entry
 */
async function readEntry(handle, entry) {
  const local = await read(handle, entry.offset, LOCAL_BYTES);
  const start = entry.offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  const stored = await read(handle, start, entry.compressedBytes);
  return entry.method === DEFLATED ? inflate(stored) : stored;
}

/**
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {number} position
 * @param {number} bytes
 */
async function read(handle, position, bytes) {
  const buffer = Buffer.alloc(bytes);
  let done = 0;
  while (done < bytes) {
    const { bytesRead } = await handle.read(buffer, done, bytes - done, position + done);
    if (bytesRead === 0) throw new Error('The archive ends too early.');
    done += bytesRead;
  }
  return buffer;
}
