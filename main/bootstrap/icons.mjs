/**
 * `npm run icons`: makes every size from the SVG sources. The results are checked in, so nobody needs the tool;
 * icons.json keeps each source's hash, which a test compares.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './command.mjs';
import { ROOT } from './paths.mjs';
import { createReport } from './report.mjs';

export const ASSETS = path.join(ROOT, 'assets');
const STAMP = path.join(ASSETS, 'icons.json');
const ICON_SIZES = [16, 24, 32, 48, 64, 128, 256, 512, 1024];
/** What a Windows icon file holds. */
const ICO_SIZES = [16, 32, 48, 256];
const TRAY_STATES = ['ok', 'attention', 'unknown', 'working'];
const TRAY_SIZE = 32;
const TRAY_SIZE_DENSE = 64;

/** @typedef {{ source: string, target: string, size: number }} Rendering File names in assets/; size in pixels. */

/** @returns {Rendering[]} */
export function renderings() {
  const icon = ICON_SIZES.map((size) => ({ source: 'icon.svg', target: `icon-${size}.png`, size }));
  const tray = TRAY_STATES.flatMap((state) => [
    { source: `tray-${state}.svg`, target: `tray-${state}.png`, size: TRAY_SIZE },
    { source: `tray-${state}.svg`, target: `tray-${state}@2x.png`, size: TRAY_SIZE_DENSE },
  ]);
  return [...icon, ...tray];
}

/** @returns {Promise<Record<string, string>>} Source name to SHA-256. */
export async function sourceHashes() {
  const sources = [...new Set(renderings().map((each) => each.source))];
  const hashes = sources.map(async (name) => [name, await hashOf(path.join(ASSETS, name))]);
  return Object.fromEntries(await Promise.all(hashes));
}

/** @param {string} file */
async function hashOf(file) {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

/** @returns {Promise<Record<string, string>>} */
export async function stampedHashes() {
  return JSON.parse(await readFile(STAMP, 'utf8'));
}

/** An ICO of PNG images: a count, one 16-byte entry each, the images. @param {{ size: number, png: Buffer }[]} images */
export function packIco(images) {
  const head = Buffer.alloc(6 + images.length * 16);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, { size, png }] of images.entries()) {
    const at = 6 + index * 16;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map((image) => image.png)]);
}

/** @param {Rendering} rendering */
async function render({ source, target, size }) {
  const pixels = String(size);
  await run('rsvg-convert', [
    '-w',
    pixels,
    '-h',
    pixels,
    path.join(ASSETS, source),
    '-o',
    path.join(ASSETS, target),
  ]);
}

async function writeIco() {
  const images = ICO_SIZES.map(async (size) => ({
    size,
    png: await readFile(path.join(ASSETS, `icon-${size}.png`)),
  }));
  await writeFile(path.join(ASSETS, 'icon.ico'), packIco(await Promise.all(images)));
}

async function makeAll() {
  for (const rendering of renderings()) await render(rendering);
  await writeIco();
  await writeFile(STAMP, `${JSON.stringify(await sourceHashes(), null, 2)}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await createReport().step(
    'Icons (rsvg-convert of librsvg2-bin)',
    makeAll,
    () => `${renderings().length} images`,
  );
}
