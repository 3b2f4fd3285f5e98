/** Which Debian or Ubuntu packages are missing, by the names this release gives them. */
import { readdirSync } from 'node:fs';
import { run } from './command.mjs';

/** Renamed with the 64-bit time transition (Debian trixie, Ubuntu 24.04): `libgtk-3-0` became `libgtk-3-0t64`. */
const TIME_SUFFIX = 't64';

/**
 * @param {string[]} packages Names of Debian bookworm.
 * @param {(name: string) => Promise<boolean>} exists Whether this release has a package of that name to install.
 * @returns {Promise<string[]>}
 */
export async function namesHere(packages, exists) {
  return Promise.all(
    packages.map(async (name) => ((await exists(name + TIME_SUFFIX)) ? name + TIME_SUFFIX : name)),
  );
}

/** @param {string} name */
export async function aptOffers(name) {
  const policy = await run('apt-cache', ['policy', name]).catch(() => '');
  return /Candidate: (?!\(none\))/.test(policy);
}

/** A fresh container image has no package lists. */
export function listsAreMissing(folder = '/var/lib/apt/lists') {
  try {
    return !readdirSync(folder).some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));
  } catch {
    return true;
  }
}

/**
 * @param {string[]} packages As named here.
 * @returns {import('./consent.mjs').Command}
 */
export function installCommand(packages) {
  return { program: 'apt-get', parameters: ['install', '-y', '--no-install-recommends', ...packages] };
}

/** @type {import('./consent.mjs').Command} */
export const UPDATE_LISTS = { program: 'apt-get', parameters: ['update', '-q'] };
