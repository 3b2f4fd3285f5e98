/** Installs the npm packages when the lock file is another than last time. */
import { createHash } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';

const LOCK = path.join(ROOT, 'package-lock.json');
const STAMP = path.join(ROOT, 'node_modules/.console-lock');
/** npm writes it at the end of an installation. */
const NPM_STAMP = path.join(ROOT, 'node_modules/.package-lock.json');

/** @param {import('./report.mjs').Report} report */
export async function installPackages(report) {
  const wanted = await lockHash();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === wanted) return;
  if (!(await installedByHand())) {
    await report.step('npm packages', (progress) => {
      progress('npm ci');
      return run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT });
    });
  }
  await writeFile(STAMP, wanted);
}

/** `npm ci` was run before the bootstrap, and the lock file is not newer. */
async function installedByHand() {
  const [lock, installed, ours] = await Promise.all([LOCK, NPM_STAMP, STAMP].map(modifiedAt));
  return ours === 0 && installed !== 0 && (lock ?? 0) <= (installed ?? 0);
}

/** @param {string} file @returns {Promise<number>} 0 when it is not there. */
async function modifiedAt(file) {
  return stat(file).then(
    (found) => found.mtimeMs,
    () => 0,
  );
}

async function lockHash() {
  const major = process.versions.node.split('.')[0];
  return createHash('sha256')
    .update(await readFile(LOCK))
    .update(`node ${major}`)
    .digest('hex');
}
