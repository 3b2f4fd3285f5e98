/** Settings as one JSON file over conf, which writes atomically. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import Conf from 'conf';
import type { SettingsStore } from '../../services/settings/face';

export interface SettingsStoreOptions {
  /** Absolute; made when missing. */
  directory: string;
  now?: () => number;
  /** Told where a file that could not be read was moved to. */
  onSetAside?: (movedTo: string) => void;
}

const NAME = 'settings';

/** A file that is no JSON object is renamed to `settings.json.broken-<epoch ms>`; fails when that can't be done. */
export function createSettingsStore({
  directory,
  now = Date.now,
  onSetAside,
}: SettingsStoreOptions): SettingsStore {
  const path = join(directory, `${NAME}.json`);
  if (existsSync(path) && !holdsObject(path)) {
    const movedTo = `${path}.broken-${now()}`;
    renameSync(path, movedTo);
    onSetAside?.(movedTo);
  }
  const conf = new Conf<Record<string, unknown>>({
    cwd: directory,
    configName: NAME,
    accessPropertiesByDotNotation: false,
  });
  return {
    path,
    read: () => ({ ...conf.store }),
    // Merged, so that fields of a newer version survive an older one.
    write: (settings) => conf.set({ ...settings }),
  };
}

function holdsObject(path: string): boolean {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
