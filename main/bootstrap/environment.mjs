/** What kind of machine this is, asked once per run. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Machine
 * @property {boolean} root
 * @property {boolean} apt Debian or Ubuntu.
 * @property {boolean} systemd PID 1 is systemd.
 * @property {boolean} display A window can be shown here.
 * @property {boolean} terminal A person can be asked.
 * @property {boolean} agreed `--yes` or CI=true.
 */

const OLDEST_NODE = [20, 19];

/** @param {string} version As in process.versions.node. */
export function nodeIsTooOld(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

export function checkNode(version = process.versions.node) {
  if (!nodeIsTooOld(version)) return;
  throw new Error(
    `Node ${version} is too old: the console needs ${OLDEST_NODE.join('.')} or newer. Debian's own package may be older; ` +
      'nodejs.org and deb.nodesource.com have newer ones.',
  );
}

/**
 * @param {boolean} yes
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Machine}
 */
export function surveyMachine(yes, environment = process.env) {
  return {
    root: process.getuid?.() === 0,
    apt: onPath('apt-get', environment),
    systemd: firstProcess() === 'systemd',
    display: hasDisplay(process.platform, environment),
    terminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
    agreed: yes || environment.CI === 'true',
  };
}

/**
 * @param {string} platform
 * @param {NodeJS.ProcessEnv} environment
 */
export function hasDisplay(platform, environment) {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

function firstProcess() {
  try {
    return readFileSync('/proc/1/comm', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * The folders for administration are searched too: a plain user's PATH on Debian leaves them out.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} environment
 */
export function onPath(program, environment = process.env) {
  const folders = [...(environment.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(path.join(folder, program)));
}
