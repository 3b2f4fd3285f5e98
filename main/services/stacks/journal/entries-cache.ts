import { readFile, stat } from 'node:fs/promises';
import type { JournalEntry } from './model';
import { readEntries } from './replay';

interface EntriesCache {
  read(path: string): Promise<JournalEntry[]>;
  forget(path: string): void;
}

/**
 * Reads journals, each anew only when its size or time of change differs: the list of stacks looks
 * at them several times a second. A file that is missing has no entries.
 */
export function createEntriesCache(): EntriesCache {
  const known = new Map<string, { mark: string; entries: Promise<JournalEntry[]> }>();
  return {
    async read(path) {
      const mark = await markOf(path);
      if (mark === null) return [];
      const found = known.get(path);
      if (found?.mark === mark) return found.entries;
      const entries = readFile(path, 'utf8').then(readEntries, () => []);
      known.set(path, { mark, entries });
      return entries;
    },
    forget: (path) => void known.delete(path),
  };
}

async function markOf(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ mtimeNs, size, ino }) => `${mtimeNs} ${size} ${ino}`,
    () => null,
  );
}
