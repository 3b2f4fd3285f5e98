import { hostname } from 'node:os';
import type { ContainerDetail } from '../../hosts/engine';
import type { JournalBegin, JournalEntry, JournalWriter, LinkEntry } from '../journal/model';
import type { ObservedContainer } from '../plan/model';
import type { ApplyDeps } from './model';

/** What differs from change to change; the rest of a begin entry is the console's and the host's. */
export type Beginning = Omit<
  JournalBegin,
  'kind' | 'journalId' | 'at' | 'hostId' | 'owner' | 'pid' | 'machine'
>;

/** What one change leaves on the disk. Until it is opened nothing is written but what became of the link, afterwards. */
export interface ChangeRecord {
  /** `none` while nothing is written. */
  readonly journalId: string;
  open(beginning: Beginning): Promise<void>;
  /** Goes on in the journal of the change that is taken back. */
  resume(journalId: string): Promise<void>;
  /** Steps tell the next start how far this change came; waiting for the disk at each would slow it. */
  step<T>(about: { id: string; detail: string }, work: () => Promise<T>): Promise<T>;
  /** For a step that turned out to be done. */
  done(about: { id: string; detail: string }): void;
  /** Asked before the wait for its health began: a container that started again meanwhile is proved by nobody. */
  proved(container: ContainerDetail): void;
  /** Says for later when the engine or the link to it was away. What was given up has no end: it can be continued. */
  link(state: LinkEntry['state'], detail: string): void;
  /** A journal that can't be written to must not undo a change that worked. */
  end(outcome: 'succeeded' | 'failed' | 'cancelled' | 'undone', summary: string): Promise<void>;
  close(): Promise<void>;
}

export function createRecord({
  journal,
  session,
  owner,
  now,
  log,
  early: before = [],
}: ApplyDeps): ChangeRecord {
  let writer: JournalWriter | null = null;
  let givenUp = false;
  const early = [...before];

  const note = (entry: Exclude<JournalEntry, JournalBegin>): void => {
    writer?.append(entry).catch(() => undefined);
  };
  const step = (state: 'begin' | 'end', about: { id: string; detail: string }): void =>
    note({ kind: 'step', at: now(), state, ...about });
  const use = (opened: JournalWriter | null): void => {
    writer = opened;
    for (const entry of early.splice(0)) note(entry);
  };
  const warn = (error: unknown): void =>
    log.warn('The journal could not be written.', { error: String(error) });

  return {
    get journalId() {
      return writer?.journalId ?? 'none';
    },
    async open(beginning) {
      const here = { at: now(), hostId: session.hostId, owner, pid: process.pid, machine: hostname() };
      use(await journal.open({ ...beginning, ...here }));
    },
    resume: async (journalId) => use(await journal.resume(session.hostId, journalId)),
    async step(about, work) {
      step('begin', about);
      const result = await work();
      step('end', about);
      return result;
    },
    done: (about) => step('end', about),
    proved({ id, startedAt }) {
      if (startedAt !== null) note({ kind: 'proof', at: now(), containerId: id, startedAt });
    },
    link(state, detail) {
      givenUp = state === 'given-up';
      const entry: LinkEntry = { kind: 'link', at: now(), state, detail };
      if (writer === null) early.push(entry);
      else note(entry);
    },
    async end(outcome, summary) {
      if (givenUp) return;
      await writer?.append({ kind: 'end', at: now(), outcome, summary }).catch(warn);
    },
    close: async () => writer?.close(),
  };
}

/** State of the project's containers before the first step. */
export function priorOf(containers: ObservedContainer[]): JournalBegin['prior'] {
  return containers.map(({ service, name, id, running }) => ({ service, name, id, running }));
}
