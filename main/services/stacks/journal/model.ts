/**
 * The journal room: one JSON-lines file per change (apply, removal, start, stop, restart) or delivery, so that a console
 * which was killed at any moment leaves something the next start recognises.
 */
import { z } from 'zod';
import { type ApplyRecord, type JournaledChange, journaledChangeSchema } from '../../../../preload/contract';

export const journalEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('begin'),
    at: z.number(),
    journalId: z.string(),
    hostId: z.string(),
    stackId: z.string(),
    project: z.string(),
    owner: z.string(),
    pid: z.number().int(),
    /** Host name; the number of a process means something there alone. */
    machine: z.string().optional(),
    /** Absent: an apply. */
    change: journaledChangeSchema.optional(),
    /** Of a removal: whether volumes go too, as a person chose. */
    volumes: z.boolean().optional(),
    /** Of a start, stop or restart: all it is to act on. */
    services: z.array(z.string()).optional(),
    planDigest: z.string(),
    definitionDigest: z.string(),
    /** The steps that change something; what else is noted on the way does not count as progress. */
    stepIds: z.array(z.string()),
    /** The interrupted change of the same kind this one goes on with. */
    continues: z.string().nullable(),
    /** State of the project's containers before the first step. */
    prior: z.array(z.object({ service: z.string(), name: z.string(), id: z.string(), running: z.boolean() })),
  }),
  z.object({
    kind: z.literal('step'),
    at: z.number(),
    state: z.enum(['begin', 'end']),
    id: z.string(),
    detail: z.string(),
  }),
  /** A container was healthy after this start of it, whose time is the engine's own. */
  z.object({ kind: z.literal('proof'), at: z.number(), containerId: z.string(), startedAt: z.number() }),
  /** The engine, or the link to it, went away during the change; it came back, or was waited for no longer. */
  z.object({
    kind: z.literal('link'),
    at: z.number(),
    state: z.enum(['lost', 'back', 'given-up']),
    detail: z.string(),
  }),
  z.object({
    kind: z.literal('end'),
    at: z.number(),
    outcome: z.enum(['succeeded', 'failed', 'cancelled', 'interrupted', 'undone']),
    summary: z.string(),
  }),
]);
export type JournalEntry = z.infer<typeof journalEntrySchema>;
export type LinkEntry = Extract<JournalEntry, { kind: 'link' }>;
export type JournalBegin = Extract<JournalEntry, { kind: 'begin' }>;

export function changeOf({ change }: { change?: JournaledChange | undefined }): JournaledChange {
  return change ?? 'apply';
}

/** They touch containers that are there already, and leave an apply or a removal before them as it is. */
export const ACTS: readonly JournaledChange[] = ['start', 'stop', 'restart'];

/** It leaves no change to continue: given again, it goes on with what is on the host. */
export const DELIVERY: readonly JournaledChange[] = ['deliver'];

/** For sentences. */
export const CHANGE_NOUNS: Record<JournaledChange, string> = {
  ...{ apply: 'apply', remove: 'removal', start: 'start', stop: 'stop', restart: 'restart' },
  deliver: 'delivery',
};

export interface JournalWriter {
  readonly journalId: string;
  /** Resolves when the entry is on the disk. Entries keep their order; several waiting ones share one sync. */
  append(entry: Exclude<JournalEntry, JournalBegin>): Promise<void>;
  close(): Promise<void>;
}

/** A change that began and did not end, as the next start needs it. */
export interface UnfinishedChange {
  begin: JournalBegin;
  phase: string;
  doneSteps: number;
  totalSteps: number;
}

export interface Journal {
  open(begin: Omit<JournalBegin, 'kind' | 'journalId'>): Promise<JournalWriter>;
  /** Goes on writing into a journal without an end; null when there is no such file. It counts as running until closed. */
  resume(hostId: string, journalId: string): Promise<JournalWriter | null>;
  /**
   * The newest change of the project when it has no end and its process is gone; null otherwise. A start, stop or
   * restart that ended says nothing about an apply or a removal before it; a delivery never does.
   */
  unfinished(hostId: string, project: string): Promise<UnfinishedChange | null>;
  /** Ids of all changes of the project without an end whose process is gone, newest first; deliveries aside. */
  allUnfinished(hostId: string, project: string): Promise<string[]>;
  /** The begin entry of one journal; null when there is no such file. */
  read(hostId: string, journalId: string): Promise<JournalBegin | null>;
  /** False for a journal that is not there, too. */
  hasEnded(hostId: string, journalId: string): Promise<boolean>;
  /** Ids of the steps that ended. */
  doneSteps(hostId: string, journalId: string): Promise<Set<string>>;
  /** What the newest apply of the project proved: container id → the start after which it was healthy. */
  proofs(hostId: string, project: string): Promise<Map<string, number>>;
  /** Marks an interrupted change as ended: dismissed, undone, continued or replaced. */
  finish(
    hostId: string,
    journalId: string,
    outcome: 'interrupted' | 'undone',
    ending: { summary: string; at: number },
  ): Promise<void>;
  /** All that are kept, newest first: 50 starts, stops, restarts and deliveries, 50 others, and what can be continued. */
  history(hostId: string, project: string): Promise<ApplyRecord[]>;
}
