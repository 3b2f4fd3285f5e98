/** One file over HTTPS, verified. Gives up fast when the server cannot be reached: a closed network is an expected case. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { get } from './proxy.mjs';
import { megabytes } from './report.mjs';

const ANSWER_WITHIN_MS = 8000;
const STALLED_AFTER_MS = 15_000;

/** A connection that breaks off in the middle is common with files of this size; one that never answers is not tried again. */
const ATTEMPTS = 3;

/**
 * @typedef {object} Source
 * @property {string} url
 * @property {string} sha256
 * @property {NodeJS.ProcessEnv} environment May name a proxy.
 */

/**
 * Rejects when no answer came within 8 s, when 15 s pass without a byte, or when the checksum differs.
 * A transfer that broke off goes on where it stopped, twice at most.
 * @param {Source} source
 * @param {string} target
 * @param {import('./report.mjs').Progress} progress
 */
export async function download(source, target, progress) {
  await rm(target, { force: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await transfer(source, target, progress);
      break;
    } catch (error) {
      if (attempt === ATTEMPTS || (await bytesIn(target)) === 0) throw error;
      progress('the transfer broke off; going on where it stopped');
    }
  }
  await verify(target, source.sha256);
}

/** @param {Source} source @param {string} target @param {import('./report.mjs').Progress} progress */
async function transfer({ url, environment }, target, progress) {
  const stop = new AbortController();
  const { signal } = stop;
  let timer = setTimeout(() => stop.abort(new Error('no answer')), ANSWER_WITHIN_MS);
  try {
    const had = await bytesIn(target);
    const headers = { 'user-agent': 'bizosaas-console', ...(had > 0 ? { range: `bytes=${had}-` } : {}) };
    const body = await get(url, { headers, signal, environment });
    // A server without ranges sends the whole file again.
    const kept = startOf(body, had);
    const length = Number(body.headers['content-length'] ?? 0);
    const show = percentSteps(length > 0 ? kept + length : 0, kept, progress);
    body.on('data', (/** @type {Buffer} */ chunk) => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error('the transfer stalled')), STALLED_AFTER_MS);
      show(chunk.length);
    });
    await pipeline(body, createWriteStream(target, { flags: kept > 0 ? 'a' : 'w' }), { signal });
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

/** @param {import('node:http').IncomingMessage} response @param {number} had @returns {number} Bytes that are not sent again. */
function startOf(response, had) {
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return statusCode === 206 ? had : 0;
  response.destroy();
  throw new Error(`the server answered ${statusCode}`);
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
