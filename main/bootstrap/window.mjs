/** How Electron is started so that Chrome's sandbox stays on, whoever the user is. */
import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { succeeds } from './command.mjs';
import { OUT, ROOT } from './paths.mjs';

/** Any plain user number does: inside the name space it stands for root, outside it has root's rights and no more. */
const PLAIN_USER = '1000';
const LOG = path.join(OUT, 'window.log');

/**
 * Chrome refuses its sandbox to root. In a user name space, root appears as a plain user and the sandbox works.
 * @param {string[]} command
 * @param {boolean} root
 * @returns {[string, ...string[]]}
 */
export function asPlainUser(command, root) {
  const [program = '', ...parameters] = command;
  if (!root) return [program, ...parameters];
  return [
    'unshare',
    '--user',
    `--map-user=${PLAIN_USER}`,
    `--map-group=${PLAIN_USER}`,
    program,
    ...parameters,
  ];
}

/**
 * @param {import('./environment.mjs').Machine} machine
 * @param {import('./report.mjs').Report} report
 */
export async function checkSandbox(machine, report) {
  if (process.platform !== 'linux' || !machine.root) return;
  const [program, ...parameters] = asPlainUser(['true'], true);
  if (!(await succeeds(program, parameters))) {
    throw new Error(
      'Chrome gives root no sandbox, and this machine allows no user name spaces (unshare --user fails). Start the console as a plain user.',
    );
  }
  report.say(
    'Running as root: the window starts in a user name space, because Chrome gives root no sandbox.',
  );
}

/**
 * Ubuntu 24.04 and hardened kernels keep plain users from making name spaces; then Chrome needs its set-uid helper.
 * @param {string} executable
 * @param {import('./environment.mjs').Machine} machine
 * @returns {import('./consent.mjs').Offer | null}
 */
export function sandboxHelperOffer(executable, machine) {
  const helper = path.join(path.dirname(executable), 'chrome-sandbox');
  if (process.platform !== 'linux' || machine.root || !nameSpacesAreRestricted() || isSetUidRoot(helper))
    return null;
  return {
    why: 'This system keeps plain users from making name spaces, so Chrome needs its own sandbox helper:',
    commands: [
      { program: 'chown', parameters: ['root:root', helper] },
      { program: 'chmod', parameters: ['4755', helper] },
    ],
  };
}

function nameSpacesAreRestricted() {
  const value = (/** @type {string} */ name) => readSetting(`/proc/sys/kernel/${name}`);
  return value('apparmor_restrict_unprivileged_userns') === '1' || value('unprivileged_userns_clone') === '0';
}

/** @param {string} file */
function readSetting(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** @param {string} file */
function isSetUidRoot(file) {
  try {
    const { uid, mode } = statSync(file);
    return uid === 0 && (mode & 0o4000) !== 0;
  } catch {
    return false;
  }
}

/**
 * Resolves when the window's program ends; its own messages go to out/window.log.
 * @param {string} executable
 * @param {NodeJS.ProcessEnv} environment
 * @param {import('./environment.mjs').Machine} machine
 * @returns {Promise<number>} Its exit code.
 */
export function openWindow(executable, environment, machine) {
  mkdirSync(OUT, { recursive: true });
  const log = openSync(LOG, 'w');
  const [program, ...parameters] = asPlainUser([executable, ROOT], machine.root);
  return new Promise((resolve, reject) => {
    const window = spawn(program, parameters, { env: environment, stdio: ['ignore', log, log] });
    window.on('error', reject);
    window.on('close', (code) => resolve(code ?? 0));
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
      process.on(signal, () => window.kill('SIGTERM'));
  });
}

export const WINDOW_LOG = path.relative(ROOT, LOG);
