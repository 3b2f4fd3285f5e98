/** What this machine lacks from its distribution: libraries of the window, a display server, the engine, tools for images. */
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';
import { aptOffers, installCommand, listsAreMissing, namesHere, UPDATE_LISTS } from './apt.mjs';
import { run } from './command.mjs';
import { onPath } from './environment.mjs';

const WINDOW_LIBRARIES = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libatk-bridge2.0-0', 'libcups2'];
const VIRTUAL_DISPLAY = ['xvfb', 'xauth'];
export const ENGINE_PACKAGE = 'docker.io';
/** Without certificates the engine can't pull from any registry. */
const ENGINE = [ENGINE_PACKAGE, 'iptables', 'ca-certificates'];
/** The docker command; part of the engine's package before Debian 13, and in Ubuntu. */
const COMMAND_LINE = 'docker-cli';
/** What stacks/sandbox/base/make-base.sh needs where no registry can be reached. */
const BASE_IMAGE_TOOLS = ['mmdebstrap', 'debian-archive-keyring'];
/** Servers and machines to reach over SSH, e2e/support/sshd and e2e/support/vps, and a server with a certificate. */
const TEST_TOOLS = {
  sshd: ['openssh-server'],
  ssh: ['openssh-client'],
  openssl: ['openssl'],
  mmdebstrap: BASE_IMAGE_TOOLS,
};
const TEST_TOOLS_INSTALLER = path.join(import.meta.dirname, 'install-test-tools.sh');
/** Without root, it makes the image in a name space of its own, which takes newuidmap. */
const WITHOUT_ROOT = 'uidmap';
const BASE_IMAGE = 'debian:trixie-slim';
const REGISTRY = 'https://registry-1.docker.io/v2/';
const REGISTRY_WITHIN_MS = 4000;

/**
 * @typedef {object} Wanted
 * @property {string} executable Of Electron.
 * @property {boolean} virtualDisplay
 * @property {boolean} installEngine
 * @property {boolean} baseImage
 * @property {boolean} [testTools] What only the tests need.
 */

/** @param {Wanted} wanted @returns {Promise<string[]>} Package names of Debian bookworm. */
export async function missingPackages(wanted) {
  const [libraries, base, commandLine] = await Promise.all([
    librariesAreMissing(wanted.executable),
    wanted.baseImage ? baseImageNeedsTools() : false,
    wanted.installEngine || wanted.testTools ? commandLineIsMissing() : false,
  ]);
  return [
    ...(libraries ? WINDOW_LIBRARIES : []),
    ...(wanted.virtualDisplay && !(onPath('Xvfb') && onPath('xauth')) ? VIRTUAL_DISPLAY : []),
    ...(wanted.installEngine && !onPath('dockerd') ? ENGINE : []),
    ...(commandLine ? [COMMAND_LINE] : []),
    ...(base ? baseImageTools() : []),
  ];
}

/** @param {Wanted} wanted @param {(program: string) => boolean} [here] @returns {string[]} */
export function missingTestTools(wanted, here = onPath) {
  if (!wanted.testTools || process.platform !== 'linux') return [];
  return Object.entries(TEST_TOOLS).flatMap(([program, packages]) => (here(program) ? [] : packages));
}

/** The dynamic linker itself is asked, so any distribution and any way of installing them is fine. @param {string} executable */
async function librariesAreMissing(executable) {
  if (process.platform !== 'linux') return false;
  return (await run('ldd', [executable]).catch(() => '')).includes('not found');
}

/** False too where it comes with the engine's package. */
async function commandLineIsMissing() {
  if (process.platform !== 'linux' || onPath('docker')) return false;
  return listsAreMissing() ? commandLineIsSeparate(readRelease()) : aptOffers(COMMAND_LINE);
}

function isRoot() {
  return process.getuid?.() === 0;
}

function baseImageTools() {
  return isRoot() ? BASE_IMAGE_TOOLS : [...BASE_IMAGE_TOOLS, WITHOUT_ROOT];
}

async function baseImageNeedsTools() {
  const here = onPath('mmdebstrap') && (isRoot() || onPath('newuidmap'));
  if (process.platform !== 'linux' || here) return false;
  return !(await engineHasBaseImage()) && !(await registryAnswers());
}

function engineHasBaseImage() {
  return status({ socketPath: '/var/run/docker.sock', path: `/images/${BASE_IMAGE}/json` }).then(
    (code) => code === 200,
  );
}

function registryAnswers() {
  return new Promise((resolve) => {
    const request = https.get(REGISTRY, { timeout: REGISTRY_WITHIN_MS }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

/** @param {http.RequestOptions} options @returns {Promise<number>} 0 when nobody answers. */
function status(options) {
  return new Promise((resolve) => {
    const request = http.get({ ...options, agent: new http.Agent() }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('error', () => resolve(0));
  });
}

/**
 * Package names can only be told with lists, so these are fetched first where there are none.
 * @param {string[]} packages
 * @param {string[]} [testTools] Installed without starting a service of theirs.
 * @returns {Promise<import('./consent.mjs').Command[]>}
 */
export async function installCommands(packages, testTools = []) {
  const toolCommands =
    testTools.length === 0 ? [] : [{ program: 'sh', parameters: [TEST_TOOLS_INSTALLER, ...testTools] }];
  if (!listsAreMissing()) return [...(await named(packages, aptOffers)), ...toolCommands];
  const update = packages.length + testTools.length === 0 ? [] : [UPDATE_LISTS];
  return [...update, ...(await named(packages, nameOfThisRelease())), ...toolCommands];
}

/** @param {string[]} packages @param {(name: string) => Promise<boolean>} exists */
async function named(packages, exists) {
  return packages.length === 0 ? [] : [installCommand(await namesHere(packages, exists))];
}

/** Without lists, the release tells: the suffix came with Debian 13 and Ubuntu 24.04. */
function nameOfThisRelease() {
  const renamed = ['libgtk-3-0', 'libasound2', 'libatk-bridge2.0-0', 'libcups2'].map((name) => `${name}t64`);
  const release = releaseHasTimeSuffix(readRelease());
  return async (/** @type {string} */ name) => release && renamed.includes(name);
}

function readRelease() {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} release The text of /etc/os-release. */
export function releaseHasTimeSuffix(release) {
  return isSince(release, { debian: 13, ubuntu: 24.04 });
}

/** @param {string} release The text of /etc/os-release. */
export function commandLineIsSeparate(release) {
  return isSince(release, { debian: 13 });
}

/**
 * @param {string} release
 * @param {Record<string, number>} first The first version of each distribution.
 */
function isSince(release, first) {
  const value = (/** @type {string} */ key) =>
    new RegExp(`^${key}="?([^"\n]*)`, 'm').exec(release)?.[1] ?? '';
  const version = Number.parseFloat(value('VERSION_ID'));
  // Debian's testing and unstable name no version.
  return (Number.isNaN(version) ? Number.POSITIVE_INFINITY : version) >= (first[value('ID')] ?? Number.NaN);
}
