/** The Electron release that package.json pins, from its project's download page. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { download } from './download.mjs';
import { ROOT } from './paths.mjs';
import { unzip } from './zip.mjs';

const DOWNLOADS = 'https://github.com/electron/electron/releases/download/';

/**
 * `ELECTRON_MIRROR` names another server with the same layout, as for Electron's own installer; the checksum stays the same.
 * @param {string} version
 * @param {NodeJS.ProcessEnv} environment
 */
export function officialUrl(version, environment) {
  const base = environment.ELECTRON_MIRROR ?? DOWNLOADS;
  return `${base.replace(/\/?$/, '/')}v${version}/${archiveName(version)}`;
}

/** @param {string} version */
function archiveName(version) {
  return `electron-v${version}-${process.platform}-${process.arch}.zip`;
}

/**
 * @param {string} version
 * @param {string} target An empty folder.
 * @param {import('./report.mjs').Progress} progress
 */
export async function fetchOfficial(version, target, progress) {
  const checksums = JSON.parse(
    await readFile(path.join(ROOT, 'node_modules/electron/checksums.json'), 'utf8'),
  );
  const sha256 = checksums[archiveName(version)];
  if (typeof sha256 !== 'string')
    throw new Error(`Electron ${version} has no build for ${process.platform}-${process.arch}`);
  const archive = `${target}.zip`;
  await mkdir(path.dirname(archive), { recursive: true });
  try {
    const source = { url: officialUrl(version, process.env), sha256, environment: process.env };
    await download(source, archive, progress);
    progress('unpacking');
    await unzip(archive, target, (name) => name);
    await writeFile(path.join(target, 'version'), version);
  } finally {
    await rm(archive, { force: true });
  }
}
