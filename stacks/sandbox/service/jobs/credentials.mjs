/** One-shot: makes each password once, into the volume that only the sandbox's own containers mount. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { CREDENTIALS, CREDENTIALS_DIRECTORY } from '../credentials.mjs';
import { log } from '../log.mjs';

const PASSWORD_BYTES = 24;

/** @param {unknown} error */
const existsAlready = (error) => error instanceof Error && 'code' in error && error.code === 'EEXIST';

/** @param {string} role */
function make(role) {
  try {
    const password = randomBytes(PASSWORD_BYTES).toString('hex');
    writeFileSync(`${CREDENTIALS_DIRECTORY}/${role}`, `${password}\n`, { flag: 'wx', mode: 0o400 });
    return true;
  } catch (error) {
    if (existsAlready(error)) return false;
    throw error;
  }
}

const made = CREDENTIALS.filter(make);
log.info(`credentials: ${made.length} made, ${CREDENTIALS.length - made.length} kept`);
