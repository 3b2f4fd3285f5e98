import { type FSWatcher, watch } from 'node:fs';
import { basename } from 'node:path';

const AGAIN_MS = 2000;

export interface FolderWatch extends Disposable {
  /** The folders that matter from now on. */
  set(folders: string[]): void;
}

/** What the files of a stack are called, and what they take their variables from. */
export function isStackFile(name: string): boolean {
  return /\.ya?ml$|env/i.test(name);
}

/**
 * Calls back when a Compose or env file in one of the folders may have changed. Folders, not files: most
 * editors put a new file in the place of the old one. A folder that is gone, or that the system can't watch,
 * is tried again; nothing here keeps the process alive.
 */
export function createFolderWatch(onChange: () => void): FolderWatch {
  const stops = new Map<string, () => void>();
  return {
    set(folders) {
      const wanted = new Set(folders);
      for (const [folder, stop] of stops) {
        if (wanted.has(folder)) continue;
        stop();
        stops.delete(folder);
      }
      for (const folder of wanted) if (!stops.has(folder)) stops.set(folder, watchFolder(folder, onChange));
    },
    [Symbol.dispose]() {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}

function watchFolder(folder: string, onChange: () => void): () => void {
  let watcher: FSWatcher | null = null;
  let timer: NodeJS.Timeout | undefined;

  function lost(): void {
    watcher?.close();
    watcher = null;
    clearTimeout(timer);
    timer = setTimeout(() => begin(true), AGAIN_MS);
    timer.unref();
  }
  function begin(again: boolean): void {
    try {
      watcher = watch(folder, { persistent: false }, (_, name) => {
        // So it is named that the folder itself was moved or removed; its watch is deaf from then on.
        if (name === basename(folder)) lost();
        if (name === null || name === basename(folder) || isStackFile(name)) onChange();
      });
      watcher.on('error', lost);
      // What happened in between went unseen.
      if (again) onChange();
    } catch {
      lost();
    }
  }
  begin(false);
  return () => {
    clearTimeout(timer);
    watcher?.close();
  };
}
