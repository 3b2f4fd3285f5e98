import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournaledChange } from '../../../../preload/contract';
import { isProcessAlive } from '../lock/owner-process';
import { digest } from '../plan/canonical';
import { createEntriesCache } from './entries-cache';
import {
  ACTS,
  changeOf,
  DELIVERY,
  type Journal,
  type JournalBegin,
  type JournalEntry,
  type JournalWriter,
} from './model';
import { endedSteps, hasEnd, recordOf, unfinishedOf } from './replay';
import { journalWriter } from './writer';

/** Of each project on a host, shown and kept; acts are counted by themselves, as there are many of them. */
const HISTORY_LIMIT = 50;
const ENDING = '.jsonl';

/** Journals below `directory`, one folder per host; made on first use. Rejects with the file system's own errors. */
export function createJournal(directory: string): Journal {
  const running = new Set<string>();
  const folder = (hostId: string): string => join(directory, digest(hostId).slice(0, 16));
  const path = (hostId: string, journalId: string): string => join(folder(hostId), `${journalId}${ENDING}`);
  const cache = createEntriesCache();

  async function entriesOf(hostId: string, journalId: string) {
    // The id comes from the window: nothing but our own form may become a path.
    if (!/^[0-9a-z-]+$/.test(journalId)) return [];
    return cache.read(path(hostId, journalId));
  }

  /** Newest first: ids start with the time, so names sort by age. */
  async function ids(hostId: string): Promise<string[]> {
    const names = (await readdir(folder(hostId)).catch(() => [])).filter((name) => name.endsWith(ENDING));
    return names
      .sort()
      .reverse()
      .map((name) => name.slice(0, -ENDING.length));
  }

  async function journals(hostId: string, project: string): Promise<JournalEntry[][]> {
    const all = await Promise.all((await ids(hostId)).map((id) => entriesOf(hostId, id)));
    return all.filter((entries) => isOf(entries, project));
  }

  async function newest(
    hostId: string,
    project: string,
    isMeant: (entries: JournalEntry[]) => boolean,
  ): Promise<JournalEntry[]> {
    for (const id of await ids(hostId)) {
      const entries = await entriesOf(hostId, id);
      if (isOf(entries, project) && isMeant(entries)) return entries;
    }
    return [];
  }

  async function append(hostId: string, journalId: string) {
    const file = await open(path(hostId, journalId), 'a', 0o600);
    running.add(journalId);
    return journalWriter(file, journalId, () => running.delete(journalId));
  }

  async function resume(hostId: string, journalId: string): Promise<JournalWriter | null> {
    const [first] = await entriesOf(hostId, journalId);
    return first === undefined ? null : append(hostId, journalId);
  }

  /** What can't be removed now goes another time. Reads nothing while there can't be one too many. */
  async function prune(hostId: string, project: string): Promise<void> {
    if ((await ids(hostId)).length <= HISTORY_LIMIT) return;
    const all = await journals(hostId, project);
    const kept = new Set(keptOf(all));
    const old = all.flatMap((entries) =>
      entries[0]?.kind === 'begin' && !kept.has(entries) ? [entries[0]] : [],
    );
    const gone = old.map(({ journalId }) => path(hostId, journalId));
    await Promise.allSettled(gone.map((file) => rm(file, { force: true })));
    gone.forEach(cache.forget);
  }

  return {
    async open(begin) {
      const journalId = newJournalId(begin.at);
      await mkdir(folder(begin.hostId), { recursive: true, mode: 0o700 });
      const writer = await append(begin.hostId, journalId);
      await writer.write({ kind: 'begin', journalId, ...begin });
      await prune(begin.hostId, begin.project);
      return writer satisfies JournalWriter;
    },
    resume,
    async unfinished(hostId, project) {
      const unfinished = unfinishedOf(await newest(hostId, project, mayBeContinued));
      return unfinished === null || isRunning(unfinished.begin) ? null : unfinished;
    },
    async allUnfinished(hostId, project) {
      const open = (await journals(hostId, project)).filter(isOpen).map(([first]) => first);
      return open.flatMap((first) => (first?.kind === 'begin' && !isRunning(first) ? [first.journalId] : []));
    },
    async read(hostId, journalId) {
      const [first] = await entriesOf(hostId, journalId);
      return first?.kind === 'begin' ? first : null;
    },
    hasEnded: async (hostId, journalId) => hasEnd(await entriesOf(hostId, journalId)),
    doneSteps: async (hostId, journalId) => endedSteps(await entriesOf(hostId, journalId)),
    async proofs(hostId, project) {
      const entries = await newest(hostId, project, ([first]) => isKind(first, ['apply']));
      return new Map(
        entries.flatMap((entry) => (entry.kind === 'proof' ? [[entry.containerId, entry.startedAt]] : [])),
      );
    },
    async finish(hostId, journalId, outcome, ending) {
      const writer = await resume(hostId, journalId);
      await writer?.append({ kind: 'end', outcome, ...ending });
      await writer?.close();
    },
    async history(hostId, project) {
      const entries = keptOf(await journals(hostId, project));
      return entries.flatMap((list) => recordOf(list, isRunning) ?? []);
    },
  };

  /** Here, or in another console of this machine: such a change is nobody's to finish. */
  function isRunning(begin: JournalBegin): boolean {
    if (running.has(begin.journalId)) return true;
    return begin.pid !== process.pid && isProcessAlive(begin, begin.at) === true;
  }
}

function isOf([first]: JournalEntry[], project: string): boolean {
  return first?.kind === 'begin' && first.project === project;
}

function isKind(first: JournalEntry | undefined, changes: readonly JournaledChange[]): boolean {
  return first?.kind === 'begin' && changes.includes(changeOf(first));
}

/** Or tells at least that nothing before it may be. */
function mayBeContinued(entries: JournalEntry[]): boolean {
  const [first] = entries;
  return !isKind(first, DELIVERY) && !(isKind(first, ACTS) && hasEnd(entries));
}

function isOpen(entries: JournalEntry[]): boolean {
  return !hasEnd(entries) && !isKind(entries[0], DELIVERY);
}

/** What was proved stands in the newest apply, and what has no end can still be continued, however old they are. */
function keptOf(newestFirst: JournalEntry[][]): JournalEntry[][] {
  const isAct = ([first]: JournalEntry[]): boolean => isKind(first, [...ACTS, ...DELIVERY]);
  const acts = newestFirst.filter(isAct);
  const others = newestFirst.filter((entries) => !isAct(entries));
  const recent = new Set([...acts.slice(0, HISTORY_LIMIT), ...others.slice(0, HISTORY_LIMIT)]);
  const newestApply = others.find(([first]) => isKind(first, ['apply']));
  return newestFirst.filter((entries) => recent.has(entries) || entries === newestApply || isOpen(entries));
}

function newJournalId(at: number): string {
  return `${at.toString(36).padStart(9, '0')}-${randomBytes(4).toString('hex')}`;
}
