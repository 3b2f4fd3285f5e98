/** One file over HTTPS, verified. Gives up fast when the server cannot be reached: a closed network is an expected case. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { megabytes } from './report.mjs';

const ANSWER_WITHIN_MS = 8000;
const STALLED_AFTER_MS = 15_000;

/** A connection that breaks off in the middle is common with files of this size; one that never answers is not tried again. */
const ATTEMPTS = 3;

/**
 * Rejects when no answer came within 8 s, when 15 s pass without a byte, or when the checksum differs.
 * A transfer that broke off goes on where it stopped, twice at most.
 * @param {string} url
 * @param {string} target
 * @param {string} sha256
 * @param {import('./report.mjs').Progress} progress
 */
export async function download(url, target, sha256, progress) {
  await rm(target, { force: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await transfer(url, target, progress);
      break;
    } catch (error) {
      if (attempt === ATTEMPTS || (await bytesIn(target)) === 0) throw error;
      progress('the transfer broke off; going on where it stopped');
    }
  }
  await verify(target, sha256);
}

/** @param {string} url @param {string} target @param {import('./report.mjs').Progress} progress */
async function transfer(url, target, progress) {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(new Error('no answer')), ANSWER_WITHIN_MS);
  try {
    const had = await bytesIn(target);
    /** @type {Record<string, string>} */
    const headers = had > 0 ? { range: `bytes=${had}-` } : {};
    const response = await fetch(url, { signal: stop.signal, headers });
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    // A server without ranges sends the whole file again.
    const kept = response.status === 206 ? had : 0;
    const length = Number(response.headers.get('content-length') ?? 0);
    const show = percentSteps(length > 0 ? kept + length : 0, kept, progress);
    const body = Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body));
    body.on('data', (/** @type {Buffer} */ chunk) => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error('the transfer stalled')), STALLED_AFTER_MS);
      show(chunk.length);
    });
    await pipeline(body, createWriteStream(target, { flags: kept > 0 ? 'a' : 'w' }));
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} file @returns {Promise<number>} 0 when it is not there. */
async function bytesIn(file) {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** @param {number} total @param {number} had @param {import('./report.mjs').Progress} progress */
function percentSteps(total, had, progress) {
  let done = had;
  let shown = -1;
  return (/** @type {number} */ bytes) => {
    done += bytes;
    const tenth = total > 0 ? Math.floor((done / total) * 10) : Math.floor(done / 2e7);
    if (tenth === shown) return;
    shown = tenth;
    progress(total > 0 ? `${tenth * 10} % of ${megabytes(total)}` : megabytes(done));
  };
}

/**
 * Removes a file that is not what it should be, and rejects.
 * @param {string} file
 * @param {string} expected
 */
export async function verify(file, expected) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual === expected) return;
  await rm(file, { force: true });
  throw new Error(`the checksum of ${file} is ${actual}, expected ${expected}`);
}
