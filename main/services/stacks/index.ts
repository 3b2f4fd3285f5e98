/** The stacks room's facade: finds the definition and the engine, then hands over to the room that does the work. */
import { join } from 'node:path';
import { createNotifier, type Notifier } from '../../streams/notifier';
import { DomainError } from '../errors';
import type { HostsService } from '../hosts/face';
import type { HostSession } from '../hosts/host-session';
import type { Log } from '../log';
import type { SettingsService } from '../settings/face';
import { actOnServices } from './apply/act';
import { applyProject } from './apply/apply';
import type { ApplyDeps } from './apply/face';
import { removalPreview, removeProject } from './apply/remove';
import { undoProject } from './apply/undo';
import { formatCanonical, loadCompose } from './compose-file';
import type { ComposeWarning, LoadedCompose } from './compose-file/model';
import type { ApplyOptions, ApplyOutcome, ApplyProgress, OnStack, StacksService } from './face';
import { createJournal } from './journal/journal';
import type { Journal } from './journal/model';
import { breakLock, readLock } from './lock/lock';
import { observe } from './plan/observe';
import { planProject } from './plan/plan';
import { preflight } from './preflight';
import { skipsFor } from './preflight/gate';
import { describeStack, describeStacks } from './registry/describe';
import { createStackRegistry, type StackRegistry } from './registry/registry';
import { rememberLoads } from './registry/remembered-load';
import { watchStacks } from './registry/watch';

/** The outside probe of a service: true when healthy, null when it has none. Wired to the health room by console.ts. */
export type StackProbe = (
  target: { on: OnStack; loaded: LoadedCompose; service: string; containerId: string },
  signal: AbortSignal,
) => Promise<boolean | null>;

export interface StacksDeps {
  hosts: Pick<HostsService, 'session'>;
  settings: Pick<SettingsService, 'get' | 'change' | 'onChange'>;
  /** Holds one folder per built-in stack. */
  stacksDirectory: string;
  /** Writable: journals, and copies of built-in stacks that lie where nobody may write. */
  dataDirectory: string;
  environment: Record<string, string | undefined>;
  owner: string;
  /** Milliseconds since the epoch. */
  now: () => number;
  log: Log;
  probe?: StackProbe;
  timing?: ApplyDeps['timing'];
}

export function createStacksService(deps: StacksDeps): StacksService {
  const room = createRoom(deps);
  return { ...listing(room), ...looking(room), ...changing(room) };
}

interface Room {
  deps: StacksDeps;
  registry: StackRegistry;
  journal: Journal;
  /** Everything in this process that changes what the list of stacks shows. */
  changes: Notifier;
}

/** A definition together with the engine it is for. */
interface Target {
  on: OnStack;
  loaded: LoadedCompose;
  session: HostSession;
}

function createRoom(deps: StacksDeps): Room {
  const changes = createNotifier();
  deps.settings.onChange(() => changes.notify());
  const load = rememberLoads(loadCompose, deps.now);
  return {
    deps,
    changes,
    registry: createStackRegistry({ ...deps, load }),
    journal: createJournal(join(deps.dataDirectory, 'journal')),
  };
}

async function load({ registry }: Room, stackId: string): Promise<LoadedCompose> {
  return registry.load(await registry.entry(stackId));
}

/** Undoing and removing need the name alone: a file that was broken since must not stand in their way. */
async function projectName({ registry }: Room, stackId: string): Promise<string> {
  return registry.projectName(await registry.entry(stackId));
}

async function named(room: Room, on: OnStack, signal?: AbortSignal) {
  const [project, session] = await Promise.all([
    projectName(room, on.stackId),
    room.deps.hosts.session(on.hostId, signal),
  ]);
  return { project, session };
}

async function target(room: Room, on: OnStack, signal?: AbortSignal): Promise<Target> {
  const [loaded, session] = await Promise.all([
    load(room, on.stackId),
    room.deps.hosts.session(on.hostId, signal),
  ]);
  return { on, loaded, session };
}

function describeWarning({ file, line, path, message }: ComposeWarning): string {
  return `${file}:${line}: ${path === '' ? '' : `${path}: `}${message}`;
}

type Listing = Pick<StacksService, 'list' | 'watch' | 'add' | 'forget' | 'define' | 'load' | 'config'>;

function listing(room: Room): Listing {
  const { deps, registry, journal, changes } = room;
  const describing = { registry, journal, hosts: deps.hosts };
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
    async config(stackId) {
      const { project, warnings } = await load(room, stackId);
      return { yaml: formatCanonical(project), warnings: warnings.map(describeWarning) };
    },
  };
}

type Looking = Pick<
  StacksService,
  'preflight' | 'plan' | 'history' | 'lock' | 'breakLock' | 'removalPreview' | 'dismissApply'
