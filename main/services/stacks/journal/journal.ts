import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digest } from '../plan/canonical';
import type { Journal, JournalBegin, JournalWriter } from './model';
import { readEntries, recordOf, unfinishedOf } from './replay';
import { journalWriter } from './writer';

const HISTORY_LIMIT = 50;

/** Journals below `directory`, one folder per host; made on first use. Rejects with the file system's own errors. */
export function createJournal(directory: string): Journal {
  const running = new Set<string>();
  const folder = (hostId: string): string => join(directory, digest(hostId).slice(0, 16));
  const path = (hostId: string, journalId: string): string => join(folder(hostId), `${journalId}.jsonl`);

  async function entriesOf(hostId: string, journalId: string) {
    // The id comes from the window: nothing but our own form may become a path.
    if (!/^[0-9a-z-]+$/.test(journalId)) return [];
    return readEntries(await readFile(path(hostId, journalId), 'utf8').catch(() => ''));
  }

  /** Ids start with the time, so names sort by age. */
  async function journals(hostId: string, project: string) {
    const names = (await readdir(folder(hostId)).catch(() => [])).filter((name) => name.endsWith('.jsonl'));
    const newest = names.sort().reverse();
    const all = await Promise.all(newest.map((name) => entriesOf(hostId, name.slice(0, -'.jsonl'.length))));
    return all.filter(([first]) => first?.kind === 'begin' && first.project === project);
  }

  return {
    async open(begin) {
      const journalId = newJournalId(begin.at);
      await mkdir(folder(begin.hostId), { recursive: true, mode: 0o700 });
      running.add(journalId);
      const file = await open(path(begin.hostId, journalId), 'a', 0o600);
      const writer = journalWriter(file, journalId, () => running.delete(journalId));
      await writer.write({ kind: 'begin', journalId, ...begin });
      return writer satisfies JournalWriter;
    },
    async unfinished(hostId, project) {
      const [newest] = await journals(hostId, project);
      const unfinished = newest === undefined ? null : unfinishedOf(newest);
      return unfinished === null || running.has(unfinished.begin.journalId) ? null : unfinished;
    },
    async read(hostId, journalId) {
      const [first] = await entriesOf(hostId, journalId);
      return first?.kind === 'begin' ? first : null;
    },
    async finish(hostId, journalId, outcome, ending) {
      const [first] = await entriesOf(hostId, journalId);
      if (first === undefined) return;
      const writer = journalWriter(
        await open(path(hostId, journalId), 'a', 0o600),
        journalId,
        () => undefined,
      );
      await writer.append({ kind: 'end', outcome, ...ending });
      await writer.close();
    },
    async history(hostId, project) {
      const entries = (await journals(hostId, project)).slice(0, HISTORY_LIMIT);
      return entries.flatMap((list) => recordOf(list, isRunning) ?? []);
    },
  };

  function isRunning(begin: JournalBegin): boolean {
    return running.has(begin.journalId);
  }
}

function newJournalId(at: number): string {
  return `${at.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
}
