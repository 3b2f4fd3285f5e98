/**
 * The bootstrap room: what `npm start`, `npm test` and their kin do before the application itself runs.
 * Plain Node modules without dependencies, because they run before any package is installed.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Git-ignored and outside node_modules, which `npm ci` empties. */
export const CACHE = path.join(ROOT, '.cache');
export const OUT = path.join(ROOT, 'out');
export const RUNTIME = path.join(CACHE, 'electron');
export const COMMAND_LINE = path.join(ROOT, 'dist/main/cli.cjs');