>;

function looking(room: Room): Looking {
  const { deps, journal, changes } = room;
  return {
    async preflight(on, signal) {
      const { session, loaded } = await target(room, on, signal);
      return preflight(session, loaded, deps, signal);
    },
    plan: async (on, signal) => planOf(room, await target(room, on, signal), [], signal),
    history: async (on) => journal.history(on.hostId, await projectName(room, on.stackId)),
    async lock(on) {
      const { project, session } = await named(room, on);
      return readLock(session, project, deps.now());
    },
    async breakLock(on) {
      const { project, session } = await named(room, on);
      await breakLock(session, project);
    },
    async removalPreview(on) {
      const { project, session } = await named(room, on);
      return removalPreview(session, project);
    },
    async dismissApply(on, journalId) {
      const ending = { summary: 'Left as it is.', at: deps.now() };
      await journal.finish(on.hostId, journalId, 'interrupted', ending);
      changes.notify();
    },
  };
}

async function planOf(room: Room, { loaded, session }: Target, services: string[], signal?: AbortSignal) {
  const observed = await observe(session, loaded.project, signal, room.deps.environment);
  const warnings = loaded.warnings.map(describeWarning);
  return planProject(loaded.project, observed, { services, warnings });
}

type Changing = Pick<StacksService, 'apply' | 'continueApply' | 'undoApply' | 'remove' | 'act'>;

function changing(room: Room): Changing {
  return {
    apply: (on, options, progress, signal) => apply(room, on, options, { progress, signal }),
    continueApply: (on, continues, progress, signal) =>
      apply(room, on, { services: [], continues }, { progress, signal }),
    undoApply: (on, journalId, progress, signal) =>
      marking(room, async () => {
        const { project, session } = await named(room, on, signal);
        const request = { stackId: on.stackId, project, journalId };
        return undoProject(applyDeps(room, session), request, progress, signal);
      }),
    remove: (on, { volumes }, progress, signal) =>
      marking(room, async () => {
        const { project, session } = await named(room, on, signal);
        return removeProject(
          applyDeps(room, session),
          { stackId: on.stackId, project, volumes },
          progress,
          signal,
        );
      }),
    act: (on, services, action, ...[progress, signal]) =>
      marking(room, async () => {
        const found = await target(room, on, signal);
        const { project } = found.loaded;
        requireServices(project.services, services);
        return actOnServices(probing(room, found), { project, services, action }, progress, signal);
      }),
  };
}

function requireServices(defined: object, asked: string[]): void {
  const unknown = asked.find((service) => !Object.hasOwn(defined, service));
  if (unknown === undefined) return;
  const message = `The Compose file defines no service ${unknown}. It defines ${Object.keys(defined).join(', ')}.`;
  throw new DomainError('NOT_FOUND', { kind: 'service', name: unknown }, message);
}

/** Work that leaves a mark in the journal or in the number of containers, whatever comes of it. */
async function marking(room: Room, work: () => Promise<ApplyOutcome>): Promise<ApplyOutcome> {
  try {
    return await work();
  } finally {
    room.changes.notify();
  }
}

function applyDeps({ deps, journal }: Room, session: HostSession): ApplyDeps {
  const { log, owner, now, environment, timing } = deps;
  return { session, journal, log, owner, now, environment, ...(timing !== undefined && { timing }) };
}

function probing(room: Room, { on, loaded, session }: Target): ApplyDeps {
  const base = applyDeps(room, session);
  const { probe } = room.deps;
  if (probe === undefined) return base;
  return {
    ...base,
    probe: (service, containerId, signal) => probe({ on, loaded, service, containerId }, signal),
  };
}

function apply(
  room: Room,
  on: OnStack,
  options: ApplyOptions & { continues?: string },
  { progress, signal }: { progress: ApplyProgress; signal: AbortSignal },
): Promise<ApplyOutcome> {
  return marking(room, async () => {
    const found = await target(room, on, signal);
    const { project } = found.loaded;
    requireServices(project.services, options.services);
    const skip = await skips(room, found, options, { progress, signal });
    const request = { ...options, stackId: on.stackId, project, skip };
    return applyProject(probing(room, found), request, progress, signal);
  });
}

/** What can't come up is known before anything changes. An apply that changes nothing needs no such look. */
async function skips(
  room: Room,
  found: Target,
  options: ApplyOptions & { continues?: string },
  { progress, signal }: { progress: ApplyProgress; signal: AbortSignal },
): Promise<Record<string, string>> {
  progress.phase('Pre-flight', null, null);
  const { changed } = await planOf(room, found, options.services, signal);
  if (!changed && options.continues === undefined) return {};
  const report = await preflight(found.session, found.loaded, room.deps, signal);
  return skipsFor(report, found.loaded.project, options.services);
}
