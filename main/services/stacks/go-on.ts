/** Changes that are gone on with, or taken back, after a console ended in the middle of one; and how removals and acts begin. */
import type { JournaledChange, Stack } from '../../../preload/contract';
import { DomainError } from '../errors';
import type { HostSession } from '../hosts/host-session';
import { actOnServices, actStepId } from './apply/act';
import type { ApplyDeps } from './apply/face';
import { lookBefore } from './apply/look-before';
import type { ActRequest, RemoveRequest } from './apply/model';
import { removeProject } from './apply/remove';
import { undoProject } from './apply/undo';
import type { ApplyOutcome, ApplyProgress, OnStack } from './face';
import type { JournalBegin } from './journal/model';
import { ACTS, CHANGE_NOUNS, changeOf } from './journal/model';
import { known } from './known';
import { apply, cutOff, requireServices } from './look';
import { applyDeps, marking, projectName, type Room, reached } from './room';

interface Reporting {
  progress: ApplyProgress;
  signal: AbortSignal;
}

type Prepared = Reporting & { deps: ApplyDeps };

export async function continueApply(
  room: Room,
  on: OnStack,
  journalId: string,
  reporting: Reporting,
): Promise<ApplyOutcome> {
  await begun(room, on, journalId, ['apply']);
  return apply(room, on, { services: [], continues: journalId }, reporting);
}

export function undoApply(
  room: Room,
  on: OnStack,
  journalId: string,
  { progress, signal }: Reporting,
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const { project } = await begun(room, on, journalId, ['apply']);
    const deps = applyDeps(room, await reached(room, on.hostId, signal));
    return undoProject(deps, { stackId: on.stackId, project, journalId }, progress, signal);
  });
}

export function remove(
  room: Room,
  on: OnStack,
  { volumes }: { volumes: boolean },
  reporting: Reporting,
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const { deps, seen } = await lookFirst(room, on, { ...reporting, noun: CHANGE_NOUNS.remove }, (session) =>
      cutOff(room, on, async () => session),
    );
    return removeNow(room, on, { volumes, ...placeOf(seen, 'remove') }, { ...reporting, deps });
  });
}

/** What goes is what was chosen when it began. */
export function continueRemoval(
  room: Room,
  on: OnStack,
  journalId: string,
  reporting: Reporting,
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const { volumes = false } = await begun(room, on, journalId, ['remove']);
    const deps = applyDeps(room, await reached(room, on.hostId, reporting.signal));
    return removeNow(room, on, { volumes, continues: journalId }, { ...reporting, deps });
  });
}

async function removeNow(
  room: Room,
  on: OnStack,
  about: Pick<RemoveRequest, 'volumes' | 'continues' | 'replaces'>,
  { progress, signal, deps }: Prepared,
): Promise<ApplyOutcome> {
  const request = { stackId: on.stackId, project: await projectName(room, on.stackId), ...about };
  return removeProject(deps, request, progress, signal);
}

type Acting = Pick<ActRequest, 'services' | 'action' | 'continues' | 'done'>;

export function act(room: Room, on: OnStack, acting: Acting, reporting: Reporting): Promise<ApplyOutcome> {
  return marking(room, () =>
    actNow(room, on, { ...reporting, noun: CHANGE_NOUNS[acting.action] }, async (find) => {
      const { continues } = placeOf(await cutOff(room, on, find), acting.action);
      return { ...acting, ...(continues !== undefined && { continues }) };
    }),
  );
}

export function continueAct(
  room: Room,
  on: OnStack,
  journalId: string,
  reporting: Reporting,
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const begin = await begun(room, on, journalId, ACTS);
    const { services = [] } = begin;
    const action = actionOf(begin);
    const ended = await room.journal.doneSteps(on.hostId, journalId);
    const done = services.filter((service) => ended.has(actStepId(action, service)));
    const about = { ...reporting, noun: CHANGE_NOUNS[action] };
    return actNow(room, on, about, async () => ({ services, action, done, continues: journalId }));
  });
}

async function actNow(
  room: Room,
  on: OnStack,
  reporting: Reporting & { noun: string },
  decide: (find: () => Promise<HostSession>) => Promise<Acting>,
): Promise<ApplyOutcome> {
  const { progress, signal } = reporting;
  const { deps, seen } = await lookFirst(room, on, reporting, async (session) => {
    const find = async () => session;
    const acting = await decide(find);
    const { project, unreadable } = await known(room, on, signal, find);
    if (unreadable === null) requireServices(project.services, acting.services);
    return { ...acting, project };
  });
  return actOnServices(deps, { stackId: on.stackId, ...seen }, progress, signal);
}

function actionOf(begin: JournalBegin): ActRequest['action'] {
  const change = changeOf(begin);
  return change === 'start' || change === 'stop' ? change : 'restart';
}

/** A link that is away at the very beginning is waited for like one that is lost later. */
async function lookFirst<T>(
  room: Room,
  on: OnStack,
  { noun, progress, signal }: Reporting & { noun: string },
  look: (session: HostSession) => Promise<T>,
): Promise<{ deps: ApplyDeps; seen: T }> {
  const session = await reached(room, on.hostId, signal);
  const tell = (phase: string): void => progress.phase(phase, null, null);
  return lookBefore(applyDeps(room, session), { noun, tell, signal }, () => look(session));
}

/** Who asks for the same again is not stopped by the lock that was left behind. */
function placeOf(
  cut: Stack['unfinished'],
  change: JournaledChange,
): Pick<RemoveRequest, 'continues' | 'replaces'> {
  if (cut === null) return {};
  return changeOf(cut) === change ? { continues: cut.journalId } : { replaces: cut.journalId };
}

/**
 * Rejects with NOT_FOUND unless the journal is one of the project, of a kind that is meant and without an end: a
 * window that shows an old state must not do anew what something else was built on since.
 */
async function begun(
  room: Room,
  { hostId, stackId }: OnStack,
  journalId: string,
  changes: readonly JournaledChange[],
): Promise<JournalBegin> {
  const project = await projectName(room, stackId);
  const begin = await room.journal.read(hostId, journalId);
  const isMeant = begin?.project === project && changes.includes(changeOf(begin));
  if (isMeant && !(await room.journal.hasEnded(hostId, journalId))) return begin;
  const message = isMeant
    ? `The ${CHANGE_NOUNS[changeOf(begin)]} ${journalId} of ${project} has ended already; nothing of it is left to take up. Look at ${project} as it is now.`
    : `There is no such journal ${journalId} of ${project}; there is nothing to continue.`;
  throw new DomainError('NOT_FOUND', { kind: 'journal', name: journalId }, message);
}
