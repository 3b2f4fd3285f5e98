/** Builds when a source is another than at the last build, judged by path, size and time. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';

const STAMP = path.join(ROOT, 'dist/.sources');
const SOURCES = ['main', 'preload', 'renderer'];
const CONFIGURATION = ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json'];

/** @param {import('./report.mjs').Report} report */
export async function buildWhenStale(report) {
  const sources = await sourceHash();
  if ((await readFile(STAMP, 'utf8').catch(() => '')) === sources) return;
  await report.step('Build', build);
  await mkdir(path.dirname(STAMP), { recursive: true });
  await writeFile(STAMP, sources);
}

/** `npm run dev` leaves a build for development in the same folder, which is not to be started or packaged later. */
export async function forgetBuild() {
  await rm(STAMP, { force: true });
}

/** @param {import('./report.mjs').Progress} progress */
async function build(progress) {
  const vite = path.join(ROOT, 'node_modules/electron-vite/bin/electron-vite.js');
  await run(process.execPath, [vite, 'build'], { cwd: ROOT, line: (line) => partOf(line, progress) });
}

/** @param {string} line @param {import('./report.mjs').Progress} progress */
function partOf(line, progress) {
  const part = /building (\w+) environment/.exec(line)?.[1];
  if (part) progress(part === 'ssr' ? 'main and preload' : 'renderer');
}

async function sourceHash() {
  const trees = await Promise.all(SOURCES.map((folder) => filesBelow(path.join(ROOT, folder))));
  const files = [
    ...trees.flat().filter((file) => isSource(path.relative(ROOT, file))),
    ...CONFIGURATION.map((name) => path.join(ROOT, name)),
  ].sort();
  const facts = await Promise.all(files.map(factsOf));
  return createHash('sha256').update(facts.join('\n')).digest('hex');
}

/** @param {string} file Below the checkout, whose own path may hold any word. */
export function isSource(file) {
  return !/\.spec\.tsx?$/.test(file) && !file.startsWith(path.join('main', 'bootstrap'));
}

/** @param {string} folder @returns {Promise<string[]>} */
async function filesBelow(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** @param {string} file */
async function factsOf(file) {
  const { size, mtimeMs } = await stat(file);
  return `${path.relative(ROOT, file)} ${size} ${mtimeMs}`;
}
