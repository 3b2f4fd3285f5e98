import type { FileHandle } from 'node:fs/promises';
import type { JournalEntry, JournalWriter } from './model';

/**
 * Appends in order, each on the disk before its promise resolves. Entries that wait while a sync
 * runs share the next one: an apply of sixteen services would otherwise spend longer syncing than working.
 */
export function journalWriter(
  file: FileHandle,
  journalId: string,
  onClose: () => void,
): JournalWriter & { write(entry: JournalEntry): Promise<void> } {
  let waiting: string[] = [];
  let flushing: Promise<void> = Promise.resolve();
  let scheduled: Promise<void> | null = null;

  const flush = async (): Promise<void> => {
    const lines = waiting;
    waiting = [];
    scheduled = null;
    await file.appendFile(lines.join(''));
    await file.datasync();
  };
  const write = (entry: JournalEntry): Promise<void> => {
    // A leading line end closes a line that a crash may have torn.
    waiting.push(`\n${JSON.stringify(entry)}\n`);
    scheduled ??= flushing = flushing.then(flush);
    return scheduled;
  };
  return {
    journalId,
    write,
    append: write,
    async close() {
      await flushing.catch(() => undefined);
      await file.close();
      onClose();
    },
  };
}
