/**
 * `docker compose` v2 to compare with, in tests and benches only: Debian trixie's packages, unpacked into .cache without being
 * installed. Runs on any release with a not much older C library.
 */

import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.mjs';
import { CACHE } from './paths.mjs';

const FOLDER = path.join(CACHE, 'compose');
const PACKAGES = ['docker-compose', 'docker-buildx', 'docker-cli'];
const PLUGINS = 'usr/libexec/docker/cli-plugins';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * @typedef {object} ComposeReference
 * @property {string} docker The docker command line.
 * @property {string} configDirectory For DOCKER_CONFIG: makes it find compose and buildx.
 */

/** @returns {ComposeReference | null} What was obtained before. */
function composeReference() {
  const docker = path.join(FOLDER, 'usr/bin/docker');
  return existsSync(docker) ? { docker, configDirectory: path.join(FOLDER, 'config') } : null;
}

/** Rejects where Debian's mirror or its keys are missing. @returns {Promise<ComposeReference>} */
export async function obtainComposeReference() {
  const found = composeReference();
  if (found) return found;
  const unfinished = `${FOLDER}.unfinished-${process.pid}`;
  try {
    await fill(unfinished);
    await rm(FOLDER, { recursive: true, force: true });
    await rename(unfinished, FOLDER);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const made = composeReference();
  if (!made)
    throw new Error(
      'The packages docker-compose and docker-cli of Debian trixie hold no docker command line.',
    );
  return made;
}

/** @param {string} folder */
async function fill(folder) {
  const apt = await trixieOnly(path.join(folder, 'apt'));
  await run('apt-get', [...apt, 'update', '-q']);
  await run('apt-get', [...apt, 'download', ...PACKAGES], { cwd: folder });
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.deb')) continue;
    await run('dpkg', ['-x', name, '.'], { cwd: folder });
    await rm(path.join(folder, name));
  }
  const plugins = path.join(folder, 'config/cli-plugins');
  await mkdir(plugins, { recursive: true });
  for (const name of await readdir(path.join(folder, PLUGINS))) {
    await symlink(path.join('../..', PLUGINS, name), path.join(plugins, name));
  }
  await rm(path.join(folder, 'apt'), { recursive: true, force: true });
}

/** An apt configuration that shares nothing with the machine's own. @param {string} folder @returns {Promise<string[]>} */
async function trixieOnly(folder) {
  for (const name of ['lists/partial', 'cache/archives/partial'])
    await mkdir(path.join(folder, name), { recursive: true });
  await chmod(folder, 0o755);
  await writeFile(path.join(folder, 'status'), '');
  const list = path.join(folder, 'sources.list');
  await writeFile(list, `deb [signed-by=${KEYRING}] http://deb.debian.org/debian trixie main\n`);
  const options = {
    'Dir::Etc::SourceList': list,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': path.join(folder, 'lists'),
    'Dir::State::status': path.join(folder, 'status'),
    'Dir::Cache': path.join(folder, 'cache'),
    'APT::Sandbox::User': process.getuid?.() === 0 ? 'root' : '',
  };
  return Object.entries(options).flatMap(([key, value]) => (value === '' ? [] : ['-o', `${key}=${value}`]));
}
