/**
 * Settings as one JSON file. Not over conf: it brings a schema compiler of 370 kB, which every start
 * of the command line would pay for although zod already checks what is read.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { SettingsStore } from '../../services/settings/face';
import { writeJsonAtomically } from './json-file';

export interface SettingsStoreOptions {
  /** Absolute; made when missing. */
  directory: string;
  now?: () => number;
  /** Told where a file that could not be read was moved to. */
  onSetAside?: (movedTo: string) => void;
}

const FILE_NAME = 'settings.json';

/** A file that is no JSON object is renamed to `settings.json.broken-<epoch ms>`; fails when that can't be done. */
export function createSettingsStore({
  directory,
  now = Date.now,
  onSetAside,
}: SettingsStoreOptions): SettingsStore {
  const path = join(directory, FILE_NAME);
  if (existsSync(path) && readObject(path) === null) {
    const movedTo = `${path}.broken-${now()}`;
    renameSync(path, movedTo);
    onSetAside?.(movedTo);
  }
  const read = () => readObject(path) ?? {};
  return {
    path,
    read,
    // Merged, so that fields of a newer version survive an older one.
    write: (settings) => writeJsonAtomically(path, { ...read(), ...settings }),
  };
}

/** What the file holds, unchecked; null when there is none or it is broken. For the window's first frame. */
export function readSettingsFile(directory: string): object | null {
  return readObject(join(directory, FILE_NAME));
}

function readObject(path: string): object | null {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
