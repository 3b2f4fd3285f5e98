import type { ApplyRecord } from '../../../../preload/contract';
import {
  CHANGE_NOUNS,
  changeOf,
  type JournalBegin,
  type JournalEntry,
  journalEntrySchema,
  type UnfinishedChange,
} from './model';

/** Entries of a journal's text; lines that a crash tore, and whatever else can't be read, are skipped. */
export function readEntries(text: string): JournalEntry[] {
  return text.split('\n').flatMap((line) => {
    const parsed = journalEntrySchema.safeParse(parseLine(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

export function hasEnd(entries: JournalEntry[]): boolean {
  return entries.some(({ kind }) => kind === 'end');
}

export function unfinishedOf(entries: JournalEntry[]): UnfinishedChange | null {
  const [begin] = entries;
  if (begin?.kind !== 'begin' || hasEnd(entries)) return null;
  return { begin, phase: lastDetail(entries), ...stepCounts(begin, entries) };
}

function lastDetail(entries: JournalEntry[]): string {
  const last = entries.findLast((entry) => entry.kind === 'step');
  return last?.kind === 'step' ? last.detail : 'Starting';
}

/** A pass that began anew after an engine restart repeats step ids; each counts once. */
function stepCounts({ stepIds }: JournalBegin, entries: JournalEntry[]) {
  const ended = endedSteps(entries);
  return { doneSteps: stepIds.filter((id) => ended.has(id)).length, totalSteps: stepIds.length };
}

export function endedSteps(entries: JournalEntry[]): Set<string> {
  return new Set(
    entries.flatMap((entry) => (entry.kind === 'step' && entry.state === 'end' ? [entry.id] : [])),
  );
}

/** Null when the first line isn't a begin. */
export function recordOf(
  entries: JournalEntry[],
  isRunning: (begin: JournalBegin) => boolean,
): ApplyRecord | null {
  const [begin] = entries;
  if (begin?.kind !== 'begin') return null;
  const end = entries.findLast((entry) => entry.kind === 'end');
  const about = {
    journalId: begin.journalId,
    stackId: begin.stackId,
    project: begin.project,
    change: changeOf(begin),
    startedAt: begin.at,
    ...stepCounts(begin, entries),
  };
  if (end?.kind === 'end') return { ...about, endedAt: end.at, outcome: end.outcome, summary: end.summary };
  if (isRunning(begin)) return { ...about, endedAt: null, outcome: 'running', summary: 'In progress.' };
  return { ...about, endedAt: null, outcome: 'interrupted', summary: whyInterrupted(begin, entries) };
}

function whyInterrupted(begin: JournalBegin, entries: JournalEntry[]): string {
  const link = entries.findLast((entry) => entry.kind === 'link');
  if (link?.kind === 'link' && link.state === 'given-up') return link.detail;
  return `The console ended before the ${CHANGE_NOUNS[changeOf(begin)]} did.`;
}
