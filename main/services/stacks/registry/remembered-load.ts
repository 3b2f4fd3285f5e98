import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadedCompose, LoadOptions } from '../compose-file/model';
import { isStackFile } from './folder-watch';

/** Included files and env_files may lie anywhere, so that nothing is believed for longer than this. */
const BELIEVED_MS = 1000;

interface Remembered {
  fingerprint: string;
  at: number;
  loaded: Promise<LoadedCompose>;
}

export type Load = (options: LoadOptions) => Promise<LoadedCompose>;

/**
 * Spares callers that ask many times a second from parsing again. An edit of any file in a folder
 * of the stack shows at once, one elsewhere within a second. Failures are not remembered.
 */
export function rememberLoads(load: Load, now: () => number): Load {
  const known = new Map<string, Remembered>();
  return async (options) => {
    const key = JSON.stringify({ ...options, environment: null });
    const fingerprint = await fingerprintOf(options);
    const found = known.get(key);
    if (found?.fingerprint === fingerprint && now() - found.at < BELIEVED_MS) return found.loaded;
    const loaded = load(options);
    known.set(key, { fingerprint, at: now(), loaded });
    loaded.catch(() => known.delete(key));
    return loaded;
  };
}

async function fingerprintOf(options: LoadOptions): Promise<string> {
  const folders = [...new Set([...options.files, ...(options.envFiles ?? [])].map((file) => dirname(file)))];
  const files = await Promise.all(folders.map(filesIn));
  const marks = await Promise.all(files.flat().map(markOf));
  return marks.join('\n');
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const relevant = entries.filter((entry) => !entry.isDirectory() && isStackFile(entry.name));
  return relevant.map((entry) => join(folder, entry.name));
}

async function markOf(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => null);
  return found === null ? file : `${file} ${found.mtimeNs} ${found.size} ${found.ino}`;
}
