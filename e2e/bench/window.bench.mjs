/** `npm run bench -- window`: the packaged console (`npm run package`) against a bare window of the same runtime. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { benchWindow } from './window.mjs';

const PACKAGED = join(import.meta.dirname, '../../out/package/linux-unpacked/bizosaas-console');

/**
 * @param {{ electron: string, launcher: string[] }} context
 * @returns {Promise<import('./statistics.mjs').Result[]>}
 */
export default async function bench({ electron, launcher }) {
  if (!existsSync(PACKAGED)) throw new Error('There is no packaged console: run npm run package first.');
  return benchWindow({ packaged: PACKAGED, runtime: dirname(electron), launcher });
}
