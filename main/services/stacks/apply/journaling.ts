import { hostname } from 'node:os';
import type { ContainerDetail } from '../../hosts/engine';
import type { ApplyProgress } from '../face';
import type { JournalWriter } from '../journal/model';
import { canonicalJson, digest } from '../plan/canonical';
import { toPlan } from '../plan/plan';
import type { ApplyDeps, ApplyRequest, View } from './model';

export interface Run {
  deps: ApplyDeps;
  request: ApplyRequest;
  progress: ApplyProgress;
  writer: JournalWriter;
  /** Rejects when somebody broke the lock. */
  stillHeld: () => Promise<void>;
}

export const silentWriter: JournalWriter = {
  journalId: 'none',
  append: async () => undefined,
  close: async () => undefined,
};

/** A journal that can't be written to must not undo an apply that worked. */
export async function end(
  { deps, writer }: Run,
  outcome: 'succeeded' | 'failed' | 'cancelled',
  summary: string,
): Promise<void> {
  await writer
    .append({ kind: 'end', at: deps.now(), outcome, summary })
    .catch((error: unknown) => deps.log.warn('The journal could not be written.', { error: String(error) }));
}

export async function closeContinued(
  deps: ApplyDeps,
  journalId: string,
  writer: JournalWriter,
): Promise<void> {
  const ending = { summary: `Continued by ${writer.journalId}.`, at: deps.now() };
  await deps.journal.finish(deps.session.hostId, journalId, 'interrupted', ending);
}

export function openJournal(
  deps: ApplyDeps,
  request: ApplyRequest,
  { observed, decisions }: View,
): Promise<JournalWriter> {
  const plan = toPlan(request.project, decisions);
  return deps.journal.open({
    at: deps.now(),
    hostId: deps.session.hostId,
    stackId: request.stackId,
    project: request.project.name,
    owner: deps.owner,
    pid: process.pid,
    machine: hostname(),
    planDigest: digest(canonicalJson(plan)),
    definitionDigest: digest(canonicalJson(request.project)),
    stepIds: plan.steps.filter(({ action }) => action !== 'keep').map(({ id }) => id),
    continues: request.continues ?? null,
    prior: observed.containers.map(({ service, name, id, running }) => ({ service, name, id, running })),
  });
}

/** Asked before the wait for its health began: a container that started again meanwhile is proved by nobody. */
export function journalProof({ deps, writer }: Run, { id, startedAt }: ContainerDetail): void {
  if (startedAt === null) return;
  writer.append({ kind: 'proof', at: deps.now(), containerId: id, startedAt }).catch(() => undefined);
}

/** Says for later when the engine or the link to it was away. */
export function journalLink({ deps, writer }: Run, state: 'lost' | 'back', detail: string): void {
  writer.append({ kind: 'link', at: deps.now(), state, detail }).catch(() => undefined);
}

/** Steps tell the next start how far this apply came; waiting for the disk at each would slow it. */
export async function journalStep<T>(
  { deps, writer }: Run,
  about: { id: string; detail: string },
  work: () => Promise<T>,
): Promise<T> {
  const note = (state: 'begin' | 'end'): void => {
    writer.append({ kind: 'step', at: deps.now(), state, ...about }).catch(() => undefined);
  };
  note('begin');
  const result = await work();
  note('end');
  return result;
}
