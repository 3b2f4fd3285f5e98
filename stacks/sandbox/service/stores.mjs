/** The real database and the real cache, asked anew at every call and never for longer than two seconds. */
import pg from 'pg';
import redis from 'redis';
import { readCredential } from './credentials.mjs';
import { log } from './log.mjs';

const ANSWER_CEILING_MS = 2_000;
const RECONNECT_MS = 500;

/**
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>} rejects when the promise takes longer than the ceiling
 */
export function withinCeiling(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`no answer in ${ANSWER_CEILING_MS} ms`)),
      ANSWER_CEILING_MS,
    );
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Says in the log when a store starts or stops answering, and nothing in between.
 * @param {string} name
 * @returns {(ask: () => Promise<unknown>) => Promise<boolean>}
 */
function createWitness(name) {
  /** @type {boolean | undefined} */
  let answered;
  /** @param {boolean} answers @param {string} [reason] */
  const note = (answers, reason = '') => {
    if (answers !== answered)
      log[answers ? 'info' : 'error'](`${name} ${answers ? 'answers' : `does not answer: ${reason}`}`);
    answered = answers;
    return answers;
  };
  return (ask) =>
    withinCeiling(ask()).then(
      () => note(true),
      (error) => note(false, error instanceof Error ? error.message : String(error)),
    );
}

/** @param {string} name which database, and which role */
export function createDatabase(name) {
  const pool = new pg.Pool({
    host: 'postgres',
    database: name,
    user: name,
    password: readCredential(name),
    max: 1,
    connectionTimeoutMillis: ANSWER_CEILING_MS,
    query_timeout: ANSWER_CEILING_MS,
    application_name: process.argv[2] ?? 'sandbox',
  });
  // A connection that breaks while idle is news for the next question, not a reason to stop.
  pool.on('error', () => undefined);
  const witness = createWitness(`database ${name}`);
  return {
    answers: () => witness(() => pool.query('SELECT 1')),
    /** @param {string} text @returns {Promise<Record<string, unknown>[]>} */
    rows: async (text) => (await withinCeiling(pool.query(text))).rows,
  };
}

/** @typedef {ReturnType<typeof createDatabase>} Database */

export function createCache() {
  const client = redis.createClient({
    password: readCredential('redis'),
    disableOfflineQueue: true,
    socket: { host: 'redis', connectTimeout: ANSWER_CEILING_MS, reconnectStrategy: () => RECONNECT_MS },
  });
  // Reconnecting is the client's own work; whether it succeeded is asked by ping.
  client.on('error', () => undefined);
  const connected = client.connect().catch(() => undefined);
  const witness = createWitness('cache');
  return {
    client,
    answers: () => witness(() => client.ping()),
    /** Settles when connected, or after the ceiling without. */
    ready: () => withinCeiling(connected).catch(() => undefined),
  };
}

/** @typedef {ReturnType<typeof createCache>} Cache */
