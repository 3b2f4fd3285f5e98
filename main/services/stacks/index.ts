/** The stacks room's facade: finds the definition and the engine, then hands over to the room that does the work. */
import { DomainError } from '../errors';
import { removalPreview } from './apply/remove';
import { formatCanonical } from './compose-file';
import type { OnStack, StacksService } from './face';
import { act, continueAct, continueApply, continueRemoval, remove, undoApply } from './go-on';
import { CHANGE_NOUNS, changeOf } from './journal/model';
import { fileChanges, known } from './known';
import { breakLock, readLock } from './lock/lock';
import { apply, cutOff, describeWarning, lookAt, prepare } from './look';
import { listEngine } from './plan/lists';
import { imageWays, preflight } from './preflight';
import { recordDelivery } from './record-delivery';
import { describeStack, describeStacks } from './registry/describe';
import { watchStacks } from './registry/watch';
import { createRoom, load, named, projectName, type Room, type StacksDeps, target } from './room';

export type { StackProbe } from './room';

export function createStacksService(deps: StacksDeps): StacksService {
  const room = createRoom(deps);
  return { ...listing(room), ...looking(room), ...changing(room) };
}

type Listing = Pick<
  StacksService,
  'list' | 'watch' | 'add' | 'forget' | 'define' | 'load' | 'known' | 'fileChanges' | 'projectName' | 'config'
>;

function listing(room: Room): Listing {
  const { deps, registry, journal, readings, changes } = room;
  const { hosts, log, now } = deps;
  const describing = { registry, journal, readings, hosts, log, now };
  return {
    list: (hostId) => describeStacks(describing, hostId),
    watch: (hostId, signal) => watchStacks(describing, changes, hostId, signal),
    add: async (files, project) => describeStack(describing, await registry.add(files, project), null),
    forget: (stackId) => registry.forget(stackId),
    async define(files, options = {}) {
      const stack = await describeStack(describing, await registry.define(files, options), null);
      changes.notify();
      return stack;
    },
    load: (stackId) => load(room, stackId),
    known: (on, signal) => known(room, on, signal),
    fileChanges: (stackId, signal) => fileChanges(room, stackId, signal),
    projectName: (stackId) => projectName(room, stackId),
    async config(stackId) {
      const { project, warnings } = await load(room, stackId);
      return { yaml: formatCanonical(project), warnings: warnings.map(describeWarning) };
    },
  };
}

type Looking = Pick<
  StacksService,
  | 'preflight'
  | 'imageWays'
  | 'anticipate'
  | 'plan'
  | 'history'
  | 'cutOff'
  | 'lock'
  | 'breakLock'
  | 'removalPreview'
  | 'dismissApply'
  | 'recordDelivery'
>;

function looking(room: Room): Looking {
  const { deps, journal, changes } = room;
  return {
    async preflight(on, signal) {
      const { session, loaded } = await target(room, on, signal);
      return preflight(session, loaded, deps, signal);
    },
    async imageWays(on, signal) {
      const { session, loaded } = await target(room, on, signal);
      return imageWays(session, loaded, deps, signal);
    },
    anticipate: (hostId) =>
      room.anticipation.begin(
        hostId,
        deps.hosts.greeted(hostId).then(({ engine }) => listEngine(engine, {})),
      ),
    plan: async (on, signal, options = { services: [] }) =>
      (await lookAt(room, on, options, { ...(signal && { signal }) })).plan,
    history: async (on) => journal.history(on.hostId, await projectName(room, on.stackId)),
    cutOff: (on) => cutOff(room, on, () => deps.hosts.greeted(on.hostId)),
    async lock(on) {
      const { project, session } = await named(room, on);
      return readLock(session, project, deps.now());
    },
    async breakLock(on, { onlyStale } = { onlyStale: false }) {
      const { project, session } = await named(room, on);
      await breakLock(session, project, onlyStale ? { now: deps.now() } : undefined);
      changes.notify();
    },
    async removalPreview(on) {
      const { project, session } = await named(room, on);
      return removalPreview(session, project);
    },
    recordDelivery: (...given) => recordDelivery(room, ...given),
    async dismissApply(on, journalId) {
      await refuseRunning(room, on, journalId);
      const ending = { summary: 'Left as it is.', at: deps.now() };
      await journal.finish(on.hostId, journalId, 'interrupted', ending);
      changes.notify();
    },
  };
}

/** A change that another console of this machine is at work on is not for this one to end. */
async function refuseRunning(room: Room, { hostId, stackId }: OnStack, journalId: string): Promise<void> {
  const records = await room.journal.history(hostId, await projectName(room, stackId));
  const record = records.find((one) => one.journalId === journalId);
  if (record?.outcome !== 'running') return;
  const what = `${CHANGE_NOUNS[changeOf(record)]} of ${record.project}`;
  const detail = 'it is still running';
  const message = `The ${what} cannot be dismissed: ${detail}. Wait until it ends, or cancel it where it runs.`;
  throw new DomainError('CONFLICT', { what, detail }, message);
}

type Changing = Pick<
  StacksService,
  'prepare' | 'apply' | 'continueApply' | 'undoApply' | 'remove' | 'continueRemoval' | 'act' | 'continueAct'
>;

function changing(room: Room): Changing {
  return {
    prepare: (on, options, signal) => prepare(room, on, options, signal),
    apply: (on, options, progress, signal) => apply(room, on, options, { progress, signal }),
    continueApply: (on, journalId, progress, signal) =>
      continueApply(room, on, journalId, { progress, signal }),
    undoApply: (on, journalId, progress, signal) => undoApply(room, on, journalId, { progress, signal }),
    remove: (on, options, progress, signal) => remove(room, on, options, { progress, signal }),
    continueRemoval: (on, journalId, progress, signal) =>
      continueRemoval(room, on, journalId, { progress, signal }),
    act: (on, services, action, ...[progress, signal]) =>
      act(room, on, { services, action }, { progress, signal }),
    continueAct: (on, journalId, progress, signal) => continueAct(room, on, journalId, { progress, signal }),
  };
}
